import Digest
package import Foundation
import GRDB
import Synchronization
import Quantities

/// The catalogue or a slide's file as it is at one moment, to be read piece by piece while the daemon goes on.
///
/// The log is brought into the file, and a reader that needs nothing of the log holds the file as it is: SQLite brings
/// nothing more in as long as it reads. What is stored meanwhile waits in the log. The bytes are those of a whole database.
package final class StoreSnapshot: Sendable {
    /// Bytes of a piece; the last one may be shorter.
    package static let blockBytes = 4 << 20

    package let id: String
    package let takenAt = Date()
    /// Of the file.
    package let bytes: Int64

    private let file: StoreFile
    private let state: Mutex<State>

    private struct State {
        /// Holds its read transaction open; nil where nothing is written any more.
        var reader: DatabaseQueue?
        var isHeld = true
        /// Keeps the file open.
        var onRelease: (@Sendable () -> Void)?
    }

    package var blocks: Int { Int((bytes + Int64(Self.blockBytes) - 1) / Int64(Self.blockBytes)) }

    fileprivate init(
        id: String = randomIdentifier(), file: StoreFile, reader: DatabaseQueue?, bytes: Int64,
        onRelease: (@Sendable () -> Void)? = nil
    ) {
        self.id = id
        self.file = file
        state = Mutex(State(reader: reader, onRelease: onRelease))
        self.bytes = bytes
    }

    /// Reads a piece. Blocks the calling thread.
    /// - Throws: `lost` once released, and `invalidValue` beyond the end.
    package func block(_ number: Int) throws(StoreError) -> [UInt8] {
        guard number >= 0, number < blocks else {
            throw StoreError(
                .invalidValue, "the database has \(blocks) pieces, and no piece \(number)", hint: "begin anew")
        }
        guard state.withLock({ $0.isHeld }) else {
            throw StoreError(.lost, "the database is no longer held as it was", hint: "begin anew")
        }
        let start = Int64(number) * Int64(Self.blockBytes)
        let wanted = Int(min(Int64(Self.blockBytes), bytes - start))
        var failure: Int32 = 0
        let block = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
            while count < wanted {
                let read = pread(
                    file.descriptor, buffer.baseAddress! + count, wanted - count, off_t(start) + off_t(count))
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
        let held = state.withLock { state in
            defer { state = State(reader: nil, isHeld: false) }
            return state
        }
        defer { held.onRelease?() }
        guard let reader = held.reader else { return }
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
                continuation.resume(
                    returning: Result {
                        // The last entry of the log says that the file needs none.
                        let log = try db.checkpoint(.passive)
                        guard log.walFrameCount == log.checkpointedFrameCount else { return nil }
                        if file.loss != nil {
                            return StoreSnapshot(
                                file: file, reader: nil, bytes: try Int64.fetchOne(db, sql: Self.size) ?? 0)
                        }
                        let (reader, bytes) = try Self.hold(path)
                        return StoreSnapshot(file: file, reader: reader, bytes: bytes)
                    })
            }
        }
        do { return try result.get() } catch { throw StoreError(error, doing: "read", path: path) }
    }

    private static let size = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"

    /// A reader of a file whose log was just brought in: nothing is brought in any more as long as it reads. Called where
    /// nothing is written meanwhile.
    private static func hold(_ path: String) throws -> (DatabaseQueue, bytes: Int64) {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: path, configuration: configuration)
        let bytes = try reader.writeWithoutTransaction { db -> Int64 in
            try db.execute(sql: "BEGIN")
            return try Int64.fetchOne(db, sql: size) ?? 0
        }
        return (reader, bytes)
    }

    // MARK: Slides' files

    /// The state of a slide's file, by which a copy of it is known to be still so.
    package struct SlideFileState: Sendable, Equatable {
        /// Bytes of a file's begin that tell its states apart: its first page counts changes.
        package static let headBytes = 64 << 10

        package let slide: Slide.ID
        package let bytes: Int64
        /// SHA-256 of the first bytes, hexadecimal.
        package let head: String
    }

    /// Of all slides that have a file, each as it is now. Blocks the calling thread.
    package func slideFileStates() throws(StoreError) -> [SlideFileState] {
        do {
            // By the connection that writes: of a catalogue that was deleted or replaced, readers may see something else.
            let identities = try pool.writeWithoutTransaction { [slideFiles] db in
                try Row.fetchAll(db, sql: "SELECT id, created_at FROM slides").map { row in
                    SlideFile.Identity(store: slideFiles.store, slide: row["id"], createdAt: row["created_at"])
                }
            }
            return try identities.compactMap { try slideFiles.state(of: $0) }
        } catch {
            throw StoreError(error, doing: "read", path: slideFiles.folder, purpose: .slideFile)
        }
    }

    /// Holds a slide's file as it is now. Blocks the calling thread.
    /// - Parameter id: of the snapshot that it belongs to.
    package func snapshot(ofSlide slide: Slide.ID, in id: String) throws(StoreError) -> StoreSnapshot {
        do {
            let identity = try pool.writeWithoutTransaction { [slideFiles] db in
                _ = try Slide.fetch(db, id: slide)
                return try SlideFile.Identity(db, slide: slide, store: slideFiles.store)
            }
            for _ in 0..<Self.patience {
                let held = try slideFiles.held(identity) { file, release -> StoreSnapshot? in
                    let reader = try file.queue.writeWithoutTransaction { db -> (DatabaseQueue, bytes: Int64)? in
                        let log = try db.checkpoint(.passive)
                        guard log.walFrameCount == log.checkpointedFrameCount else { return nil }
                        return try Self.hold(file.path)
                    }
                    guard let (reader, bytes) = reader else { return nil }
                    return StoreSnapshot(
                        id: "\(id).\(slide)", file: file.file, reader: reader, bytes: bytes, onRelease: release)
                }
                if let held { return held }
                usleep(50_000)
            }
        } catch {
            throw StoreError(error, doing: "read", path: slideFiles.path(of: slide), purpose: .slideFile)
        }
        throw StoreError(
            .busy, "the log of \(slideFiles.path(of: slide)) could not be brought into it",
            hint: "try again in a moment")
    }
}
