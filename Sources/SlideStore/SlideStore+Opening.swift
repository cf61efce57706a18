import Foundation
import GRDB
import Quantities

extension SlideStore {
    /// Looks at a file before SQLite does, which would write to it.
    /// - Returns: whether there is nothing yet.
    static func checkHeader(_ path: String) throws(StoreError) -> Bool {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return true }
        guard !isFolder.boolValue, let file = FileHandle(forReadingAtPath: path) else {
            throw StoreError(
                .notAccessible, "\(path) cannot be opened as a slide database", hint: notAccessibleHint)
        }
        defer { try? file.close() }
        let header: [UInt8]
        do {
            header = Array(try file.read(upToCount: 100) ?? Data())
        } catch {
            throw StoreError(.inputOutput, "\(path) cannot be read", hint: "check the disk (dmesg, smartctl)")
        }
        if header.isEmpty { return true }
        // SQLite file format, section 1.3: magic string, and big-endian numbers at fixed places.
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw StoreError(
                .notADatabase, "\(path) is not a database; it was left as it is",
                hint: "move the file away or choose another state folder")
        }
        let applicationID = header[68..<72].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard applicationID == Schema.applicationID else {
            throw StoreError(
                .foreignDatabase, "\(path) is a database of another program; it was left as it is",
                hint: "move the file away or choose another state folder")
        }
        return false
    }

    /// Marks an empty file as ours. In SQLite's rollback mode, so that the mark is in the file itself, where
    /// `checkHeader` finds it, and never only in the write-ahead log.
    static func create(_ path: String) throws {
        let database = try DatabaseQueue(path: path)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA page_size = \(Schema.pageBytes)")
            try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
        }
        try database.close()
    }

    /// Refuses files of later versions before anything is written to them.
    static func checkVersion(_ path: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        let database = try DatabaseQueue(path: path, configuration: configuration)
        let version = try database.read { try UInt32.fetchOne($0, sql: "PRAGMA user_version") } ?? 0
        try database.close()
        if version > Schema.version {
            throw StoreError(
                .newerVersion,
                "\(path) has format \(version), this version knows up to \(Schema.version); it was left as it is",
                hint: "install the later version of neurallens that wrote it")
        }
    }

    static let notAccessibleHint = "check that its folder exists and that this user may write to both"
}
