import Foundation
import GRDB

// What was stored lately lies in the write-ahead log beside the file (`slides.sqlite-wal`), and is brought into the file
// from time to time. Who copies the file alone gets an earlier state, or none at all, and nothing in SQLite tells.
//
// So the file itself says that a log belongs to it: before the log is brought in, `needs_log` is set, and the first entry
// of the next log takes it back. A file without a log that says it needs one has lost it. One whose log was brought in by
// SQLite, at an orderly end or by another program after a crash, says that it needs none.

extension SlideStore {
    /// Of the log, in bytes, at which it is brought into the file: a capture or two.
    private static let longestLog = 16 << 20
    /// In bytes, at which it is also begun anew: readers that overlap each other keep it growing though all of it is in the file.
    private static let farTooLong = 64 << 20
    /// How long readers are waited for when it is begun anew, in ms.
    private static let patience = 250

    /// Brings the log into the file, as SQLite would by itself every thousand pages.
    /// - Parameter beginningAnew: brings it in whole, and has the next entry begin it anew: waits a moment for those who read an
    ///   earlier state, which keeps what came after out of the file; later ones read the file. Who reads for longer is waited
    ///   for next time.
    static func bringInLog(_ db: Database, beginningAnew: Bool = false) throws {
        try db.execute(sql: "UPDATE file_state SET needs_log = 1")
        if beginningAnew {
            try db.execute(sql: "PRAGMA busy_timeout = \(patience)")
            defer { try? db.execute(sql: "PRAGMA busy_timeout = \(lockTimeout * 1000)") }
            _ = try? db.checkpoint(.restart)
        } else {
            try db.checkpoint(.passive)
        }
        try db.execute(sql: "UPDATE file_state SET needs_log = 0")
    }

    /// Brings it in once it is long. That this fails is no failure of what was written before.
    func bringInLogIfLong(_ db: Database) {
        var status = stat()
        guard stat(path + "-wal", &status) == 0, status.st_size > Self.longestLog else { return }
        try? Self.bringInLog(db, beginningAnew: status.st_size > Self.farTooLong)
    }

    /// Throws for a copy that lost its log.
    /// - Parameter hasLog: as it was before anything opened the file.
    static func checkLog(_ db: Database, _ path: String, hasLog: Bool) throws {
        guard !hasLog, try db.tableExists("file_state"),
            try Bool.fetchOne(db, sql: "SELECT needs_log FROM file_state") == true
        else { return }
        throw StoreError(
            .incomplete,
            "\(path) was copied from a running daemon without its log (\(path)-wal): what was stored last is missing; it "
                + "was left as it is",
            hint: "copy both files, or better have `neurallens backup FILE` make the copy; "
                + "`neurallens store check --file FILE --repair` lets this one be used as it is")
    }
}
