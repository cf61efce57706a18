import Digest
package import Foundation
import GRDB
import Synchronization
import Quantities

/// The database file as it is at one moment, to be read piece by piece while the daemon goes on.
///
/// The log is brought into the file, and a reader that needs nothing of the log holds the file as it is: SQLite brings
/// nothing more in as long as it reads. What is stored meanwhile waits in the log. The bytes are those of a whole database.
package final class StoreSnapshot: Sendable {
    /// Bytes of a piece; the last one may be shorter.
    package static let blockBytes = 4 << 20

    package let id = randomIdentifier()
    package let takenAt = Date()
    /// Of the file.
    package let bytes: Int64

    private let file: StoreFile
    private let state: Mutex<State>

    private struct State {
        /// Holds its read transaction open; nil where nothing is written any more.
        var reader: DatabaseQueue?
        var isHeld = true
    }

    package var blocks: Int { Int((bytes + Int64(Self.blockBytes) - 1) / Int64(Self.blockBytes)) }

    fileprivate init(file: StoreFile, reader: DatabaseQueue?, bytes: Int64) {
        self.file = file
        state = Mutex(State(reader: reader))
        self.bytes = bytes
    }

    /// Reads a piece. Blocks the calling thread.
    /// - Throws: `lost` once released, and `invalidValue` beyond the end.
    package func block(_ number: Int) throws(StoreError) -> [UInt8] {
        guard number >= 0, number < blocks else {
            throw StoreError(.invalidValue, "the database has \(blocks) pieces, and no piece \(number)", hint: "begin anew")
        }
        guard state.withLock({ $0.isHeld }) else {
            throw StoreError(.lost, "the database is no longer held as it was", hint: "begin anew")
        }
        let start = Int64(number) * Int64(Self.blockBytes)
        let wanted = Int(min(Int64(Self.blockBytes), bytes - start))
        var failure: Int32 = 0
        let block = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let read = pread(file.descriptor, buffer.baseAddress! + count, wanted - count, off_t(start) + off_t(count))
                if read < 0, errno == EINTR { continue }
                guard read > 0 else {
                    failure = read < 0 ? errno : EIO
                    return
                }
                count += read
            }
        }
        guard failure == 0 else {
            throw StoreError(
                .inputOutput, "\(file.path) could not be read: \(String(cString: strerror(failure)))",
                hint: "check the disk (dmesg, smartctl)")
        }
        return block
    }

    /// SHA-256 of a piece, hexadecimal. Blocks the calling thread.
    package func hash(ofBlock number: Int) throws(StoreError) -> String { sha256Hex(try block(number)) }

    /// Lets the file change again.
    package func release() {
        let reader = state.withLock { state in
            defer { state = State(reader: nil, isHeld: false) }
            return state.reader
        }
        guard let reader else { return }
        try? reader.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        try? reader.close()
    }

    deinit { release() }
}

extension SlideStore {
    /// How long it is waited for readers that keep the log from being brought in.
    private static let patience = 100

    /// Holds the file as it is now. Of a file that was deleted or replaced, what is open of it: nothing is written to that
    /// any more.
    package func snapshot() async throws(StoreError) -> StoreSnapshot {
        for _ in 0..<Self.patience {
            if let snapshot = try await attemptSnapshot() { return snapshot }
            try? await Task.sleep(for: .milliseconds(50))
        }
        throw StoreError(
            .busy, "the log of \(path) could not be brought into it: it is being read all the time",
            hint: "try again when fewer clients are at work")
    }

    private func attemptSnapshot() async throws(StoreError) -> StoreSnapshot? {
        let (file, path) = (file, path)
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<StoreSnapshot?, any Error>, Never>) in
            pool.asyncWriteWithoutTransaction { db in
                continuation.resume(returning: Result {
                    // The last entry of the log says that the file needs none.
                    let log = try db.checkpoint(.passive)
                    guard log.walFrameCount == log.checkpointedFrameCount else { return nil }
                    let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
                    if file.loss != nil {
                        return StoreSnapshot(
                            file: file, reader: nil, bytes: try Int64.fetchOne(db, sql: size) ?? 0)
                    }
                    var configuration = Configuration()
                    configuration.readonly = true
                    configuration.allowsUnsafeTransactions = true
                    let reader = try DatabaseQueue(path: path, configuration: configuration)
                    // Nothing is written meanwhile: this closure has the only connection that writes.
                    let bytes = try reader.writeWithoutTransaction { db -> Int64 in
                        try db.execute(sql: "BEGIN")
                        return try Int64.fetchOne(db, sql: size) ?? 0
                    }
                    return StoreSnapshot(file: file, reader: reader, bytes: bytes)
                })
            }
        }
        do { return try result.get() } catch { throw StoreError(error, doing: "read", path: path) }
    }
}
