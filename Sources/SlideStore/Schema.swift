import GRDB
import Quantities

/// The tables of `slides.sqlite` and how older files get them.
///
/// Times are UTC as `2026-11-22T19:40:00.123Z`; lengths carry their unit in the column's name; pixels are those of
/// the stored input. Pictures lie in files of their own, a slide each (`SlideFile`), so that lists never read them.
///
/// What was found and what people said about it is only ever added to. What follows from it, each grain's standing,
/// is the view `derived_standings`; the table `standings` holds its rows behind indices.
enum Schema {
    /// `application_id` of the file: "NLsl".
    static let applicationID: UInt32 = 0x4e4c_736c

    /// `user_version` of the file: that of the last migration.
    static var version: UInt32 { version(of: migrations.last!.0) }

    /// Each migration's name begins with the version that it makes.
    private static func version(of name: String) -> UInt32 { UInt32(name.prefix { $0 != " " })! }

    private static let migrations = [
        ("1 slides, captures, pictures, grains, events", first),
        ("2 runs, reviews, standings, placements, calibrations", second),
        ("3 plans", third),
        ("4 doubts", doubts),
        ("5 jobs, freshness", jobs),
        ("6 exclusions, carried reviews, standings", counting),
        ("7 state of the file", log),
        ("8 doubles over reviews", doubles),
        ("9 camera modes", cameraModes),
        ("10 familiarity", familiarity),
        ("11 survey", survey),
        ("12 pictures in files of their own", slideFiles),
        ("13 slides archived and deleted", archive),
        ("14 views for people", views),
        ("15 packed outlines, species", packing),
        ("16 labels", labels),
        ("17 teachings", teachings),
        ("18 lens choices", lensChoices),
        ("19 second readings", secondReadings),
        ("20 samples", samples),
        ("21 focal sweeps", focus),
        ("22 scans", scans),
        ("23 flat fields", flatFields),
        ("24 field measures", fieldMeasures),
    ]

    /// Pictures are most of the file. Committing 25 MB of them took 0.28 to 0.55 s with SQLite's usual pages of 4096
    /// bytes, 0.17 to 0.34 s with these (2 cores of an AMD EPYC, busy, SQLite 3.40.1, 2026-11-22).
    static let pageBytes = 16_384

    /// - Parameter progress: called with 0...1 while the outlines of an earlier format are packed.
    static func migrator(progress: @escaping @Sendable (Double) -> Void) -> DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (name, sql) in migrations {
            migrator.registerMigration(name) { db in
                if sql == packing {
                    let grains = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM grains") ?? 0
                    db.add(function: packedOutline { progress(Double($0) / Double(grains)) })
                }
                try db.execute(sql: sql)
                try db.execute(sql: "PRAGMA user_version = \(version(of: name))")
            }
        }
        return migrator
    }
}
