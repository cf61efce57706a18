import Foundation
import Quantities

/// The first bytes of a database, looked at before SQLite does, which would write to it.
enum DatabaseHeader {
    /// What a file is taken for.
    enum Purpose {
        case catalogue, slideFile

        fileprivate var name: String {
            switch self {
            case .catalogue: "a slide database"
            case .slideFile: "the file of a slide's pictures"
            }
        }

        fileprivate var applicationID: UInt32 {
            switch self {
            case .catalogue: Schema.applicationID
            case .slideFile: SlideFile.applicationID
            }
        }

        var moveHint: String {
            switch self {
            case .catalogue: "move the file away or choose another state folder"
            case .slideFile: "put the right file in its place, from a backup; counts do not need it"
            }
        }
    }

    /// - Parameter hasLog: whether a log lies beside the file, which may hold what the file lacks.
    static func check(_ path: String, as purpose: Purpose, hasLog: Bool) throws(StoreError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
            let file = FileHandle(forReadingAtPath: path)
        else {
            throw StoreError(
                .notAccessible, "\(path) cannot be opened as \(purpose.name)", hint: SlideStore.notAccessibleHint)
        }
        defer { try? file.close() }
        let header: [UInt8]
        let length: UInt64
        do {
            header = Array(try file.read(upToCount: 100) ?? Data())
            length = try file.seekToEnd()
        } catch {
            throw StoreError(.inputOutput, "\(path) cannot be read", hint: "check the disk (dmesg, smartctl)")
        }
        if header.isEmpty {
            throw StoreError(
                .incomplete, "\(path) is empty: a copy that failed is no new database, and it was left as it is",
                hint: "restore it from a copy, or move it away for a new one")
        }
        // SQLite file format, section 1.3: magic string, and big-endian numbers at fixed places.
        guard header.count == 100, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw StoreError(
                .notADatabase, "\(path) is not a database; it was left as it is", hint: purpose.moveHint)
        }
        func number(_ range: Range<Int>) -> UInt64 { header[range].reduce(0) { $0 << 8 | UInt64($1) } }
        guard number(68..<72) == UInt64(purpose.applicationID) else {
            throw StoreError(
                .foreignDatabase,
                purpose == .catalogue
                    ? "\(path) is a database of another program; it was left as it is"
                    : "\(path) is not \(purpose.name); it was left as it is", hint: purpose.moveHint)
        }
        // 1 stands for 65536. The number of pages holds where both counters of changes agree.
        let pageBytes = number(16..<18) == 1 ? 65_536 : number(16..<18)
        let whole = pageBytes * number(28..<32)
        if !hasLog, number(24..<28) == number(92..<96), length < whole {
            throw StoreError(
                .incomplete, "\(path) is cut short: it has \(length) of \(whole) bytes; it was left as it is",
                hint: purpose == .catalogue
                    ? "copy it again from where it came" : "restore it from a backup; counts do not need it")
        }
    }
}
