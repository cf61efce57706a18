import Digest
import Foundation
import GRDB
import Quantities
import SystemCalls

/// The pictures of one slide, in an SQLite file of their own beside the catalogue: `slides-pictures/7.sqlite`.
///
/// It says of itself which slide of which store it belongs to, so that a file of another place is never taken for it. Pictures
/// lie under their SHA-256 and are only ever added; `user_version` grows with every change, so that two states of a file are
/// told apart by its first page. A picture is committed here before the catalogue says that it is there: a kill in between
/// leaves bytes that nothing refers to, which do no harm, and never the other way round.
final class SlideFile {
    /// `application_id` of the file: "NLpi".
    static let applicationID: UInt32 = 0x4e4c_7069

    /// What a file says that it belongs to.
    struct Identity: Sendable, Equatable, Hashable {
        let store: String
        let slide: Int64
        /// As the catalogue has it: a slide of the same number in a later life of the catalogue is another one.
        let createdAt: String
    }

    private static let schema = """
        CREATE TABLE slide (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            store_id TEXT NOT NULL,
            slide_id INTEGER NOT NULL,
            slide_created_at TEXT NOT NULL,
            slide_name TEXT NOT NULL
        ) STRICT;
        CREATE TABLE pictures (
            id INTEGER PRIMARY KEY,
            sha256 TEXT NOT NULL UNIQUE CHECK (length(sha256) = 64),
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE previews (
            capture_id INTEGER PRIMARY KEY,
            samples BLOB NOT NULL
        ) STRICT;
        """

    let path: String
    let identity: Identity
    let file: StoreFile
    let queue: DatabaseQueue

    /// Opens a file and looks whether it is the one that is wanted. Blocks.
    /// - Parameter isReadOnly: nothing is written, not even a log beside it.
    init(at path: String, _ identity: Identity, isReadOnly: Bool, maximumBytes: Int64? = nil) throws {
        self.path = path
        self.identity = identity
        let hasLog = SlideStore.hasLog(path)
        try DatabaseHeader.check(path, as: .slideFile, hasLog: hasLog)
        file = try StoreFile(path)
        if isReadOnly {
            queue = try SlideStore.onlyReading(path, hasLog: hasLog)
        } else {
            queue = try DatabaseQueue(path: path, configuration: Self.configuration)
            try queue.writeWithoutTransaction { db in
                try db.execute(sql: "PRAGMA synchronous = FULL")
                if let maximumBytes {
                    let pages = max(1, maximumBytes / Int64(Schema.pageBytes))
                    _ = try Int64.fetchOne(db, sql: "PRAGMA max_page_count = \(pages)")
                }
            }
        }
        let found: Row?
        do {
            found = try queue.read { try Row.fetchOne($0, sql: "SELECT * FROM slide") }
        } catch let error as DatabaseError where error.resultCode == .SQLITE_ERROR {
            throw StoreError(
                .incomplete, "\(path) has none of the tables of a slide's pictures; it was left as it is",
                hint: "restore it from a backup; counts do not need it")
        }
        guard let found else {
            throw StoreError(
                .incomplete, "\(path) does not say which slide it belongs to; it was left as it is",
                hint: "restore it from a backup; counts do not need it")
        }
        let holds = Identity(store: found["store_id"], slide: found["slide_id"], createdAt: found["slide_created_at"])
        guard holds == identity else {
            let (name, made): (String, String) = (found["slide_name"], found["slide_created_at"])
            let owner = holds.store == identity.store ? "" : " of another database"
            throw StoreError(
                .foreignDatabase,
                "\(path) holds the pictures of another slide\(owner), \"\(name)\", made \(made); it was left as it is",
                hint:
                    "put the right file in its place, from a backup or from where it was swapped; counts do not need it"
            )
        }
    }

    /// Makes a new file: beside its place, and put there whole. What is there is never replaced.
    static func make(at path: String, _ identity: Identity, name: String) throws {
        let draft = "\(path).new"
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(draft + suffix) }
        let descriptor = open(draft, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw notMade(path) }
        Glibc.close(descriptor)
        let database = try DatabaseQueue(path: draft, configuration: SlideStore.configuration)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA page_size = \(Schema.pageBytes)")
            try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try db.execute(sql: "PRAGMA application_id = \(applicationID)")
            try db.inTransaction {
                try db.execute(sql: schema)
                try db.execute(
                    sql: "INSERT INTO slide VALUES (1, ?, ?, ?, ?)",
                    arguments: [identity.store, identity.slide, identity.createdAt, name])
                try db.execute(sql: "PRAGMA user_version = 1")
                return .commit
            }
        }
        try database.close()
        guard link(draft, path) == 0 || (errno != EEXIST && rename(draft, path) == 0) else { throw notMade(path) }
        unlink(draft)
        AtomicFile.syncFolder(of: path)
    }

    private static func notMade(_ path: String) -> StoreError {
        let code = errno
        return StoreError(
            [ENOSPC, EDQUOT].contains(code) ? .diskFull : .notAccessible,
            "\(path) cannot be made: \(String(cString: strerror(code)))", hint: SlideStore.notAccessibleHint)
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(TimeInterval(SlideStore.lockTimeout))
        configuration.journalMode = .wal
        configuration.label = "slide"
        return configuration
    }

    /// Adds pictures and previews in one transaction, which is on disk when this returns. What is there already stays.
    func add(_ pictures: [(sha256: String, bytes: [UInt8])], previews: [Int64: [UInt8]] = [:]) throws {
        try queue.write { db in
            for (sha256, bytes) in pictures {
                try db.execute(
                    sql: "INSERT OR IGNORE INTO pictures (sha256, bytes) VALUES (?, ?)",
                    arguments: [sha256, Data(bytes)])
            }
            for (capture, samples) in previews {
                try db.execute(
                    sql: "INSERT OR REPLACE INTO previews (capture_id, samples) VALUES (?, ?)",
                    arguments: [capture, Data(samples)])
            }
            try Self.markChange(db)
        }
    }

    private static func markChange(_ db: Database) throws {
        let revision = try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        try db.execute(sql: "PRAGMA user_version = \(revision &+ 1)")
    }

    /// Nil where it is not there.
    func picture(_ sha256: String) throws -> [UInt8]? {
        try queue.read { db in
            guard
                let row = try Row.fetchOne(db, sql: "SELECT bytes FROM pictures WHERE sha256 = ?", arguments: [sha256])
            else { return nil }
            return try row.withUnsafeData(named: "bytes") { Array($0 ?? Data()) }
        }
    }

    /// Nil where there is none.
    func preview(_ capture: Int64) throws -> [UInt8]? {
        try queue.read { db in
            try Data.fetchOne(db, sql: "SELECT samples FROM previews WHERE capture_id = ?", arguments: [capture]).map {
                Array($0)
            }
        }
    }

    /// Hashes of all pictures that are there.
    func hashes() throws -> Set<String> {
        try queue.read { try String.fetchSet($0, sql: "SELECT sha256 FROM pictures") }
    }

    /// Removes pictures and gives their room back to the disk.
    func remove(_ hashes: Set<String>) throws {
        try queue.write { db in
            for sha256 in hashes { try db.execute(sql: "DELETE FROM pictures WHERE sha256 = ?", arguments: [sha256]) }
            try Self.markChange(db)
        }
        try queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA incremental_vacuum")
            _ = try db.checkpoint(.truncate)
        }
    }

    /// SQLite's own look at the file.
    func structure() throws -> [String] {
        try queue.read { try String.fetchAll($0, sql: "PRAGMA quick_check(20)") }.filter { $0 != "ok" }
    }

    /// Brings the log into the file, which is complete by itself then.
    func close() throws { try queue.close() }
}
