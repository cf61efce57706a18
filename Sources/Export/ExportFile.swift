import Foundation

/// A file that is there whole or not at all.
package enum ExportFile {
    /// Writes a file under a temporary name in the same folder, then gives it its own: after a full disk or a power cut
    /// there is what was there before. A device or a pipe is written to.
    /// - Parameter overwriting: replaces a file of that name (where it is a link, what it points to).
    /// - Throws: `.exists`, `.noSpace`, `.cannotWrite`.
    package static func write(_ bytes: [UInt8], to path: String, overwriting: Bool = false) throws(ExportError) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        let isSpecial = isThere && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
        if isSpecial { return try fill(path, O_WRONLY, bytes, named: path) }
        if isThere && !overwriting { throw failure(EEXIST, path) }
        let target = isThere ? URL(fileURLWithPath: path).resolvingSymlinksInPath().path : path
        let partial = "\(target).\(String(UInt32.random(in: 0 ... .max), radix: 16)).partial"
        do throws(ExportError) {
            try fill(partial, O_WRONLY | O_CREAT | O_EXCL, bytes, named: path)
            guard (overwriting ? rename(partial, target) : renameUnlessThere(partial, target)) == 0 else {
                throw failure(errno, path)
            }
        } catch {
            unlink(partial)
            throw error
        }
        // The name, too, is to outlast a power cut; file systems that cannot promise that are used all the same.
        let folder = (target as NSString).deletingLastPathComponent
        let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
        if descriptor >= 0 {
            fsync(descriptor)
            close(descriptor)
        }
    }

    /// Nothing can come between looking for the file and giving its name away. Where the file system knows no hard
    /// links (FAT), an empty file holds the name meanwhile.
    private static func renameUnlessThere(_ partial: String, _ target: String) -> Int32 {
        if link(partial, target) == 0 { return unlink(partial) }
        guard [EPERM, EOPNOTSUPP, ENOSYS].contains(errno) else { return -1 }
        let holder = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard holder >= 0 else { return -1 }
        close(holder)
        if rename(partial, target) == 0 { return 0 }
        let fault = errno
        unlink(target)
        errno = fault
        return -1
    }

    private static func fill(_ path: String, _ flags: Int32, _ bytes: [UInt8], named name: String) throws(ExportError) {
        let descriptor = open(path, flags | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw failure(errno, name) }
        var written = 0
        var fault: Int32 = 0
        while written < bytes.count, fault == 0 {
            let count = bytes[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 { written += count } else if errno != EINTR { fault = errno }
        }
        // Some file systems report a full disk only here. Pipes and devices have nothing to bring to a disk.
        if fault == 0, flags & O_CREAT != 0, fsync(descriptor) != 0 { fault = errno }
        if close(descriptor) != 0, fault == 0 { fault = errno }
        if fault != 0 { throw failure(fault, name) }
    }

    private static func failure(_ code: Int32, _ path: String) -> ExportError {
        let reason = String(cString: strerror(code))
        return switch code {
        case EEXIST:
            ExportError(.exists, "\(path) exists", hint: "name another file, or ask for this one to be replaced")
        case ENOSPC, EDQUOT, EFBIG:
            ExportError(.noSpace, "\(path) cannot be written: \(reason)", hint: "make room or name another disk")
        default:
            ExportError(.cannotWrite, "\(path) cannot be written: \(reason)", hint: "name another file or folder")
        }
    }
}
