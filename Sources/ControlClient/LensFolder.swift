import ControlAPI
import Glibc
import SystemCalls

/// A lens in a folder of this computer.
package struct LensFolder: LensSource, Sendable {
    /// The largest manifest and card.
    static let textBytes = 4 << 20

    package let path: String
    package let manifest: LensSourceManifest
    package let card: [UInt8]?

    /// - Throws: `cannotRead` where the folder holds no lens.
    package init(_ path: String) throws(ControlClientError) {
        self.path = path
        manifest = try LensSourceManifest(
            try Self.read("\(path)/lens.json", at: 0, count: Self.textBytes), path: "\(path)/lens.json")
        card = try? Self.read("\(path)/README.md", at: 0, count: 1 << 20)
    }

    package func size(of file: String) throws(ControlClientError) -> Int64 {
        try require(file)
        return try Self.opened("\(path)/\(file)") { Int64($1.st_size) }
    }

    package func read(_ file: String, at offset: Int64, count: Int) throws(ControlClientError) -> [UInt8] {
        try require(file)
        return try Self.read("\(path)/\(file)", at: offset, count: count)
    }

    /// Of no other file does a daemon get the content.
    private func require(_ file: String) throws(ControlClientError) {
        guard manifest.files.contains(where: { $0.name == file }) else {
            throw ControlClientError(
                .notUnderstood,
                "the daemon asks for \(visible(file)), which is no file of the lens in \(visible(path))",
                hint: "check that neurallens and neurallensd are of one version")
        }
    }

    private static func read(_ path: String, at offset: Int64, count: Int) throws(ControlClientError) -> [UInt8] {
        try opened(path) { descriptor, status throws(Errno) in
            let wanted = Int(min(Int64(count), max(0, Int64(status.st_size) - offset)))
            var bytes = [UInt8](repeating: 0, count: wanted)
            var done = 0
            while done < wanted {
                let part = try systemCall {
                    bytes[done...].withUnsafeMutableBytes {
                        pread(descriptor, $0.baseAddress, $0.count, off_t(offset) + off_t(done))
                    }
                }
                // Somebody has shortened the file.
                guard part > 0 else { throw Errno(code: EIO) }
                done += part
            }
            return bytes
        }
    }

    private static func opened<Value>(
        _ path: String, _ body: (Int32, stat) throws(Errno) -> Value
    ) throws(ControlClientError) -> Value {
        do throws(Errno) {
            // A pipe in the place of a file would otherwise be waited for.
            let descriptor = try systemCall { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
            defer { close(descriptor) }
            var status = stat()
            try systemCall { fstat(descriptor, &status) }
            guard status.st_mode & S_IFMT == S_IFREG else { throw Errno(code: EINVAL) }
            return try body(descriptor, status)
        } catch {
            throw ControlClientError(
                .cannotRead, "cannot read \(visible(path)): \(error.code == EINVAL ? "it is not a file" : "\(error)")",
                hint: "name the folder of a lens")
        }
    }
}
