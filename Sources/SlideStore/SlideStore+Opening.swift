import Foundation
import GRDB
import Quantities
import SystemCalls

extension SlideStore {
    /// Makes a new database where there is no file: beside its place, and put there whole, so that a file that is there
    /// is either complete or not ours. Only its owner may read it.
    static func makeIfAbsent(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) != 0, errno == ENOENT else { return }
        for suffix in ["-wal", "-shm", "-journal"] where lstat(path + suffix, &status) == 0 {
            throw StoreError(
                .incomplete, "\(path) is gone, and \(path)\(suffix) belongs to it",
                hint: "put the database back beside its log, or move the log away for a new one")
        }
        let draft = "\(path).new"
        for name in [draft, "\(draft)-wal", "\(draft)-shm", "\(draft)-journal"] { unlink(name) }
        let descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreError(
                .notAccessible, "\(path) cannot be made: \(String(cString: strerror(errno)))", hint: notAccessibleHint)
        }
        Glibc.close(descriptor)
        let database = try DatabaseQueue(path: draft, configuration: configuration)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA page_size = \(Schema.pageBytes)")
            // What is deleted gives its room back: see `SlideStore+Moving`.
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
            // As the pool would; in the header from the start.
            _ = try String.fetchOne(db, sql: "PRAGMA journal_mode = wal")
        }
        try Schema.migrator { _ in }.migrate(database)
        try database.close()
        guard link(draft, path) == 0 || rename(draft, path) == 0 else {
            throw StoreError(
                .notAccessible, "\(path) cannot be made: \(String(cString: strerror(errno)))", hint: notAccessibleHint)
        }
        unlink(draft)
        AtomicFile.syncFolder(of: path)
    }

    /// Brings a file of an earlier format to this one: each step whole or not at all.
    static func bringToFormat(
        _ pool: DatabasePool, _ path: String, _ progress: @escaping @Sendable (Double) -> Void
    ) throws {
        do {
            try Schema.migrator(progress: progress).migrate(pool)
        } catch {
            throw StoreError(error, doing: "brought to format \(Schema.version)", path: path)
        }
    }

    /// Whether a log with something in it lies beside a file.
    static func hasLog(_ path: String) -> Bool {
        var status = stat()
        return stat(path + "-wal", &status) == 0 && status.st_size > 0
    }

    /// Opens a file without changing it. Without a log nothing else has it open, and SQLite is told to make none beside it:
    /// an empty one would look like the log that a copy has lost.
    static func onlyReading(_ path: String, hasLog: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(TimeInterval(lockTimeout))
        let address = hasLog ? path : URL(fileURLWithPath: path).absoluteString + "?immutable=1"
        return try DatabaseQueue(path: address, configuration: configuration)
    }

    /// Refuses what is not whole, and files of later versions, before anything is written to them.
    static func checkContent(_ path: String, hasLog: Bool) throws {
        let database = try onlyReading(path, hasLog: hasLog)
        defer { try? database.close() }
        try database.read { db in
            let version = try UInt32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
            if version > Schema.version {
                throw StoreError(
                    .newerVersion,
                    "\(path) has format \(version), this version knows up to \(Schema.version); it was left as it is",
                    hint: "install the later version of neurallens that wrote it")
            }
            let hasTables = try ["slides", "captures", "pictures", "grdb_migrations"].allSatisfy {
                try db.tableExists($0)
            }
            if version == 0 || !hasTables {
                throw StoreError(
                    .incomplete,
                    "\(path) has none of the tables of a slide database: it may be a copy of a running daemon's file "
                        + "without its log (\(path)-wal); it was left as it is",
                    hint:
                        "copy both files, or have `neurallens backup FILE` make the copy; or move it away for a new one"
                )
            }
            try checkLog(db, path, hasLog: hasLog)
        }
    }

    static let notAccessibleHint = "check that its folder exists and that this user may write to both"
}
