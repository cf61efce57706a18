import Foundation
import GRDB

extension SlideStore {
    /// Makes a slide. Names follow the rules of `SlideName`.
    package func createSlide(name: String, note: String, by agent: Agent) async throws(StoreError) -> Slide {
        let name = try SlideName(name)
        let now = Date()
        return try await write { db in
            if let existing = try String.fetchOne(
                db, sql: "SELECT name FROM slides WHERE name_key = ?", arguments: [name.key])
            {
                throw StoreError(
                    .duplicateName, "there is a slide named \"\(existing)\" already",
                    hint: "choose another name; upper and lower case count as equal")
            }
            try db.execute(
                sql: "INSERT INTO slides (name, name_key, note, created_at) VALUES (?, ?, ?, ?)",
                arguments: [name.text, name.key, note, now.utcText])
            let id = db.lastInsertedRowID
            try db.append("slide created", by: agent, slide: id, detail: ["name": name.text])
            return try Slide.fetch(db, id: id)
        }
    }

    /// The slide of that name; case does not matter.
    package func slide(named name: String) async throws(StoreError) -> Slide {
        try await read { db in
            let key = (try? SlideName(name))?.key
            guard let row = try Row.fetchOne(db, sql: "SELECT * FROM slides WHERE name_key = ?", arguments: [key])
            else {
                throw StoreError(
                    .noSuchSlide, "there is no slide named \"\(name)\"",
                    hint: "neurallens slide list shows the slides, neurallens slide create makes one")
            }
            return Slide(row)
        }
    }

    /// All slides with their counts, in the order they were made.
    package func slides() async throws(StoreError) -> [SlideSummary] {
        try await read { db in
            var captures: [Int64: [CaptureState: Int]] = [:]
            for row in try Row.fetchAll(
                db, sql: "SELECT slide_id, state, COUNT(*) AS n FROM captures GROUP BY slide_id, state")
            {
                guard let state = CaptureState(rawValue: row["state"]) else { continue }
                captures[row["slide_id"], default: [:]][state] = row["n"]
            }
            var counts: [Int64: [SpeciesCount]] = [:]
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT c.slide_id, g.species, COUNT(*) AS n, SUM(g.on_border) AS border
                    FROM captures c JOIN grains g ON g.capture_id = c.id
                    WHERE c.state = 'done' GROUP BY c.slide_id, g.species ORDER BY n DESC, g.species
                    """)
            {
                counts[row["slide_id"], default: []].append(SpeciesCount(row))
            }
            return try Row.fetchAll(db, sql: "SELECT * FROM slides ORDER BY id").map { row in
                let slide = Slide(row)
                return SlideSummary(slide: slide, captures: captures[slide.id] ?? [:], counts: counts[slide.id] ?? [])
            }
        }
    }

    /// One slide with its counts.
    package func summary(ofSlide id: Slide.ID) async throws(StoreError) -> SlideSummary {
        try await read { db in
            let slide = try Slide.fetch(db, id: id)
            var captures: [CaptureState: Int] = [:]
            for row in try Row.fetchAll(
                db, sql: "SELECT state, COUNT(*) AS n FROM captures WHERE slide_id = ? GROUP BY state", arguments: [id])
            {
                guard let state = CaptureState(rawValue: row["state"]) else { continue }
                captures[state] = row["n"]
            }
            let counts = try Row.fetchAll(db, sql: Self.slideCounts, arguments: [id]).map { SpeciesCount($0) }
            return SlideSummary(slide: slide, captures: captures, counts: counts)
        }
    }

    /// Grains by species of a slide's captures that are done.
    package static let slideCounts = """
        SELECT g.species, COUNT(*) AS n, SUM(g.on_border) AS border
        FROM captures c JOIN grains g ON g.capture_id = c.id
        WHERE c.slide_id = ? AND c.state = 'done' GROUP BY g.species ORDER BY n DESC, g.species
        """
}

extension Slide {
    init(_ row: Row) {
        self.init(
            id: row["id"], name: row["name"], note: row["note"], createdAt: Date(utcText: row["created_at"]))
    }

    static func fetch(_ db: Database, id: Int64) throws -> Slide {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM slides WHERE id = ?", arguments: [id]) else {
            throw StoreError(
                .noSuchSlide, "there is no slide \(id)", hint: "neurallens slide list shows the slides")
        }
        return Slide(row)
    }
}

extension SpeciesCount {
    init(_ row: Row) {
        self.init(species: row["species"], grains: row["n"], onBorder: row["border"])
    }
}
