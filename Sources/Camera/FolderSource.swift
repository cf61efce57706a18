internal import Glibc
internal import Imaging
internal import Quantities

/// A folder of PNG pictures that stands in for a camera: each trigger takes the next one, wrapping round.
///
/// Pictures are the regular files whose names end in ".png", in either case, in the byte order of their names
/// ("10.png" before "9.png"); names that begin with a dot are passed over. The folder is read anew at each trigger,
/// so pictures may come and go. A colour picture is a demosaiced field. Files are read on a thread of its own.
package actor FolderSource: FrameSource {
    package nonisolated let name: String
    private nonisolated let folder: String
    private nonisolated let thread: DeviceThread
    /// The picture that the last trigger took, readable or not.
    private var lastTaken: String?
    private var count: UInt32 = 0
    /// The picture that the live view shows, and its number: the live view counts what it shows by itself.
    private var lastShown: (file: String, number: UInt32)?
    private var shownCount: UInt32 = 0
    private var isClosed = false

    /// That the folder is missing or empty is a state, not an error.
    /// - Throws: `.system` when no thread or descriptor can be had.
    package init(folder: String) throws(CameraError) {
        self.folder = folder
        name = "folder:\(folder)"
        thread = try DeviceThread()
    }

    deinit { thread.finish() }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    package func state() -> CameraState {
        do throws(CameraError) {
            _ = try next()
            return .idle
        } catch {
            return .unavailable(reason: error.description)
        }
    }

    /// The next picture. One that cannot be read is an error that names it; the trigger after takes the following one.
    package func triggeredFrame() throws(CameraError) -> Frame {
        let file = try next()
        lastTaken = file
        let frame = try read(file)
        count &+= 1
        return frame
    }

    /// The picture that the next trigger will take.
    package func newestFrame() throws(CameraError) -> Frame { try read(try next()) }

    /// The picture that the next trigger will take, read once; another one as soon as a trigger took it.
    package func liveFrame(after sequence: UInt32?) async throws(CameraError) -> Frame {
        while true {
            let file = try next()
            if file != lastShown?.file {
                let frame = try read(file)
                shownCount &+= 1
                lastShown = (file, shownCount)
                return frame.numbered(shownCount)
            }
            if let lastShown, lastShown.number != sequence { return try read(file).numbered(lastShown.number) }
            do {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                throw CameraError.closed(name)
            }
        }
    }

    package func mode() -> CameraMode? { nil }

    package func modes() throws(CameraError) -> [CameraMode] { [] }

    package func controls() throws(CameraError) -> [CameraControl] { [] }

    package func setControl(_ name: String, to value: Int64) throws(CameraError) -> CameraControl {
        throw CameraError(
            .unsupported, operation: "set", "a folder of pictures has no control \(name)",
            hint: "controls belong to cameras; start the daemon with one")
    }

    package func close() { isClosed = true }

    private func next() throws(CameraError) -> String {
        if isClosed { throw .closed(name) }
        let names: [String]
        do {
            names = try Directory.entries(at: folder).filter(isPicture)
                .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        } catch {
            throw CameraError(
                error.errno == EACCES ? .permissionDenied : .notFound, operation: "opendir", errno: error.errno,
                "the folder \(folder) cannot be read: \(error.text)", hint: "name a folder of PNG pictures")
        }
        guard let first = names.first else {
            throw CameraError(
                .notFound, operation: "readdir", "the folder \(folder) holds no PNG picture",
                hint: "put pictures there whose names end in .png")
        }
        guard let lastTaken else { return first }
        return names.first { lastTaken.utf8.lexicographicallyPrecedes($0.utf8) } ?? first
    }

    private func isPicture(_ name: String) -> Bool {
        guard !name.hasPrefix("."), name.lowercased().hasSuffix(".png") else { return false }
        var status = stat()
        return stat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private func read(_ file: String) throws(CameraError) -> Frame {
        let path = "\(folder)/\(file)"
        func unreadable(_ message: String, errno: Int32? = nil) -> CameraError {
            CameraError(
                .unreadablePicture, operation: "read", errno: errno, message,
                hint: "save it again as PNG or take it out of the folder; the next capture takes the following picture")
        }
        let bytes: [UInt8]
        do {
            bytes = try Self.bytes(of: path)
        } catch {
            throw unreadable("\(path) cannot be read: \(error.text)", errno: error.errno)
        }
        let content: PNG.Content
        do {
            content = try PNG.decode(bytes, name: path)
        } catch {
            throw unreadable(error.message)
        }
        let (picture, bitDepth): (Picture<UInt16>, Int) =
            switch content {
            case .bits8(let picture): (picture.map(UInt16.init), 8)
            case .bits16(let picture): (picture, 16)
            }
        return Frame(
            pixels: picture.channels == 1 ? .grey(picture) : .rgb(picture), bitDepth: bitDepth, exposedAt: .now,
            sequence: count, format: "PNG", origin: file)
    }

    private static func bytes(of path: String) throws(SystemFailure) -> [UInt8] {
        let descriptor = try syscall { open(path, O_RDONLY | O_CLOEXEC) }
        defer { Glibc.close(descriptor) }
        var status = stat()
        try syscall { fstat(descriptor, &status) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = try syscall {
                bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }
}
