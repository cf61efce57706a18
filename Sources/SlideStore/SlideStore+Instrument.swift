package import Foundation
import GRDB

extension SlideStore {
    /// What the fields of one camera and scale say of the instrument, by days (UTC), oldest first.
    /// - Parameter first: the first day.
    package func instrumentMeasures(
        source: String, nmPerPixel: Double?, since first: Date
    ) async throws(StoreError) -> [(date: String, measures: [FieldMeasures])] {
        try await read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT substr(c.captured_at, 1, 10) AS day, m.light, m.tint, m.edge_blur_um
                    FROM field_measures AS m JOIN captures AS c ON c.id = m.capture_id
                    WHERE c.source = ? AND c.nm_per_pixel IS ? AND c.captured_at >= ? ORDER BY day, c.id
                    """, arguments: [source, nmPerPixel, first.utcText])
            var days: [(date: String, measures: [FieldMeasures])] = []
            for row in rows {
                let day: String = row["day"]
                if days.last?.date != day { days.append((day, [])) }
                days[days.count - 1].measures.append(
                    FieldMeasures(light: row["light"], tint: row["tint"], edgeBlurMicrometres: row["edge_blur_um"]))
            }
            return days
        }
    }

    /// Camera and scale of the latest capture; nil before the first.
    package func latestInstrument() async throws(StoreError) -> (source: String, nmPerPixel: Double?)? {
        try await read { db in
            try Row.fetchOne(db, sql: "SELECT source, nm_per_pixel FROM captures ORDER BY id DESC LIMIT 1").map {
                ($0["source"], $0["nm_per_pixel"])
            }
        }
    }
}
