import Foundation

/// The database's file as it was opened, to be compared with what lies at its path now: a file that is deleted, replaced
/// or moved stays open, and what is written to it then is lost without a word when the program ends.
final class StoreFile: Sendable {
    let path: String
    /// For reading. Kept open as long as the database is: closing a second descriptor of a file drops the locks that
    /// SQLite holds on it.
    let descriptor: Int32
    private let identity: Identity

    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t

        init(_ status: stat) {
            device = status.st_dev
            inode = status.st_ino
        }
    }

    init(_ path: String) throws(StoreError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw StoreError(.notAccessible, "\(path) cannot be opened", hint: SlideStore.notAccessibleHint)
        }
        identity = Identity(status)
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    /// Why the open file is no longer the one at its path; nil while it is. Three system calls.
    var loss: StoreError? {
        for (suffix, name) in [("", path), ("-wal", "\(path)-wal, the database's log,")] {
            var status = stat()
            guard stat(path + suffix, &status) == 0 else {
                return lost("\(name) is gone: it was deleted or moved while it was in use")
            }
            if suffix.isEmpty, Identity(status) != identity {
                return lost("\(name) is another file now: it was replaced while it was in use")
            }
        }
        return nil
    }

    /// Why nothing can be written though it is there; nil while it can.
    var refusal: StoreError? {
        var status = stat()
        // Whom permissions do not stop, they still tell something.
        guard stat(path, &status) == 0, status.st_mode & 0o222 != 0, access(path, W_OK) == 0 else {
            return StoreError(
                .notAccessible, "\(path) was made read-only while it was in use: nothing more is stored",
                hint: "make it writable again for this user, and the disk that it lies on")
        }
        return nil
    }

    private func lost(_ what: String) -> StoreError {
        StoreError(
            .lost, "\(what); nothing more is taken",
            hint:
                "`neurallens backup FILE` saves what it held, as long as the daemon runs; then put the file back in its "
                + "place, or another, and restart the daemon")
    }
}
