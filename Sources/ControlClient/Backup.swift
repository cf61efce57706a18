package import ControlAPI
import Digest
import Glibc
import SystemCalls

/// Fetches the daemon's catalogue, or the file of one slide's pictures, into a file, piece by piece. What an earlier attempt
/// fetched and what is still so is not fetched again; a connection that breaks is taken up where it broke.
package struct Backup {
    package struct Progress: Sendable, Equatable {
        package var done: Int64 = 0
        package var total: Int64 = 0
        /// Of what is done, bytes that were fetched; the others were there already.
        package var fetched: Int64 = 0
    }

    /// How long a daemon that does not answer is waited for.
    private static let patience = Duration.seconds(60)
    /// Pieces whose hashes are asked for at once.
    private static let group = 16

    private let client: ControlClient
    /// Where the pieces go.
    private let path: String
    /// Snapshot and slide, where it is the file of a slide's pictures.
    private let slide: (id: Int64, snapshot: String)?

    /// - Parameters:
    ///   - slide: whose pictures are fetched, and the snapshot that they belong to; nil: the catalogue is.
    ///   - partial: of the file that is to be; what is there is compared piece by piece.
    package init(of slide: (id: Int64, snapshot: String)? = nil, from client: ControlClient, to partial: String) {
        self.client = client
        self.slide = slide
        path = partial
    }

    private func begin() throws(ControlClientError) -> SnapshotReport {
        guard let slide else { return try client.snapshot() }
        return try client.snapshot(ofSlide: slide.id, in: slide.snapshot)
    }

    /// - Parameters:
    ///   - ending: whether the daemon need not hold the file any longer.
    ///   - onProgress: called after every piece.
    ///   - onTrouble: called when the daemon does not answer and is tried again.
    /// - Returns: what was fetched; the file is on the disk.
    package func run(
        ending: Bool = true, onProgress: (Progress) -> Void, onTrouble: (ControlClientError) -> Void
    ) throws(ControlClientError) -> SnapshotReport {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure(errno) }
        defer { close(file) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            throw ControlClientError(
                .cannotWrite, "\(visible(path)) is being written by another backup",
                hint: "wait for it, or name another file")
        }
        var snapshot = try patiently(onTrouble) { () throws(ControlClientError) in try begin() }
        var number = 0
        var progress = Progress(total: snapshot.bytes)
        while number < snapshot.blocks {
            do throws(ControlClientError) {
                let (held, first) = (snapshot, number)
                let hashes = try patiently(onTrouble) { () throws(ControlClientError) in
                    try client.hashes(from: first, count: Self.group, ofSnapshot: held.id).hashes
                }
                guard !hashes.isEmpty else { throw client.notUnderstood("it has no hashes") }
                for hash in hashes {
                    let size = min(
                        Int64(snapshot.blockBytes), snapshot.bytes - Int64(number) * Int64(snapshot.blockBytes))
                    let offset = Int64(number) * Int64(snapshot.blockBytes)
                    if try sha256Hex(read(file, at: offset, Int(size))) != hash {
                        let wanted = number
                        let block = try patiently(onTrouble) { () throws(ControlClientError) in
                            try client.block(wanted, ofSnapshot: held.id)
                        }
                        guard sha256Hex(block) == hash else {
                            throw client.notUnderstood("piece \(number) of the database is not what was announced")
                        }
                        try write(block, to: file, at: offset)
                        progress.fetched += size
                    }
                    number += 1
                    progress.done += size
                    onProgress(progress)
                }
            } catch {
                // The daemon was restarted, or has given up waiting: what is the same in the new state is kept.
                guard case .refused(let problem) = error.code, problem.isKind(.snapshotNotFound) else { throw error }
                snapshot = try patiently(onTrouble) { () throws(ControlClientError) in try begin() }
                number = 0
                progress = Progress(total: snapshot.bytes, fetched: progress.fetched)
            }
        }
        guard ftruncate(file, off_t(snapshot.bytes)) == 0, fsync(file) == 0 else { throw failure(errno) }
        // Held a little longer where this fails.
        if ending { try? client.endSnapshot(snapshot.id) }
        return snapshot
    }

    /// Tries again while no daemon answers.
    private func patiently<Value>(
        _ onTrouble: (ControlClientError) -> Void, _ body: () throws(ControlClientError) -> Value
    ) throws(ControlClientError) -> Value {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            do throws(ControlClientError) { return try body() } catch {
                guard error.code == .unreachable, ContinuousClock.now < deadline else { throw error }
                onTrouble(error)
                usleep(500_000)
            }
        }
    }

    private func read(_ file: Int32, at offset: Int64, _ size: Int) throws(ControlClientError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: size)
        var count = 0
        while count < size {
            let read = bytes.withUnsafeMutableBytes {
                pread(file, $0.baseAddress! + count, size - count, off_t(offset) + off_t(count))
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw failure(errno) }
            // Behind the end of what an earlier attempt left.
            if read == 0 { return Array(bytes[..<count]) }
            count += read
        }
        return bytes
    }

    private func write(_ bytes: [UInt8], to file: Int32, at offset: Int64) throws(ControlClientError) {
        var count = 0
        while count < bytes.count {
            let written = bytes.withUnsafeBytes {
                pwrite(file, $0.baseAddress! + count, bytes.count - count, off_t(offset) + off_t(count))
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw failure(errno) }
            count += written
        }
    }

    private func failure(_ code: Int32) -> ControlClientError { Self.failure(path, code) }

    /// What cannot be written of a backup.
    static func failure(_ path: String, _ code: Int32) -> ControlClientError {
        ControlClientError(
            .cannotWrite, "cannot write \(visible(path)): \(Errno(code: code))",
            hint: [ENOSPC, EDQUOT, EFBIG].contains(code)
                ? "make room and run the command again: it goes on where it ended" : "name another file")
    }
}
