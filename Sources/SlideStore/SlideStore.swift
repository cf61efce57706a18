import Foundation
import GRDB
import Quantities
import Synchronization

/// Slides, captures, grains and the journal in one SQLite file, the catalogue, and pictures in files beside it, a slide each.
///
/// Every method that changes something is one transaction, on disk (`synchronous=FULL`) when it returns, and
/// is finished once begun even if the calling task is cancelled. Reading goes on beside writing (WAL). Queries run on
/// GRDB's own queues, never on the cooperative pool.
package final class SlideStore: Sendable {
    package let path: String
    let file: StoreFile
    let pool: DatabasePool
    let slideFiles: SlideFiles
    private let isClosed = Atomic(false)
    /// As the file has them: names are asked for with every count.
    let speciesAdded: Mutex<[AddedSpecies]>

    /// Opens a database, or makes a new one where there is no file. Blocks while the file is read, recovered and migrated:
    /// for program start.
    ///
    /// A file that is no database of this program, not a whole one, or one of a later version, is refused and left as it
    /// is.
    /// - Parameters:
    ///   - maximumBytes: the file is not let grow beyond, as if the disk were full; nil for no limit.
    ///   - progress: called with 0...1 while a file of an earlier format is brought to this one, where that takes long.
    package init(
        at path: String, maximumBytes: Int64? = nil, progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) throws(StoreError) {
        self.path = path
        do {
            try Self.makeIfAbsent(path)
            let hasLog = Self.hasLog(path)
            try DatabaseHeader.check(path, as: .catalogue, hasLog: hasLog)
            file = try StoreFile(path)
            try Self.checkContent(path, hasLog: hasLog)
            pool = try DatabasePool(path: path, configuration: Self.configuration)
            try pool.writeWithoutTransaction { db in
                // GRDB sets NORMAL, which in WAL mode may lose the last commits at a power failure.
                try db.execute(sql: "PRAGMA synchronous = FULL")
                try db.execute(sql: "PRAGMA journal_size_limit = 67108864")
                try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
                if let maximumBytes {
                    let pageSize = try Int64.fetchOne(db, sql: "PRAGMA page_size") ?? Int64(Schema.pageBytes)
                    _ = try Int64.fetchOne(db, sql: "PRAGMA max_page_count = \(max(1, maximumBytes / pageSize))")
                }
            }
            try Self.bringToFormat(pool, path, progress)
            try pool.writeWithoutTransaction { try Self.bringInLog($0) }
            speciesAdded = Mutex(try pool.read { try AddedSpecies.fetchAll($0) })
            slideFiles = SlideFiles(
                folder: SlideFiles.folder(of: path), store: try pool.read { try Self.storeID($0) },
                maximumBytes: maximumBytes)
            if let loss = file.loss { throw loss }
            // What an upgrade or a deletion left free; a full disk is no reason not to open.
            try? giveBackFreePages()
        } catch {
            throw StoreError(error, doing: "opened", path: path)
        }
    }

    /// Waits for running queries and closes the file, which is complete by itself then; the store cannot be used
    /// afterwards.
    package func close() throws(StoreError) {
        let isLost = file.loss != nil
        isClosed.store(true, ordering: .relaxed)
        do {
            try pool.close()
            slideFiles.close()
            guard !isLost else { return }
            // The pool closes its readers last, and a connection that only reads leaves the log beside the file.
            let last = try DatabaseQueue(path: path, configuration: Self.configuration)
            _ = try last.read { try $0.tableExists("captures") }
            try last.close()
        } catch {
            throw StoreError(error, doing: "closed", path: path)
        }
    }

    /// What is wrong with the file; nil while it is the one that was opened and can be written.
    package var fault: StoreError? { loss ?? (isClosed.load(ordering: .relaxed) ? nil : file.refusal) }

    /// A closed file may go wherever it likes.
    private var loss: StoreError? { isClosed.load(ordering: .relaxed) ? nil : file.loss }

    /// What the store calls itself; copies of it share it.
    static func storeID(_ db: Database) throws -> String {
        try String.fetchOne(db, sql: "SELECT store_id FROM store_identity") ?? ""
    }

    /// How long a lock is waited for, in seconds.
    static let lockTimeout = 5

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(TimeInterval(lockTimeout))
        configuration.label = "slides"
        return configuration
    }

    func read<Value: Sendable>(
        _ query: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        try checkFile()
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, any Error>, Never>) in
            pool.asyncRead { database in
                continuation.resume(returning: Result { try query(try database.get()) })
            }
        }
        do { return try result.get() } catch { throw StoreError(error, doing: "read", path: path) }
    }

    /// Throws where the file is lost: new connections open the path, whatever lies there.
    func checkFile() throws(StoreError) {
        if let loss { throw loss }
    }

    /// Runs a change as one transaction.
    func write<Value: Sendable>(
        _ change: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        if let fault { throw fault }
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, any Error>, Never>) in
            pool.asyncWrite(change) { db, result in
                self.bringInLogIfLong(db)
                continuation.resume(returning: result)
            }
        }
        do { return try result.get() } catch { throw StoreError(error, doing: "written", path: path) }
    }
}
