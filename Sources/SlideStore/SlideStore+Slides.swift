import Foundation
import GRDB

extension SlideStore {
    /// Makes a slide. Names follow the rules of `GivenName`.
    package func createSlide(name: String, note: String, by agent: Agent) async throws(StoreError) -> Slide {
        let name = try GivenName(name)
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
                sql: "INSERT INTO slides (id, name, name_key, note, created_at) VALUES (?, ?, ?, ?, ?)",
                arguments: [try db.nextID(of: "slides"), name.text, name.key, note, now.utcText])
            let id = db.lastInsertedRowID
            try db.append("slide created", by: agent, slide: id, detail: ["name": name.text])
            return try Slide.fetch(db, id: id)
        }
    }

    /// The slide of that name; case does not matter.
    package func slide(named name: String) async throws(StoreError) -> Slide {
        try await read { Slide(try Slide.fetchRow($0, named: name)) }
    }

    /// All slides with their counts, in the order they were made.
    package func slides() async throws(StoreError) -> [SlideSummary] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM slides ORDER BY id").map { try SlideSummary(db, $0) }
        }
    }

    /// One slide with its counts.
    package func summary(ofSlide id: Slide.ID) async throws(StoreError) -> SlideSummary {
        try await read { try SlideSummary($0, try Slide.fetchRow($0, id: id)) }
    }

    /// Replaces a slide's note.
    package func setNote(_ note: String, ofSlide id: Slide.ID, by agent: Agent) async throws(StoreError) {
        try await write { db in
            let old = try Slide.fetch(db, id: id)
            try db.execute(sql: "UPDATE slides SET note = ? WHERE id = ?", arguments: [note, id])
            try db.append("slide note set", by: agent, slide: id, detail: ["note": note, "earlier_note": old.note])
        }
    }

    /// Says how much air and which area the grains of a slide come from; nil: unknown.
    /// - Throws: `invalidValue` for what is not positive.
    @discardableResult
    package func setDeposit(
        ofSlide id: Slide.ID, sampledVolumeCubicMetres: Double?, depositAreaSquareMillimetres: Double?, by agent: Agent
    ) async throws(StoreError) -> Slide {
        for (value, name, unit) in [
            (sampledVolumeCubicMetres, "sampled volume", "m³"), (depositAreaSquareMillimetres, "deposit area", "mm²"),
        ] {
            if let value, !(value > 0 && value.isFinite) {
                throw StoreError(
                    .invalidValue, "the \(name) cannot be \(value) \(unit)", hint: "give a positive number of \(unit)")
            }
        }
        return try await write { db in
            let old = try Slide.fetch(db, id: id)
            guard try StoredSample.fetch(db, slide: id) == nil else {
                throw StoreError(
                    .followsFromSample,
                    "volume and area of the slide \"\(old.name)\" follow from its sample, and are not stated beside it",
                    hint: "correct the sample with neurallens sample set, or take it back with neurallens sample clear")
            }
            try db.execute(
                sql: "UPDATE slides SET sampled_volume_m3 = ?, deposit_area_mm2 = ? WHERE id = ?",
                arguments: [sampledVolumeCubicMetres, depositAreaSquareMillimetres, id])
            try db.append(
                "slide deposit set", by: agent, slide: id,
                detail: [
                    "sampled_volume_m3": journalText(sampledVolumeCubicMetres),
                    "deposit_area_mm2": journalText(depositAreaSquareMillimetres),
                    "earlier_sampled_volume_m3": journalText(old.sampledVolumeCubicMetres),
                    "earlier_deposit_area_mm2": journalText(old.depositAreaSquareMillimetres),
                ])
            return try Slide.fetch(db, id: id)
        }
    }
}

extension Slide {
    /// - Parameter id: where the row's `id` is not the slide's.
    init(_ row: Row, id: Int64? = nil) {
        self.init(
            id: id ?? row["id"], name: row["name"], note: row["note"], createdAt: Date(utcText: row["created_at"]),
            sampledVolumeCubicMetres: row["sampled_volume_m3"], depositAreaSquareMillimetres: row["deposit_area_mm2"])
    }

    static func fetch(_ db: Database, id: Int64) throws -> Slide { Slide(try fetchRow(db, id: id)) }

    static func fetchRow(_ db: Database, id: Int64) throws -> Row {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM slides WHERE id = ?", arguments: [id]) else {
            throw StoreError(
                .noSuchSlide, "there is no slide \(id)", hint: "neurallens slide list shows the slides")
        }
        return row
    }

    static func fetchRow(_ db: Database, named name: String) throws -> Row {
        let key = (try? GivenName(name))?.key
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM slides WHERE name_key = ?", arguments: [key]) else {
            throw StoreError(
                .noSuchSlide, "there is no slide named \"\(name)\"",
                hint: "neurallens slide list shows the slides, neurallens slide create makes one")
        }
        return row
    }

    /// Nil before the first capture is done.
    static func runInForce(_ db: Database, slide: Int64) throws -> Int64? {
        try fetchRow(db, id: slide)["run_id"]
    }
}

extension SlideSummary {
    init(_ db: Database, _ row: Row) throws {
        let slide = Slide(row)
        let run: Int64? = row["run_id"]
        var captures: [CaptureState: Int] = [:]
        var excluded = 0
        for row in try Row.fetchAll(
            db,
            sql: """
                SELECT \(Capture.stateInForce) AS state, COUNT(*) AS n, COUNT(x.id) AS excluded
                FROM \(Capture.joined)
                WHERE c.slide_id = ? GROUP BY 1
                """, arguments: [slide.id])
        {
            guard let state = CaptureState(rawValue: row["state"]) else { continue }
            captures[state] = row["n"]
            if state == .done { excluded = row["excluded"] }
        }
        self.init(
            slide: slide, run: run, captures: captures,
            counts: try run.map { try SpeciesCount.fetchAll(db, SlideStore.countsOfRun, [$0]) } ?? [],
            excluded: excluded, pictures: try known(row["pictures"]),
            sample: try StoredSample.fetch(db, slide: slide.id))
    }
}
