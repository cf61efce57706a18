import Grains
import GRDB
import Quantities

extension SlideStore {
    /// What each analysed field of a slide adds to its statistics in the run in force, by capture; fields without
    /// grains too, fields that a person left out not.
    package func tallies(ofSlide slide: Slide.ID) async throws(StoreError) -> [FieldTally] {
        try await read { db in try db.tallies(ofRun: try Slide.runInForce(db, slide: slide)) }
    }

    /// Fields of a run with their grains by species and status; one row with no species for a field without grains.
    package static let fieldTallies = """
        SELECT a.capture_id, p.width, p.height, c.nm_per_pixel,
            json_extract(a.settings, '$.\([String: Setting].borderRule)') AS border_rule,
            l.capture_id IS NOT NULL AS is_tried, l.x_um, l.y_um, l.origin, l.group_number, l.confidence, l.reason,
            l.repeats, EXISTS (SELECT 1 FROM judged_fields AS j WHERE j.run_id = a.run_id AND j.capture_id = a.capture_id)
                AS is_judged,
            n.name AS species, s.status, COUNT(s.grain_id) AS n
        FROM analyses AS a JOIN captures AS c ON c.id = a.capture_id
        JOIN pictures AS p ON p.capture_id = c.id AND p.kind = 'input'
        LEFT JOIN placements AS l ON l.capture_id = c.id
        LEFT JOIN standings AS s ON s.run_id = a.run_id AND s.capture_id = a.capture_id
        LEFT JOIN species AS n ON n.id = s.species_id
        WHERE a.run_id = ? AND a.error_kind IS NULL
            AND NOT EXISTS (SELECT 1 FROM excluded_captures AS x WHERE x.capture_id = a.capture_id)
        GROUP BY a.capture_id, s.species_id, s.status
        ORDER BY a.capture_id, s.species_id, s.status
        """
}

extension Database {
    /// - Parameter run: nil gives none.
    func tallies(ofRun run: Int64?) throws -> [FieldTally] {
        var tallies: [FieldTally] = []
        for row in try Row.fetchAll(self, sql: SlideStore.fieldTallies, arguments: [run]) {
            let capture: Int64 = row["capture_id"]
            if tallies.last?.capture != capture {
                let isTried: Bool = row["is_tried"]
                tallies.append(
                    FieldTally(
                        capture: capture, width: row["width"], height: row["height"],
                        nmPerPixel: Quantity.scale.possible(row["nm_per_pixel"]),
                        borderRule: try (row["border_rule"] as String?).map { try known($0) } ?? .all,
                        placement: isTried ? try Placement(row, capture: capture) : nil, isJudged: row["is_judged"],
                        grains: [:]))
            }
            guard let species: String = row["species"] else { continue }
            tallies[tallies.count - 1].grains[species, default: [:]][try known(row["status"])] = row["n"]
        }
        return tallies
    }
}
