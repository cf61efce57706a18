package import Glibc

/// Files that are there whole or not at all, also after a full disk or a power cut: a reader sees the old file or the whole
/// new one, and where writing fails the old one stays.
package enum AtomicFile {
    /// Writes a file under a temporary name in the same folder, then gives it its own. A device or a pipe is written to; of a
    /// link the target is replaced, not the link.
    /// - Parameters:
    ///   - replacing: whether a file that is there is replaced; else it stays as it is, even if it appeared a moment ago,
    ///     and the error is `EEXIST`.
    ///   - permissions: of a new file, less the process's mask.
    package static func write(
        _ bytes: [UInt8], to path: String, replacing: Bool = true, permissions: mode_t = 0o666
    ) throws(Errno) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        if isThere, status.st_mode & S_IFMT != S_IFREG { return try write(bytes, opening: path, O_WRONLY) }
        if isThere, !replacing { throw Errno(code: EEXIST) }
        let target = isThere ? resolved(path) : path
        // Two that write the same file at once have a temporary name each.
        let partial = "\(target).\(String(UInt32.random(in: 0 ... .max), radix: 16)).partial"
        do throws(Errno) {
            try write(bytes, opening: partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, permissions)
            try adopt(partial, as: target, replacing: replacing)
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// Gives a whole file on the same disk, whose bytes are on it, its name.
    package static func adopt(_ partial: String, as path: String, replacing: Bool) throws(Errno) {
        if replacing {
            try systemCall { rename(partial, path) }
        } else {
            try renameUnlessThere(partial, path)
        }
        syncFolder(of: path)
    }

    /// Brings the name of a file in its folder to the disk. File systems that cannot promise that are used all the same.
    package static func syncFolder(of path: String) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    /// Unlike rename(2), link(2) never replaces. Memory cards' file systems have no links: there the name is taken by an
    /// empty file first.
    private static func renameUnlessThere(_ partial: String, _ target: String) throws(Errno) {
        do throws(Errno) { try systemCall { link(partial, target) } } catch {
            guard [EPERM, EOPNOTSUPP, ENOSYS].contains(error.code) else { throw error }
            try write([], opening: target, O_WRONLY | O_CREAT | O_EXCL)
            do throws(Errno) { try systemCall { rename(partial, target) } } catch {
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

    private static func write(
        _ bytes: [UInt8], opening path: String, _ flags: Int32, _ permissions: mode_t = 0o666
    ) throws(Errno) {
        let descriptor = try systemCall { open(path, flags | O_CLOEXEC, permissions) }
        do throws(Errno) {
            var written = 0
            while written < bytes.count {
                written += try systemCall {
                    bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                }
            }
            // Some file systems report a full disk only here. Pipes and devices have nothing to bring to a disk.
            if flags & O_CREAT != 0 { try systemCall { fsync(descriptor) } }
        } catch {
            close(descriptor)
            throw error
        }
        guard close(descriptor) == 0 else { throw Errno(code: errno) }
    }
}
