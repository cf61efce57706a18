import Glibc
import SystemCalls

/// A file that a command was asked to write: whole or not at all.
package enum OutputFile {
    /// - Parameter overwrite: whether a file that is there is replaced; else it stays as it is, even if it appeared a
    ///   moment ago.
    package static func write(
        _ bytes: [UInt8], to path: String, overwrite: Bool = true
    ) throws(ControlClientError) {
        do throws(Errno) { try AtomicFile.write(bytes, to: path, replacing: overwrite) } catch {
            throw error.code == EEXIST && !overwrite ? existing(path) : failure(path, error)
        }
    }

    /// Gives a file that was written beside its place its name.
    package static func adopt(_ partial: String, as path: String, overwrite: Bool) throws(ControlClientError) {
        do throws(Errno) { try AtomicFile.adopt(partial, as: path, replacing: overwrite) } catch {
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
        do throws(Errno) { try systemCall { mkdir(path, 0o777) } } catch {
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
}
