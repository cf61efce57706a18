import Glibc
import UnixSocket

/// A file that a command was asked to write: whole or not at all.
package enum OutputFile {
    /// Replaces what is there. A device or a pipe is written to; a link's target is replaced, not the link.
    package static func write(_ bytes: [UInt8], to path: String) throws(ControlClientError) {
        do throws(Errno) {
            var status = stat()
            let exists = stat(path, &status) == 0
            if exists, status.st_mode & S_IFMT != S_IFREG {
                try write(bytes, opening: path, O_WRONLY)
                return
            }
            let target = exists ? resolved(path) : path
            let partial = "\(target).\(getpid()).part"
            do throws(Errno) {
                try write(bytes, opening: partial, O_WRONLY | O_CREAT | O_EXCL)
                _ = try retryingOnInterrupt { rename(partial, target) }
            } catch {
                unlink(partial)
                throw error
            }
        } catch {
            throw ControlClientError(
                .cannotWrite, "cannot write \(visible(path)): \(error)", hint: "name another file or make room")
        }
    }

    private static func resolved(_ path: String) -> String {
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private static func write(_ bytes: [UInt8], opening path: String, _ flags: Int32) throws(Errno) {
        let descriptor = try retryingOnInterrupt { open(path, flags | O_CLOEXEC, 0o666) }
        do throws(Errno) {
            var written = 0
            while written < bytes.count {
                written += try retryingOnInterrupt {
                    bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
        // Some file systems report a full disk only here.
        guard close(descriptor) == 0 else { throw Errno(code: errno) }
    }
}
