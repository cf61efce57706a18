import ControlAPI
import FoundationEssentials
import Glibc
import SystemCalls

/// A lens in a folder of this computer, to be brought to the daemon, which opens no path that a client names.
package struct LensFolder: Sendable {
    /// The largest file that the daemon takes.
    private static let fileLimitBytes = 64 * 1024 * 1024

    /// `lens.json`, byte for byte.
    package let manifest: [UInt8]
    /// The names of the other files, as the manifest gives them.
    package let files: [String]
    private let path: String

    /// - Throws: `cannotRead` where the folder holds no lens.
    package init(_ path: String) throws(ControlClientError) {
        self.path = path
        manifest = try Self.read("\(path)/lens.json")
        guard let description = try? WireFormat.decode(Description.self, from: Data(manifest)) else {
            throw ControlClientError(
                .cannotRead, "\(visible(path))/lens.json is not the description of a lens",
                hint: "name the folder of a lens, as neurallens-lab train writes it")
        }
        files = (description.networks + [description.familiarity].compactMap { $0 }).map(\.file)
        for name in files where name.isEmpty || name.hasPrefix(".") || name.contains("/") || name.contains("\0") {
            throw ControlClientError(
                .cannotRead, "\(visible(path))/lens.json names a file that is not beside it: \(visible(name))",
                hint: "put the file into the folder and its plain name into lens.json")
        }
    }

    /// One of the files: of no other does a daemon get the content.
    package func file(_ name: String) throws(ControlClientError) -> [UInt8] {
        guard files.contains(name) else {
            throw ControlClientError(
                .notUnderstood,
                "the daemon asks for \(visible(name)), which is no file of the lens in \(visible(path))",
                hint: "check that neurallens and neurallensd are of one version")
        }
        return try Self.read("\(path)/\(name)")
    }

    private struct Description: Decodable {
        struct Part: Decodable { let file: String }

        let networks: [Part]
        let familiarity: Part?
    }

    private static func read(_ path: String) throws(ControlClientError) -> [UInt8] {
        func failed(_ reason: String) -> ControlClientError {
            ControlClientError(
                .cannotRead, "cannot read \(visible(path)): \(reason)", hint: "name the folder of a lens with --lens")
        }
        do throws(Errno) {
            // A pipe in the place of a file would otherwise be waited for.
            let descriptor = try systemCall { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
            defer { close(descriptor) }
            var status = stat()
            try systemCall { fstat(descriptor, &status) }
            guard status.st_mode & S_IFMT == S_IFREG else { throw Errno(code: EINVAL) }
            guard status.st_size <= fileLimitBytes else { throw Errno(code: EFBIG) }
            var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
            var count = 0
            while count < bytes.count {
                let part = try systemCall {
                    bytes[count...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
                }
                // Somebody has shortened the file.
                guard part > 0 else { throw Errno(code: EIO) }
                count += part
            }
            return bytes
        } catch {
            let reason =
                switch error.code {
                case EINVAL: "it is not a file"
                case EFBIG: "it is larger than the \(fileLimitBytes >> 20) MiB that the daemon takes"
                default: "\(error)"
                }
            throw ControlClientError(
                .cannotRead, "cannot read \(visible(path)): \(reason)", hint: "name the folder of a lens with --lens")
        }
    }
}
