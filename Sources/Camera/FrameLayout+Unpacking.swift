internal import CV4L2
import Imaging
internal import Quantities

extension FrameLayout {
    /// Why a buffer holds no whole frame.
    package struct Damage: Error, Equatable {
        /// One clause: "the frame has 100 of 200 bytes".
        package let reason: String
    }

    /// Looks, without decoding, whether a buffer holds a whole frame.
    package func check(_ bytes: UnsafeRawBufferPointer) -> Damage? {
        if let needed = format.frameBytes(width: width, height: height, stride: strideBytes) {
            return bytes.count < needed ? Damage(reason: "the frame has \(bytes.count) of \(needed) bytes") : nil
        }
        return JPEGFile(bytes).isComplete ? nil : Damage(reason: "the JPEG frame of \(bytes.count) bytes is cut short")
    }

    /// The samples of a whole frame. Chroma of 4:2:2 and 4:2:0 is repeated, not interpolated.
    package func unpack(_ bytes: UnsafeRawBufferPointer) throws(Damage) -> Frame.Pixels {
        if let damage = check(bytes) { throw damage }
        switch format.layout {
        case .grey(let bytesPerSample): return .grey(samples(bytes, bytesPerSample: bytesPerSample))
        case .mosaic(let pattern, let bytesPerSample):
            return .mosaic(samples(bytes, bytesPerSample: bytesPerSample), pattern)
        case .packed(let pattern?): return .mosaic(packedSamples(bytes), pattern)
        case .packed(nil): return .grey(packedSamples(bytes))
        case .rgb(let red, let blue): return .rgb(rgb(bytes, red: red, blue: blue))
        case .packedYCbCr(let luma, let cb, let cr):
            return .rgb(
                ycbcr(bytes) { x, y in
                    let pair = y * strideBytes + x / 2 * 4
                    return (pair + luma + (x & 1) * 2, pair + cb, pair + cr)
                })
        case .nv12:
            let chroma = height * strideBytes
            return .rgb(
                ycbcr(bytes) { x, y in
                    let pair = chroma + y / 2 * strideBytes + x / 2 * 2
                    return (y * strideBytes + x, pair, pair + 1)
                })
        case .jpeg: return .rgb(try jpeg(bytes))
        }
    }

    /// Values above the bit depth, which a driver should not send, are clipped.
    private func samples(_ bytes: UnsafeRawBufferPointer, bytesPerSample: Int) -> Picture<UInt16> {
        let maximum = UInt16(truncatingIfNeeded: (1 << format.bitDepth) - 1)
        return picture(channels: 1) { x, y, pixel in
            let at = y * strideBytes + x * bytesPerSample
            pixel[0] =
                bytesPerSample == 1
                ? UInt16(bytes[at])
                : min(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self)), maximum)
        }
    }

    private func packedSamples(_ bytes: UnsafeRawBufferPointer) -> Picture<UInt16> {
        let group = format.packedGroup
        // Groups are of 2 or 4 pixels.
        let shift = group.pixels.trailingZeroBitCount
        let lowBits = format.bitDepth - 8
        return picture(channels: 1) { x, y, pixel in
            let start = y * strideBytes + (x >> shift) * group.bytes
            let place = x & (group.pixels - 1)
            let bit = place * lowBits
            let at = start + group.pixels + bit >> 3
            // Of 14 bits, lower bits run on into the next byte.
            let following = bit & 7 + lowBits > 8 ? UInt16(bytes[at + 1]) << 8 : 0
            let low = (UInt16(bytes[at]) | following) >> UInt16(bit & 7) & (1 << UInt16(lowBits) - 1)
            pixel[0] = UInt16(bytes[start + place]) << UInt16(lowBits) | low
        }
    }

    private func rgb(_ bytes: UnsafeRawBufferPointer, red: Int, blue: Int) -> Picture<UInt16> {
        let scale = (0..<256).map { (value: Int) -> UInt16 in
            if colour.isFullRange { return UInt16(value) }
            let expanded = ((value - 16) * 255 + 109) / 219
            return UInt16(max(0, min(255, expanded)))
        }
        return picture(channels: 3) { x, y, pixel in
            let at = y * strideBytes + x * 3
            pixel[0] = scale[Int(bytes[at + red])]
            pixel[1] = scale[Int(bytes[at + 1])]
            pixel[2] = scale[Int(bytes[at + blue])]
        }
    }

    /// - Parameter place: byte offsets of luma, Cb and Cr of a pixel.
    @inline(__always)
    private func ycbcr(
        _ bytes: UnsafeRawBufferPointer, place: (_ x: Int, _ y: Int) -> (luma: Int, cb: Int, cr: Int)
    ) -> Picture<UInt16> {
        let matrix = FixedMatrix(colour)
        return picture(channels: 3) { x, y, pixel in
            let at = place(x, y)
            let rgb = matrix.rgb(Int32(bytes[at.luma]), Int32(bytes[at.cb]), Int32(bytes[at.cr]))
            pixel[0] = rgb.0
            pixel[1] = rgb.1
            pixel[2] = rgb.2
        }
    }

    private func jpeg(_ bytes: UnsafeRawBufferPointer) throws(Damage) -> Picture<UInt16> {
        var rgb = [UInt8](repeating: 0, count: width * height * 3)
        var message = [CChar](repeating: 0, count: Int(CV4L2_MESSAGE_BYTES))
        let status = cv4l2_decode_jpeg(
            bytes.bindMemory(to: UInt8.self).baseAddress!, bytes.count, UInt32(width), UInt32(height), &rgb, &message)
        guard status == 0 else { throw Damage(reason: "the JPEG frame cannot be decoded (\(String(message)))") }
        return Picture(width: width, height: height, channels: 3, samples: rgb.map(UInt16.init))
    }

    @inline(__always)
    private func picture(
        channels: Int, _ fill: (_ x: Int, _ y: Int, _ pixel: UnsafeMutablePointer<UInt16>) -> Void
    ) -> Picture<UInt16> {
        let count = width * height * channels
        let samples = [UInt16](unsafeUninitializedCapacity: count) { buffer, initialized in
            var pixel = buffer.baseAddress!
            for y in 0..<height {
                for x in 0..<width {
                    fill(x, y, pixel)
                    pixel += channels
                }
            }
            initialized = count
        }
        return Picture(width: width, height: height, channels: channels, samples: samples)
    }
}

/// Y'CbCr to R'G'B' in 16.16 fixed point: exact to half a step of 8 bits.
private struct FixedMatrix {
    private let luma, redFromCr, greenFromCb, greenFromCr, blueFromCb, offset: Int32

    init(_ encoding: ColourEncoding) {
        let (kr, kb) = encoding.matrix.weights
        let kg = 1 - kr - kb
        let lumaScale = encoding.isFullRange ? 1 : 255.0 / 219
        let chromaScale = encoding.isFullRange ? 1 : 255.0 / 224
        func fixed(_ value: Double) -> Int32 { Int32(saturating: (value * 65536).rounded()) }
        luma = fixed(lumaScale)
        redFromCr = fixed(2 * (1 - kr) * chromaScale)
        blueFromCb = fixed(2 * (1 - kb) * chromaScale)
        greenFromCr = fixed(-2 * (1 - kr) * kr / kg * chromaScale)
        greenFromCb = fixed(-2 * (1 - kb) * kb / kg * chromaScale)
        offset = encoding.isFullRange ? 0 : 16
    }

    @inline(__always)
    func rgb(_ y: Int32, _ cb: Int32, _ cr: Int32) -> (UInt16, UInt16, UInt16) {
        let grey = (y - offset) * luma + 32768
        let (b, r) = (cb - 128, cr - 128)
        return (
            clip(grey + r * redFromCr), clip(grey + b * greenFromCb + r * greenFromCr), clip(grey + b * blueFromCb)
        )
    }

    @inline(__always)
    private func clip(_ value: Int32) -> UInt16 { UInt16(truncatingIfNeeded: max(0, min(255, value >> 16))) }
}
