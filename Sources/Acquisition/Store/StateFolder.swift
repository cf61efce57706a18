internal import Foundation
internal import Logging
internal import SlideStore
internal import Synchronization
internal import Quantities

/// The folder that one daemon keeps everything in, for as long as this lives: whatever sockets others are given, they
/// are refused it.
final class StateFolder: Sendable {
    let path: String
    /// Nil once released.
    private let lock: Mutex<Int32?>

    /// Takes the folder, and makes it where it is not there; only its owner may look into it.
    init(_ path: String, logger: Logger) throws(StoreError) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw StoreError(
                .notAccessible, "the state folder \(path) cannot be made: \(error.localizedDescription)",
                hint: "name another with --state-dir, or make it and give it to this user")
        }
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & 0o077 != 0 {
            logger.warning(
                "others may look into the state folder", metadata: ["folder": "\(path)", "remedy": "chmod 700"])
        }
        let file = path + "/neurallensd.lock"
        let lock = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else {
            throw StoreError(
                .notAccessible, "\(file) cannot be made: \(String(cString: strerror(errno)))",
                hint: "give the state folder to this user, or name another with --state-dir")
        }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            var text = [UInt8](repeating: 0, count: 20)
            let count = max(0, pread(lock, &text, text.count, 0))
            let holder = Int(String(decoding: text[..<count].filter { (0x30...0x39).contains($0) }, as: UTF8.self))
            close(lock)
            throw StoreError(
                .busy,
                "another neurallensd\(holder.map { " (process \($0))" } ?? "") uses the state folder \(path)",
                hint: "one folder has one daemon: end the other one, or name another folder with --state-dir")
        }
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(lock, 0) == 0 { _ = pwrite(lock, text, text.count, 0) }
        self.lock = Mutex(lock)
    }

    /// Another daemon may take it.
    func release() {
        lock.withLock { lock in
            if let held = lock { close(held) }
            lock = nil
        }
    }

    deinit { release() }
}
