import Grains
import GRDB

extension SlideStore {
    /// Grains of a capture by species, the most frequent first; empty before it is done.
    package func counts(ofCapture capture: Capture.ID) async throws(StoreError) -> [SpeciesCount] {
        try await read { db in
            _ = try Capture.fetch(db, id: capture)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT species, COUNT(*) AS n, SUM(on_border) AS border FROM grains
                    WHERE capture_id = ? GROUP BY species ORDER BY n DESC, species
                    """, arguments: [capture]
            ).map { SpeciesCount($0) }
        }
    }

    /// Grains by species of each of a slide's captures that is done; captures without grains are left out.
    package func countsByCapture(ofSlide slide: Slide.ID) async throws(StoreError) -> [Capture.ID: [SpeciesCount]] {
        try await read { db in
            var counts: [Capture.ID: [SpeciesCount]] = [:]
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT g.capture_id, g.species, COUNT(*) AS n, SUM(g.on_border) AS border
                    FROM captures c JOIN grains g ON g.capture_id = c.id
                    WHERE c.slide_id = ? AND c.state = 'done' GROUP BY g.capture_id, g.species
                    ORDER BY n DESC, g.species
                    """, arguments: [slide])
            {
                counts[row["capture_id"], default: []].append(SpeciesCount(row))
            }
            return counts
        }
    }

    /// Grains of a capture in reading order; empty before it is done.
    package func grains(ofCapture capture: Capture.ID) async throws(StoreError) -> [StoredGrain] {
        try await read { db in
            _ = try Capture.fetch(db, id: capture)
            return try Row.fetchAll(
                db, sql: "SELECT * FROM grains WHERE capture_id = ? ORDER BY number", arguments: [capture]
            ).map { try StoredGrain($0) }
        }
    }
}

extension Database {
    func insert(_ grains: [Grain], capture: Int64) throws {
        let statement = try makeStatement(
            sql: """
                INSERT INTO grains (capture_id, number, species, centroid_x_px, centroid_y_px, box_x0_px, box_y0_px,
                    box_x1_px, box_y1_px, area_um2, area_px, equivalent_diameter_um, confidence, on_border, outline_px)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (index, grain) in grains.enumerated() {
            let box = grain.boundingBoxPixels
            try statement.execute(arguments: [
                capture, index + 1, grain.species, grain.centroidPixels.x, grain.centroidPixels.y, box.x0, box.y0,
                box.x1, box.y1, grain.areaSquareMicrometres, grain.areaPixels, grain.equivalentDiameterMicrometres,
                grain.confidence, grain.isOnBorder, jsonText(outline: grain.outlinePixels),
            ])
        }
    }
}

/// Corners as `[[x,y],...]`, rounded to a hundredth of a pixel, far below what an outline means. Coordinates that are
/// no numbers give text that the table refuses.
private func jsonText(outline: [Grain.Point]) -> String {
    func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    return "[" + outline.map { "[\(hundredths($0.x)),\(hundredths($0.y))]" }.joined(separator: ",") + "]"
}

extension StoredGrain {
    init(_ row: Row) throws {
        let corners: [[Double]] = try jsonValue(row["outline_px"])
        self.init(
            id: row["id"], capture: row["capture_id"], number: row["number"],
            grain: Grain(
                species: row["species"],
                centroidPixels: Grain.Point(x: row["centroid_x_px"], y: row["centroid_y_px"]),
                boundingBoxPixels: Grain.Box(
                    x0: row["box_x0_px"], y0: row["box_y0_px"], x1: row["box_x1_px"], y1: row["box_y1_px"]),
                areaSquareMicrometres: row["area_um2"], areaPixels: row["area_px"],
                equivalentDiameterMicrometres: row["equivalent_diameter_um"], confidence: row["confidence"],
                isOnBorder: row["on_border"],
                outlinePixels: corners.filter { $0.count == 2 }.map { Grain.Point(x: $0[0], y: $0[1]) }))
    }
}
