internal import CV4L2
internal import Glibc
internal import Imaging
internal import Quantities
internal import SystemCalls

/// A folder of pictures that stands in for a camera: each trigger takes the next one, wrapping round.
///
/// Pictures are the regular files of the kinds that `PictureFile` reads, by their endings in either case, in the byte
/// order of their names ("10.png" before "9.png"); names that begin with a dot are passed over, and other files are told
/// of. The folder is read anew at each trigger, so pictures may come and go; one that another program is still writing
/// is waited for. A colour picture is a demosaiced field. Files are read on a thread of its own.
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
    /// Nanoseconds for which a file that cannot be read must stay as it is before it counts as broken.
    private static let settling: Int64 = 700_000_000
    /// Nanoseconds that a trigger waits for a file that grows.
    private static let longestWait: Int64 = 10_000_000_000

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
    /// One that is still being written after ten seconds is an error too, and the next trigger tries it again.
    package func triggeredFrame() async throws(CameraError) -> Frame {
        let file = try next()
        let deadline = MonotonicInstant.now.nanoseconds + Self.longestWait
        while true {
            let before = look(at: file)
            do {
                let frame = try read(file)
                lastTaken = file
                count &+= 1
                return frame
            } catch {
                if error.isPassing { throw error }
                guard error.code == .unreadablePicture, let before, !before.hasSettled(Self.settling) else {
                    lastTaken = file
                    throw error
                }
                guard MonotonicInstant.now.nanoseconds < deadline else {
                    throw CameraError(
                        .unreadablePicture, operation: "read", "\(folder)/\(file) is still being written",
                        hint: "capture again when it is whole: the next capture takes it")
                }
                do {
                    try await Task.sleep(for: .milliseconds(100))
                } catch {
                    throw CameraError.closed(name)
                }
            }
        }
    }

    /// The picture that the next trigger will take.
    package func newestFrame() throws(CameraError) -> Frame { try read(try next()) }

    /// Names the files that no trigger will take.
    package func remarks() async -> [String] {
        let others = ((try? Directory.entries(at: folder)) ?? [])
            .filter { !$0.hasPrefix(".") && isRegular($0) && !PictureFile.isNamed($0) }.sorted()
        guard !others.isEmpty else { return [] }
        let more = others.count > 3 ? " and \(others.count - 3) more" : ""
        return [
            "\(others.prefix(3).joined(separator: ", "))\(more) in \(folder) "
                + "\(others.count == 1 ? "is" : "are") passed over: pictures end in \(Self.endings)"
        ]
    }

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
                error.code == EACCES
                    ? .permissionDenied : CameraError.passing.contains(error.code) ? .system : .notFound,
                operation: "opendir", errno: error.code,
                "the folder \(folder) cannot be read: \(error)", hint: "name a folder of PNG, TIFF or JPEG pictures")
        }
        guard let first = names.first else {
            throw CameraError(
                .notFound, operation: "readdir", "the folder \(folder) holds no picture",
                hint: "put pictures there whose names end in \(Self.endings)")
        }
        guard let lastTaken else { return first }
        return names.first { lastTaken.utf8.lexicographicallyPrecedes($0.utf8) } ?? first
    }

    private static let endings = PictureFile.endings.map { ".\($0)" }.joined(separator: ", ")

    private func isPicture(_ name: String) -> Bool {
        !name.hasPrefix(".") && PictureFile.isNamed(name) && isRegular(name)
    }

    private func isRegular(_ name: String) -> Bool {
        var status = stat()
        return stat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// How a file lies there: whether a writer may still be at it.
    private struct Glance {
        /// Wall clock, in nanoseconds, as file systems keep it.
        let modified: Int64
        let looked: Int64

        /// Whether it has stayed as it is for as long. A clock that was put back says nothing of the file.
        func hasSettled(_ nanoseconds: Int64) -> Bool {
            looked - modified >= nanoseconds || modified - looked > FolderSource.longestWait
        }
    }

    private func look(at file: String) -> Glance? {
        var status = stat()
        var now = timespec()
        guard stat("\(folder)/\(file)", &status) == 0, clock_gettime(CLOCK_REALTIME, &now) == 0 else { return nil }
        func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec) }
        return Glance(modified: nanoseconds(status.st_mtim), looked: nanoseconds(now))
    }

    private func read(_ file: String) throws(CameraError) -> Frame {
        let path = "\(folder)/\(file)"
        func unreadable(_ message: String, errno: Int32? = nil, hint: String? = nil) -> CameraError {
            CameraError(
                .unreadablePicture, operation: "read", errno: errno, message,
                hint: (hint.map { "\($0), " } ?? "save it again ") + "or take it out of the folder; "
                    + "the next capture takes the following picture")
        }
        let bytes: [UInt8]
        do {
            bytes = try Self.bytes(of: path)
        } catch {
            if CameraError.passing.contains(error.code) {
                throw CameraError(
                    .system, operation: "read", errno: error.code, "\(path) cannot be read now: \(error)",
                    hint: "capture again; the same picture comes next")
            }
            throw unreadable("\(path) cannot be read: \(error)", errno: error.code)
        }
        let reading: PictureFile.Reading
        do {
            reading = try PictureFile.read(bytes, name: path)
        } catch {
            throw unreadable(error.message, hint: error.hint)
        }
        let picture: Picture<UInt16> =
            switch reading.samples {
            case .bits8(let picture): picture.map(UInt16.init)
            case .bits16(let picture): picture
            }
        return Frame(
            pixels: picture.channels == 1 ? .grey(picture) : .rgb(picture), bitDepth: reading.bitDepth, exposedAt: .now,
            sequence: count, format: reading.format.rawValue, statedNmPerPixel: reading.nmPerPixel, origin: file)
    }

    private static func bytes(of path: String) throws(Errno) -> [UInt8] {
        let descriptor = try systemCall { open(path, O_RDONLY | O_CLOEXEC) }
        defer { Glibc.close(descriptor) }
        var status = stat()
        try systemCall { fstat(descriptor, &status) }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var filled = 0
        while filled < bytes.count {
            let count = try systemCall {
                bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + filled, $0.count - filled) }
            }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes.prefix(filled))
    }
}
