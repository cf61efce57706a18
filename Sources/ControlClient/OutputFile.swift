import Glibc
import UnixSocket

/// A file that a command was asked to write: whole or not at all.
package enum OutputFile {
    /// A device or a pipe is written to; a link's target is replaced, not the link.
    ///
    /// - Parameter overwrite: whether a file that is there is replaced; else it stays as it is, even if it appeared a
    ///   moment ago.
    package static func write(
        _ bytes: [UInt8], to path: String, overwrite: Bool = true
    ) throws(ControlClientError) {
        do throws(Errno) {
            var status = stat()
            let exists = stat(path, &status) == 0
            if exists, status.st_mode & S_IFMT != S_IFREG {
                try write(bytes, opening: path, O_WRONLY)
                return
            }
            let target = exists && overwrite ? resolved(path) : path
            let partial = "\(target).\(getpid()).part"
            do throws(Errno) {
                try write(bytes, opening: partial, O_WRONLY | O_CREAT | O_EXCL)
                try overwrite ? replace(target, by: partial) : make(target, from: partial)
            } catch {
                unlink(partial)
                throw error
            }
        } catch {
            throw error.code == EEXIST && !overwrite ? existing(path) : failure(path, error)
        }
    }

    /// Gives a file that was written beside its place its name.
    package static func adopt(_ partial: String, as path: String, overwrite: Bool) throws(ControlClientError) {
        do throws(Errno) {
            try overwrite ? replace(path, by: partial) : make(path, from: partial)
        } catch {
            throw error.code == EEXIST && !overwrite ? existing(path) : failure(path, error)
        }
    }

    /// Fails where a file that must not be replaced is there already, before work is done for it.
    package static func requireAbsent(_ path: String) throws(ControlClientError) {
        var status = stat()
        if lstat(path, &status) == 0, [S_IFREG, S_IFLNK].contains(status.st_mode & S_IFMT) { throw existing(path) }
    }

    /// Makes a folder for files, unless it is there.
    package static func makeFolder(_ path: String) throws(ControlClientError) {
        do throws(Errno) { _ = try retryingOnInterrupt { mkdir(path, 0o777) } } catch {
            var status = stat()
            if error.code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
            throw failure(path, error)
        }
    }

    private static func existing(_ path: String) -> ControlClientError {
        ControlClientError(
            .cannotWrite, "cannot write \(visible(path)): it exists", hint: "name another file, or add --overwrite")
    }

    private static func failure(_ path: String, _ error: Errno) -> ControlClientError {
        ControlClientError(
            .cannotWrite, "cannot write \(visible(path)): \(error)",
            hint: [ENOSPC, EDQUOT, EFBIG].contains(error.code)
                ? "make room or name a file on another disk" : "name another file")
    }

    private static func replace(_ target: String, by partial: String) throws(Errno) {
        _ = try retryingOnInterrupt { rename(partial, target) }
    }

    /// Unlike rename(2), link(2) never replaces. Memory cards' file systems have no links: there the name is taken by an
    /// empty file first.
    private static func make(_ target: String, from partial: String) throws(Errno) {
        do throws(Errno) { _ = try retryingOnInterrupt { link(partial, target) } } catch {
            guard [EPERM, EOPNOTSUPP, ENOSYS].contains(error.code) else { throw error }
            try write([], opening: target, O_WRONLY | O_CREAT | O_EXCL)
            do throws(Errno) { try replace(target, by: partial) } catch {
                unlink(target)
                throw error
            }
            return
        }
        unlink(partial)
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
