import Foundation
import GRDB

/// A file as format 14 left it: what the program of that format wrote of two slides with three captures, 26 grains in three
/// runs and reviews of each kind.
enum Version14File {
    private static let dump = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/stores/format-14.sql")

    /// - Parameters:
    ///   - copies: grains that are added, copies of the 26.
    ///   - outlines: of further grains, as JSON.
    static func write(to path: String, copies: Int = 0, outlines: [String] = []) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA page_size = 16384; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = wal")
            try db.execute(sql: String(contentsOf: dump, encoding: .utf8))
            try db.execute(sql: "PRAGMA application_id = 1313633132; PRAGMA user_version = 14; BEGIN")
            let values = """
                review_id, species, centroid_x_px, centroid_y_px, box_x0_px, box_y0_px, box_x1_px, box_y1_px, area_um2,
                area_px, equivalent_diameter_um, major_um, minor_um, angle_deg, circularity, focus, confidence, on_border,
                rejection
                """
            for copy in 0..<(copies + 25) / 26 {
                try db.execute(
                    sql: """
                        INSERT INTO grains (analysis_id, number, outline_px, \(values))
                            SELECT analysis_id, number + 100 * (? + 1), outline_px, \(values) FROM grains WHERE id <= 26
                        """, arguments: [copy])
            }
            for (index, outline) in outlines.enumerated() {
                try db.execute(
                    sql: """
                        INSERT INTO grains (analysis_id, number, outline_px, \(values))
                            SELECT analysis_id, ?, ?, \(values) FROM grains WHERE id = 1
                        """, arguments: [10_000_000 + index, outline])
            }
            try db.execute(sql: "INSERT INTO standings SELECT * FROM derived_standings WHERE grain_id > 26; COMMIT")
        }
        try database.close()
    }
}
