import Digest
import Foundation
import GRDB
import Quantities

/// Looks at everything in a database: SQLite's own structure, every reference, every picture against its hash, and what is
/// derived against what it is derived from.
struct StoreChecker {
    /// Called with what is being done and 0...1; returns false to end it.
    typealias Progress = (_ stage: String, _ fraction: Double) -> Bool

    /// Faults of one kind that are told; the rest is a number.
    private static let told = 20
    private static let picturesAtOnce = 16

    let reader: any DatabaseReader
    /// Also that indices hold what their tables do, which takes longer.
    let isThorough: Bool
    let progress: Progress
    private(set) var report = StoreCheckReport()
    /// Indices disagree with their tables: they can be made anew.
    private(set) var hasBadIndices = false
    private(set) var hasBadStandings = false

    init(_ reader: any DatabaseReader, isThorough: Bool, progress: @escaping Progress) {
        self.reader = reader
        self.isThorough = isThorough
        self.progress = progress
    }

    mutating func run() throws {
        try step("structure", 0)
        try structure()
        // A file whose structure is broken brings errors, not answers.
        guard report.faults.isEmpty || hasBadIndices else { return }
        try step("references", 0.1)
        try references()
        try pictures()
        try step("standings", 0.98)
        try standings()
        try step("done", 1)
    }

    private func step(_ stage: String, _ fraction: Double) throws {
        if !progress(stage, fraction) { throw CancellationError() }
    }

    private mutating func structure() throws {
        let thorough = isThorough
        let lines = try reader.read {
            try String.fetchAll($0, sql: thorough ? "PRAGMA integrity_check(20)" : "PRAGMA quick_check(20)")
        }.filter { $0 != "ok" }
        hasBadIndices = !lines.isEmpty && lines.allSatisfy { $0.contains("index") }
        for line in lines {
            report.faults.append(
                "SQLite finds: \(line)"
                    + (hasBadIndices ? "; --repair makes the indices anew" : "; restore the file from a backup"))
        }
    }

    private mutating func references() throws {
        let (broken, slides, captures) = try reader.read { db in
            (
                try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row -> String in
                    let (table, parent): (String, String) = (row["table"], row["parent"])
                    let id: Int64? = row["rowid"]
                    return "row \(id.map { "\($0)" } ?? "?") of \(table) refers to a row of \(parent) that is not there"
                },
                try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM slides") ?? 0,
                try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM captures") ?? 0
            )
        }
        (report.slides, report.captures) = (slides, captures)
        tell(broken, "; restore the file from a backup")
        let odd = try reader.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT 'capture ' || c.id || ' has no stored input' FROM captures AS c
                    WHERE NOT EXISTS (SELECT 1 FROM pictures AS p WHERE p.capture_id = c.id AND p.analysis_id IS NULL)
                    UNION ALL
                    SELECT 'capture ' || c.id || ' is done and no run has its results' FROM captures AS c
                    WHERE c.state = 'done' AND NOT EXISTS (SELECT 1 FROM analyses AS a WHERE a.capture_id = c.id)
                    UNION ALL
                    SELECT 'the slide "' || s.name || '" follows a run of another slide' FROM slides AS s
                    JOIN runs AS r ON r.id = s.run_id WHERE r.slide_id <> s.id
                    UNION ALL
                    SELECT 'picture ' || p.id || ' of capture ' || p.capture_id || ' belongs to results of another capture'
                    FROM pictures AS p JOIN analyses AS a ON a.id = p.analysis_id WHERE a.capture_id <> p.capture_id
                    """)
        }
        tell(odd, "; restore the file from a backup")
    }

    private mutating func pictures() throws {
        let total = max(1, try reader.read { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM pictures") } ?? 0)
        var last: Int64 = 0
        var bad: [String] = []
        while true {
            try step("pictures", 0.1 + 0.88 * Double(report.pictures) / Double(total))
            let rows = try reader.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT p.id, p.capture_id, p.kind, p.analysis_id, p.byte_count, p.sha256, b.png
                        FROM pictures AS p LEFT JOIN picture_bytes AS b ON b.picture_id = p.id
                        WHERE p.id > ? ORDER BY p.id LIMIT \(Self.picturesAtOnce)
                        """, arguments: [last])
            }
            guard let end = rows.last else { break }
            last = end["id"]
            for row in rows {
                report.pictures += 1
                let (capture, kind): (Int64, String) = (row["capture_id"], row["kind"])
                let isMade = (row["analysis_id"] as Int64?) != nil
                let help =
                    isMade
                    ? "the stored input is not touched: neurallens reanalyse makes it anew in another run"
                    : "restore the file from a backup"
                guard let png: Data = row["png"] else {
                    bad.append("picture \"\(kind)\" of capture \(capture) has no bytes; \(help)")
                    continue
                }
                report.pictureBytes += Int64(png.count)
                let (count, sha256): (Int, String) = (row["byte_count"], row["sha256"])
                if png.count != count || sha256Hex(Array(png)) != sha256 {
                    bad.append("picture \"\(kind)\" of capture \(capture) is not what was stored; \(help)")
                }
            }
        }
        let orphans = try reader.read { db in
            try Int.fetchOne(
                db, sql: "SELECT COUNT(*) FROM picture_bytes WHERE picture_id NOT IN (SELECT id FROM pictures)") ?? 0
        }
        if orphans > 0 { bad.append("\(orphans) pictures belong to no capture; they do no harm") }
        tell(bad, "")
    }

    private mutating func standings() throws {
        let wrong = try reader.read { try Self.wrongStandings($0) }
        hasBadStandings = wrong > 0
        if wrong > 0 {
            report.faults.append(
                "\(wrong) grains do not stand as findings and reviews say; --repair makes the standings anew")
        }
    }

    static func wrongStandings(_ db: Database) throws -> Int {
        try Int.fetchOne(
            db,
            sql: """
                SELECT (SELECT COUNT(*) FROM (SELECT * FROM derived_standings EXCEPT SELECT * FROM standings))
                    + (SELECT COUNT(*) FROM standings WHERE grain_id NOT IN (SELECT id FROM grains))
                """) ?? 0
    }

    private mutating func tell(_ faults: [String], _ help: String) {
        report.faults += faults.prefix(Self.told).map { $0 + help }
        if faults.count > Self.told { report.faults.append("and \(faults.count - Self.told) more of that kind") }
    }
}
