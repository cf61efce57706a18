import Digest
import Foundation
import GRDB
import Grains
import Quantities

/// Looks at everything in a database: SQLite's own structure, every reference, every picture against its hash, and what is
/// derived against what it is derived from.
struct StoreChecker {
    /// Called with what is being done and 0...1; returns false to end it.
    typealias Progress = (_ stage: String, _ fraction: Double) -> Bool

    /// Faults of one kind that are told; the rest is a number.
    private static let told = 20
    private static let picturesAtOnce = 16
    private static let outlinesAtOnce = 10_000

    let reader: any DatabaseReader
    let files: SlideFiles
    /// Also that indices hold what their tables do, which takes longer.
    let isThorough: Bool
    /// Slides whose pictures are read; nil: all.
    var only: Set<Int64>?
    let progress: Progress
    private(set) var report = StoreCheckReport()
    /// Indices disagree with their tables: they can be made anew.
    private(set) var hasBadIndices = false
    private(set) var hasBadStandings = false
    /// Slides whose files hold pictures that belong to no capture: they can be removed.
    private(set) var slidesWithStrays: [Int64] = []

    var isRepairable: Bool { hasBadIndices || hasBadStandings || !slidesWithStrays.isEmpty }

    init(_ reader: any DatabaseReader, _ files: SlideFiles, isThorough: Bool, progress: @escaping Progress) {
        self.reader = reader
        self.files = files
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
        try away()
        try step("outlines", 0.98)
        try outlines()
        try step("standings", 0.99)
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
                    WHERE NOT EXISTS (SELECT 1 FROM pictures AS p WHERE p.capture_id = c.id AND p.kind = 'input')
                    UNION ALL
                    SELECT 'capture ' || f.capture_id || ' was fused from focal planes and has no picture of the sharpest'
                    FROM focal_sweeps AS f WHERE NOT EXISTS (
                        SELECT 1 FROM pictures AS p WHERE p.capture_id = f.capture_id AND p.kind = 'sharpest')
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
        let (total, isDivided) = try reader.read { db in
            (
                max(1, try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM pictures") ?? 0),
                try db.tableExists("store_identity")
            )
        }
        guard isDivided else { return }
        let (files, only) = (files, only)
        var last: Int64 = 0
        var bad: [String] = []
        // A file that cannot be used is told once, not with each of its pictures.
        var unusable: [Int64: String] = [:]
        while true {
            try step("pictures", 0.1 + 0.86 * Double(report.pictures) / Double(total))
            let seen = unusable
            let found = try reader.read { db in
                try Row.fetchAll(
                    db,
                    sql: "SELECT \(StoredPicture.columns) WHERE p.id > ? ORDER BY p.id LIMIT \(Self.picturesAtOnce)",
                    arguments: [last]
                ).map { row -> (StoredPicture, isMade: Bool, Result<[UInt8]?, any Error>?) in
                    let picture = try StoredPicture(row, store: files.store)
                    let isMade = (row["analysis_id"] as Int64?) != nil
                    guard seen[picture.slide.slide] == nil, only?.contains(picture.slide.slide) != false else {
                        return (picture, isMade, nil)
                    }
                    return (picture, isMade, Result { try picture.bytes(db, in: files) })
                }
            }
            guard let end = found.last else { break }
            last = end.0.id
            for (picture, isMade, bytes) in found where picture.place.isHere {
                let (capture, kind) = (picture.description.capture, picture.description.kind)
                let help =
                    isMade
                    ? "the stored input is not touched: neurallens reanalyse makes it anew in another run"
                    : "restore the file from a backup"
                report.pictures += 1
                switch bytes {
                case nil: break
                case .failure(let error):
                    let sentence =
                        (error as? StoreError)?.description ?? "\(files.path(of: picture.slide.slide)): \(error)"
                    unusable[picture.slide.slide] = sentence
                case .success(nil):
                    bad.append("picture \"\(kind)\" of capture \(capture) has no bytes; \(help)")
                case .success(let png?):
                    report.pictureBytes += Int64(png.count)
                    if png.count != picture.description.byteCount || sha256Hex(png) != picture.description.sha256 {
                        bad.append("picture \"\(kind)\" of capture \(capture) is not what was stored; \(help)")
                    }
                }
            }
        }
        tell(unusable.sorted { $0.key < $1.key }.map(\.value), "")
        tell(bad, "")
        let orphans = try reader.read { db in
            try Int.fetchOne(
                db, sql: "SELECT COUNT(*) FROM picture_bytes WHERE picture_id NOT IN (SELECT id FROM pictures)") ?? 0
        }
        if orphans > 0 { tell(["\(orphans) pictures belong to no capture; they do no harm"], "") }
        try strays(except: Set(unusable.keys))
    }

    /// Slides whose pictures are elsewhere, each of them: whoever keeps a copy must keep those files too.
    private mutating func away() throws {
        guard try has("pictures", in: "slides") else { return }
        let slides = try reader.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT s.name, s.pictures, json_extract(e.detail, '$.file') AS file FROM slides AS s
                    LEFT JOIN (SELECT slide_id, MAX(id) AS id FROM events WHERE what = 'slide archived' GROUP BY slide_id)
                        AS l ON l.slide_id = s.id
                    LEFT JOIN events AS e ON e.id = l.id
                    WHERE s.pictures IN ('archived', 'removed') ORDER BY s.id
                    """
            ).map { row in (name: row["name"] as String, place: row["pictures"] as String, file: row["file"] as String?)
            }
        }
        for slide in slides {
            report.remarks.append(
                slide.place == PicturePlace.removed.rawValue
                    ? "the pictures of the slide \"\(slide.name)\" are not kept any more"
                    : "the pictures of the slide \"\(slide.name)\" are not here but in the archive, which backups leave "
                        + "out: \(slide.file ?? "see the journal")")
        }
    }

    private func has(_ column: String, in table: String) throws -> Bool {
        try reader.read { try $0.columns(in: table).contains { $0.name == column } }
    }

    /// What lies in the slides' files and no row refers to.
    private mutating func strays(except unusable: Set<Int64>) throws {
        let (files, isThorough) = (files, isThorough)
        let slides = files.slides()
        for (number, slide) in slides.enumerated() where !unusable.contains(slide) && only?.contains(slide) != false {
            try step("files of slides", 0.96 + 0.02 * Double(number) / Double(slides.count))
            let path = files.path(of: slide)
            do {
                let known = try reader.read { db -> SlideFile.Identity? in
                    try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM slides WHERE id = ?)", arguments: [slide])!
                        ? try SlideFile.Identity(db, slide: slide, store: files.store) : nil
                }
                guard let identity = known else {
                    report.faults.append(
                        "\(path) belongs to no slide of this database: it may belong to a later state of it; move it away"
                    )
                    continue
                }
                let structure = isThorough ? try files.with(identity) { try $0.structure() } : []
                let strays = try strays(in: identity)
                for line in structure {
                    report.faults.append("SQLite finds in \(path): \(line); restore it from a backup")
                }
                guard strays > 0 else { continue }
                slidesWithStrays.append(slide)
                report.remarks.append(
                    "\(strays) pictures in \(path) belong to no capture: the daemon was killed before it noted them, or the "
                        + "database is an earlier state; they do no harm, and --repair removes them")
            } catch let error as StoreError {
                report.faults.append(error.description)
            }
        }
    }

    /// What a daemon is just storing lies in the file a moment before its row is there.
    private func strays(in identity: SlideFile.Identity) throws -> Int {
        var looks = 0
        while true {
            let there = try files.with(identity) { try $0.hashes() }
            let strays = try reader.read { try Self.strays($0, among: there, identity) }
            looks += 1
            if strays.isEmpty || looks > 5 { return strays.count }
            usleep(200_000)
        }
    }

    /// Hashes in a slide's file that no picture of the slide has.
    static func strays(_ db: Database, among there: Set<String>, _ identity: SlideFile.Identity) throws -> Set<String> {
        there.subtracting(
            try String.fetchSet(
                db,
                sql:
                    "SELECT p.sha256 FROM captures AS c JOIN pictures AS p ON p.capture_id = c.id WHERE c.slide_id = ?",
                arguments: [identity.slide]))
    }

    private mutating func outlines() throws {
        // A copy of an earlier format has them as text.
        guard try has("outline", in: "grains") else { return }
        var bad: [String] = []
        var last: Int64? = 0
        while let start = last {
            last = try reader.read { db in
                var end: Int64?
                let rows = try Row.fetchCursor(
                    db, sql: "SELECT id, outline FROM grains WHERE id > ? ORDER BY id LIMIT \(Self.outlinesAtOnce)",
                    arguments: [start])
                while let row = try rows.next() {
                    let grain: Int64 = row["id"]
                    end = grain
                    do { _ = try [Grain.Point](row, ofGrain: grain) } catch { bad.append("\(error)") }
                }
                return end
            }
        }
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
