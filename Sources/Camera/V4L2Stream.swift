internal import CV4L2
internal import Glibc
internal import Quantities
internal import SystemCalls

/// A device that streams into memory-mapped buffers; stopped and unmapped at deinitialisation.
///
/// Not for several threads at once.
final class V4L2Stream {
    /// A filled buffer, out of the driver's hands until it is queued again.
    struct Filled {
        let index: UInt32
        let stamp: BufferStamp
        /// Why it holds no frame, one clause: flagged (V4L2_BUF_FLAG_ERROR), or more bytes told of than there are.
        let damage: String?
        /// What the driver filled. Valid until the buffer is queued again or the stream ends.
        let bytes: UnsafeRawBufferPointer
    }

    let device: V4L2Device
    let layout: FrameLayout
    let mode: CameraMode
    /// Enough for the driver to go on for a few frame times while one frame is unpacked.
    private static let bufferCount: UInt32 = 6
    private var buffers: [UnsafeMutableRawBufferPointer] = []
    /// By buffer: whether the driver has it.
    private var isQueued: [Bool] = []
    /// A few drivers never say how many bytes they filled.
    private var tellsBytes = false
    private var frames = 0

    /// Buffers of the stream.
    var bufferCount: Int { buffers.count }

    /// Negotiates a format and starts to stream.
    init(device: V4L2Device, configuration: CameraConfiguration) throws(CameraError) {
        self.device = device
        let path = device.identity.path
        let choice = try configuration.choice(among: device.modes(), device: path)
        layout = try Self.negotiate(choice, device)
        let rate = Self.setRate(choice.framesPerSecond, device)
        mode = CameraMode(
            fourcc: layout.format.code.description, width: layout.width, height: layout.height, framesPerSecond: rate,
            strideBytes: layout.format.rowBytes(width: 1) == nil ? nil : layout.strideBytes)
        do {
            try start()
        } catch {
            throw CameraError(.system, operation: error.operation, device: path, failure: error.failure)
        }
    }

    deinit {
        var type = device.bufferType
        try? device.control(CV4L2_STREAMOFF, &type)
        for buffer in buffers { munmap(buffer.baseAddress, buffer.count) }
    }

    /// The next filled buffer, or nil when there is none yet.
    func dequeue() throws(Errno) -> Filled? {
        var buffer = emptyBuffer
        let start: Int
        do {
            start = try device.buffer(CV4L2_DQBUF, &buffer)
        } catch {
            if error.code == EAGAIN { return nil }
            throw error
        }
        // A buffer that the driver does not have is none of ours to read.
        guard let memory = buffers.indices.contains(Int(buffer.index)) ? buffers[Int(buffer.index)] : nil,
            isQueued[Int(buffer.index)]
        else { throw Errno(code: EIO) }
        isQueued[Int(buffer.index)] = false
        frames += 1
        tellsBytes = tellsBytes || buffer.bytesused > 0
        var damage: String?
        if buffer.flags & UInt32(V4L2_BUF_FLAG_ERROR) != 0 {
            damage = "the driver flagged the frame"
        } else if Int(buffer.bytesused) > memory.count {
            damage = "the driver tells of \(buffer.bytesused) bytes in a buffer of \(memory.count)"
        } else if start > memory.count {
            damage = "the driver tells of a frame from byte \(start) of a buffer of \(memory.count)"
        }
        // Where no frame ever had a length, an uncompressed one has that of its buffer.
        let isSilent = !tellsBytes && frames > Self.framesBelieved && layout.format.rowBytes(width: 1) != nil
        return Filled(
            index: buffer.index,
            stamp: BufferStamp(buffer, driver: device.identity.driver, dequeuedAt: .now), damage: damage,
            bytes: UnsafeRawBufferPointer(
                rebasing: (isSilent ? memory[...] : memory.prefix(Int(buffer.bytesused))).dropFirst(start)))
    }

    /// Frames without a length that are taken for broken, before the driver is taken for one that never tells.
    private static let framesBelieved = 3

    func queue(_ index: UInt32) throws(Errno) {
        var buffer = emptyBuffer
        buffer.index = index
        try device.buffer(CV4L2_QBUF, &buffer)
        isQueued[Int(index)] = true
    }

    private var emptyBuffer: v4l2_buffer {
        var buffer = v4l2_buffer()
        buffer.type = device.bufferType
        buffer.memory = V4L2_MEMORY_MMAP.rawValue
        return buffer
    }

    private static func negotiate(_ choice: CameraMode, _ device: V4L2Device) throws(CameraError) -> FrameLayout {
        let code = FourCC(choice.fourcc)!
        var given = cv4l2_format()
        given.width = UInt32(clamping: choice.width)
        given.height = UInt32(clamping: choice.height)
        given.pixelformat = code.rawValue
        given.field = V4L2_FIELD_NONE.rawValue
        let path = device.identity.path
        do {
            try device.format(CV4L2_S_FMT, &given)
        } catch {
            throw CameraError(.system, operation: "VIDIOC_S_FMT", device: path, failure: error)
        }
        guard given.pixelformat == code.rawValue, let format = PixelFormat(code: code) else {
            throw CameraError(
                .noUsableFormat, operation: "VIDIOC_S_FMT",
                "\(path) gives \(FourCC(rawValue: given.pixelformat)) when asked for \(code)",
                hint: "ask for another format; neurallens camera modes lists them")
        }
        guard given.planes == 1 else {
            throw CameraError(
                .noUsableFormat, operation: "VIDIOC_S_FMT",
                "\(path) lays \(code) out in \(given.planes) planes of memory, which this program does not read",
                hint: "ask for another format; neurallens camera modes lists them")
        }
        let wholeFrames = [V4L2_FIELD_NONE, V4L2_FIELD_ANY, V4L2_FIELD_INTERLACED].map(\.rawValue)
        guard wholeFrames.contains(given.field) else {
            throw CameraError(
                .noUsableFormat, operation: "VIDIOC_S_FMT", "\(path) gives half frames (interlaced fields), not frames",
                hint: "choose a progressive size or standard with v4l2-ctl")
        }
        guard Quantity.pictureSide.holds(Int(given.width)), Quantity.pictureSide.holds(Int(given.height)) else {
            throw CameraError(
                .noUsableFormat, operation: "VIDIOC_S_FMT",
                "\(path) gives frames of \(given.width) x \(given.height) pixels, which cannot be",
                hint: "choose a size of \(Quantity.pictureSide.rangeText) a side with v4l2-ctl")
        }
        let row = format.rowBytes(width: Int(given.width)) ?? 0
        // A few drivers leave the stride at 0, or count it in pixels, and make room for whole rows all the same.
        let hasRoom = format.frameBytes(width: Int(given.width), height: Int(given.height), stride: row).map {
            Int(given.size) >= $0
        }
        guard given.stride == 0 || Int(given.stride) >= row || (given.stride == given.width && hasRoom == true) else {
            throw CameraError(
                .noUsableFormat, operation: "VIDIOC_S_FMT",
                "\(path) tells of rows of \(given.stride) bytes, and \(given.width) pixels of \(code) take \(row)",
                hint: "ask for another size; neurallens camera modes lists them")
        }
        return FrameLayout(
            format: format, width: Int(given.width), height: Int(given.height),
            strideBytes: max(Int(given.stride), row),
            colour: ColourEncoding(
                colorspace: given.colorspace, encoding: given.ycbcr_enc, quantization: given.quantization,
                isRGB: format.isRGB))
    }

    /// - Returns: frames per second as the driver then tells; nil where it does not.
    private static func setRate(_ rate: Double?, _ device: V4L2Device) -> Double? {
        var parameters = v4l2_streamparm()
        parameters.type = device.bufferType
        if let rate, rate > 0, rate < 1e6 {
            parameters.parm.capture.timeperframe = v4l2_fract(
                numerator: 1000, denominator: UInt32(saturating: rate * 1000))
            try? device.control(CV4L2_S_PARM, &parameters)
        }
        parameters = v4l2_streamparm()
        parameters.type = device.bufferType
        guard (try? device.control(CV4L2_G_PARM, &parameters)) != nil else { return nil }
        return parameters.parm.capture.timeperframe.rate
    }

    private struct Step: Error {
        let operation: String
        let failure: Errno
    }

    private func start() throws(Step) {
        func step<Result>(_ operation: String, _ body: () throws(Errno) -> Result) throws(Step) -> Result {
            do { return try body() } catch { throw Step(operation: operation, failure: error) }
        }
        var request = v4l2_requestbuffers()
        request.count = Self.bufferCount
        request.type = device.bufferType
        request.memory = V4L2_MEMORY_MMAP.rawValue
        try step("VIDIOC_REQBUFS") { () throws(Errno) in try device.control(CV4L2_REQBUFS, &request) }
        // One is held for preview, the driver fills another.
        guard request.count >= 2 else {
            throw Step(operation: "VIDIOC_REQBUFS", failure: Errno(code: ENOMEM))
        }
        for index in 0..<request.count {
            var buffer = emptyBuffer
            buffer.index = index
            _ = try step("VIDIOC_QUERYBUF") { () throws(Errno) in try device.buffer(CV4L2_QUERYBUF, &buffer) }
            let memory = mmap(
                nil, Int(buffer.length), PROT_READ | PROT_WRITE, MAP_SHARED, device.descriptor,
                off_t(buffer.m.offset))
            guard let memory, memory != MAP_FAILED else {
                throw Step(operation: "mmap", failure: Errno(code: errno))
            }
            buffers.append(UnsafeMutableRawBufferPointer(start: memory, count: Int(buffer.length)))
            isQueued.append(false)
            try step("VIDIOC_QBUF") { () throws(Errno) in try queue(index) }
        }
        var type = device.bufferType
        try step("VIDIOC_STREAMON") { () throws(Errno) in try device.control(CV4L2_STREAMON, &type) }
    }
}
