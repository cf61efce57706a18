import Glibc
import SystemCalls
package import UnixSocket

/// The listening Unix socket of the daemon: bound here and locked, or handed over by the service manager.
package struct ListeningSocket: Sendable {
    package let descriptor: Int32
    /// Where clients find it.
    package let path: String
    private let ownership: Ownership?

    /// What this process made and so removes.
    private struct Ownership {
        let lock: Int32
        let inode: ino_t
    }

    /// Binds and listens. The file appears with mode 0660; a missing directory is made with mode 0750.
    ///
    /// A second daemon is refused by the lock file beside the socket (`PATH.lock`, flock(2)), which the kernel releases
    /// with the process however it ends; the lock file itself stays. A socket that nobody answers at is replaced, a
    /// live one never.
    ///
    /// - Throws: `.pathTooLong`, `.pathNotAllowed`, `.inUse`, `.notASocket`, `.system`.
    package init(bindingTo path: String) throws(UnixSocketError) {
        let address = try UnixSocketAddress(path)
        try Self.makeDirectory(of: path)
        let lock = try Self.lock(path)
        do throws(UnixSocketError) {
            try Self.removeStaleSocket(at: path, address: address)
            descriptor = try Self.listen(at: path, address: address)
        } catch {
            close(lock)
            throw error
        }
        self.path = path
        ownership = Ownership(lock: lock, inode: Self.status(of: path)?.st_ino ?? 0)
    }

    /// A socket that another process made and removes.
    init(handedOver descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
        ownership = nil
    }

    /// Removes the file that `init(bindingTo:)` made and releases its lock; to be called once. The descriptor is the
    /// server's to close.
    package func remove() {
        guard let ownership else { return }
        if Self.status(of: path)?.st_ino == ownership.inode { unlink(path) }
        // Closing would not do while a child that is just being started still has the descriptor.
        flock(ownership.lock, LOCK_UN)
        close(ownership.lock)
    }

    private static func status(of path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    private static func makeDirectory(of path: String) throws(UnixSocketError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let directory = String(path[..<slash])
        guard mkdir(directory, 0o750) != 0, errno != EEXIST else { return }
        throw UnixSocketError(
            .system(errno: errno), "cannot make the directory \(directory) for the socket: \(Errno(code: errno))",
            hint: "make it by hand or name another socket path")
    }

    /// - Returns: the lock file's descriptor, which holds the lock.
    private static func lock(_ path: String) throws(UnixSocketError) -> Int32 {
        let lockPath = path + ".lock"
        func failure(_ error: Errno) -> UnixSocketError {
            UnixSocketError(
                .system(errno: error.code), "cannot lock \(lockPath): \(error)",
                hint: "check who owns the file and its directory, or name another socket path")
        }
        let lock: Int32
        do throws(Errno) {
            lock = try systemCall { open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640) }
        } catch {
            throw failure(error)
        }
        do throws(Errno) {
            try systemCall { flock(lock, LOCK_EX | LOCK_NB) }
            try systemCall { ftruncate(lock, 0) }
            let holder = "\(getpid())\n"
            try systemCall { pwrite(lock, holder, holder.utf8.count, 0) }
            return lock
        } catch {
            defer { close(lock) }
            throw error.code == EWOULDBLOCK ? inUse(path, by: holder(of: lock)) : failure(error)
        }
    }

    private static func holder(of lock: Int32) -> Int32? {
        var digits = [UInt8](repeating: 0, count: 16)
        let count = pread(lock, &digits, digits.count, 0)
        return count > 0 ? Int32(String(decoding: digits.prefix(count), as: UTF8.self).prefix { $0.isNumber }) : nil
    }

    private static func inUse(_ path: String, by holder: Int32?) -> UnixSocketError {
        let who = holder.map { "process \($0)" } ?? "another process"
        return UnixSocketError(
            .inUse, "\(who) already serves \(path)", hint: "stop that daemon first or name another socket path")
    }

    /// Without the lock nobody of ours listens, but the socket may be another program's, or the service manager's.
    private static func removeStaleSocket(at path: String, address: UnixSocketAddress) throws(UnixSocketError) {
        guard let status = status(of: path) else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw UnixSocketError(
                .notASocket, "\(path) exists and is not a socket", hint: "remove it or name another socket path")
        }
        do throws(Errno) {
            close(try address.connect(flags: Int32(SOCK_NONBLOCK.rawValue)))
        } catch {
            guard error.code == ECONNREFUSED else { throw inUse(path, by: nil) }
            unlink(path)
            return
        }
        throw inUse(path, by: nil)
    }

    private static func listen(at path: String, address: UnixSocketAddress) throws(UnixSocketError) -> Int32 {
        var opened: Int32?
        do throws(Errno) {
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let descriptor = try systemCall { socket(AF_UNIX, type, 0) }
            opened = descriptor
            // Linux takes the file's mode from the unbound socket, less the umask: the file is never wider than 0660,
            // and the umask, which all threads share, stays as it is.
            try systemCall { fchmod(descriptor, 0o660) }
            try address.withSocketAddress { address, length throws(Errno) in
                _ = try systemCall { bind(descriptor, address, length) }
            }
            try systemCall { chmod(path, 0o660) }
            try systemCall { Glibc.listen(descriptor, 512) }
            return descriptor
        } catch {
            if let opened { close(opened) }
            throw UnixSocketError(
                .system(errno: error.code), "cannot listen at \(path): \(error)",
                hint: "check who owns its directory, or name another socket path")
        }
    }
}
