import GRDB

extension StoreError {
    /// What an error of SQLite means to whoever runs the program.
    /// - Parameters:
    ///   - doing: what could not be done to the file, as a participle.
    ///   - purpose: of the file.
    init(_ error: any Error, doing: String, path: String, purpose: DatabaseHeader.Purpose = .catalogue) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self.init(.refused, "\(path) could not be \(doing): \(error)", hint: "report this with the log")
            return
        }
        let cause = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        let sentence = "\(path) could not be \(doing): \(cause)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(
                .diskFull, sentence,
                hint: "make space on the disk; nothing was lost, and pending captures go on at the next start")
        case .SQLITE_IOERR, .SQLITE_NOMEM:
            self.init(.inputOutput, sentence, hint: "check the disk (dmesg, smartctl) and its free space")
        case .SQLITE_CORRUPT:
            self.init(
                .damaged, sentence,
                hint: purpose == .catalogue
                    ? "stop the daemon, keep a copy of the file, and try: sqlite3 FILE .recover | sqlite3 NEWFILE"
                    : "put a sound copy in its place, from a backup; counts do not need it")
        case .SQLITE_NOTADB:
            self.init(.notADatabase, sentence, hint: purpose.moveHint)
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.notAccessible, sentence, hint: SlideStore.notAccessibleHint)
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.busy, sentence, hint: "end the other program that has the file open")
        default:
            self.init(.refused, sentence, hint: "report this with the log")
        }
    }
}
