import Foundation
package import Grains
import GRDB
import Quantities

extension SlideStore {
    /// Begins a reading by a second person.
    /// - Parameters:
    ///   - isNamed: whether the person gave a name, beside the login.
    ///   - choose: of the analysed fields that are not left out, those to read, in their order.
    /// - Throws: `sameReader` where a first reader would be the second; `invalidReading` for a slide without such a field.
    package func beginSecondReading(
        ofSlide slide: Slide.ID, seed: UInt32, by agent: Agent, isNamed: Bool,
        choose: @escaping @Sendable ([Capture.ID]) -> [Capture.ID]
    ) async throws(StoreError) -> SecondReading {
        try await write { db in
            let name = try Slide.fetch(db, id: slide).name
            let run = try Slide.runInForce(db, slide: slide)
            let all = try Int64.fetchAll(
                db,
                sql: """
                    SELECT a.capture_id FROM analyses AS a WHERE a.run_id = ? AND a.error_kind IS NULL
                        AND NOT EXISTS (SELECT 1 FROM excluded_captures AS x WHERE x.capture_id = a.capture_id)
                    ORDER BY a.capture_id
                    """, arguments: [run])
            guard let run, !all.isEmpty else {
                throw StoreError(
                    .invalidReading, "the slide \"\(name)\" has no analysed field that counts",
                    hint: "capture fields and let the lens look at them: outlines are what the second reader names")
            }
            let chosen = choose(all)
            let firstReaders = try db.readers(ofFields: chosen, run: run)
            try Self.requireOther(agent, than: firstReaders, isNamed: isNamed)
            try db.execute(
                sql: """
                    INSERT INTO second_readings (slide_id, run_id, at, user_id, process_id, user_name, seed, first_readers)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    slide, run, Date().utcText, agent.userID, agent.processID, agent.userName, Int64(seed),
                    try jsonText(firstReaders),
                ])
            let id = db.lastInsertedRowID
            for (place, capture) in chosen.enumerated() {
                try db.execute(
                    sql: "INSERT INTO second_reading_fields (reading_id, capture_id, place) VALUES (?, ?, ?)",
                    arguments: [id, capture, place])
                try db.execute(
                    sql: """
                        INSERT INTO second_reading_grains (reading_id, grain_id, capture_id, species_id)
                        SELECT ?1, s.grain_id, s.capture_id, CASE WHEN s.status <> 'rejected' THEN s.species_id END
                        FROM standings AS s WHERE s.run_id = ?2 AND s.capture_id = ?3
                            AND (\(Self.isCounted) OR (s.status = 'rejected' AND s.reason = 'person'))
                        """, arguments: [id, run, capture])
            }
            try db.append(
                "second reading begun", by: agent, slide: slide,
                detail: ["reading": "\(id)", "fields": "\(chosen.count)", "seed": "\(seed)"])
            return try SecondReading.fetch(db, id: id)
        }
    }

    /// Of a slide, the oldest first.
    package func secondReadings(ofSlide slide: Slide.ID) async throws(StoreError) -> [SecondReading] {
        try await read { db in
            try Int64.fetchAll(
                db, sql: "SELECT id FROM second_readings WHERE slide_id = ? ORDER BY id", arguments: [slide]
            ).map { try SecondReading.fetch(db, id: $0) }
        }
    }

    package func secondReading(_ id: SecondReading.ID) async throws(StoreError) -> SecondReading {
        try await read { try SecondReading.fetch($0, id: id) }
    }

    /// What the second reader takes an object for; a drawn one begins with its outline.
    /// - Parameters:
    ///   - species: nil for no grain.
    ///   - isNamed: whether the person gave a name, beside the login.
    package func say(
        _ species: String?, of subject: SecondReading.Subject, inReading id: SecondReading.ID, by agent: Agent,
        isNamed: Bool
    ) async throws(StoreError) -> SecondReading {
        try await write { db in
            let reading = try SecondReading.fetch(db, id: id)
            try Self.requireReader(agent, of: reading, isNamed: isNamed)
            guard let object = reading.objects.first(where: { $0.subject == subject }) else {
                throw StoreError(
                    .noSuchGrain, "reading \(id) shows no such grain", hint: "name one that its fields show")
            }
            var (grain, drawn): (Int64?, Int64?) = (nil, nil)
            switch subject {
            case .grain(let number): grain = number
            case .drawn(let number): drawn = number
            }
            try db.insertWord(
                species, reading: id, capture: object.capture, grain: grain, drawn: drawn, outline: nil, by: agent)
            return try SecondReading.fetch(db, id: id)
        }
    }

    /// A grain that the first reader missed.
    package func draw(
        _ outline: [Grain.Point], species: String, capture: Capture.ID, inReading id: SecondReading.ID, by agent: Agent,
        isNamed: Bool
    ) async throws(StoreError) -> SecondReading {
        try await write { db in
            let reading = try SecondReading.fetch(db, id: id)
            try Self.requireReader(agent, of: reading, isNamed: isNamed)
            guard reading.fields.contains(where: { $0.capture == capture }),
                let analysis = try db.analysis(ofCapture: capture, run: reading.run)
            else {
                throw StoreError(
                    .noSuchCapture, "reading \(id) has no field of capture \(capture)",
                    hint: "draw in one of its fields")
            }
            try db.requireFreeOutline(outline, analysis: analysis)
            // Refuses what lies outside the field or encloses nothing.
            let grain = try Grain(drawn: outline, species: species, in: try db.drawnField(analysis))
            try db.insertWord(
                species, reading: id, capture: capture, grain: nil, drawn: nil, outline: grain.outlinePixels, by: agent)
            return try SecondReading.fetch(db, id: id)
        }
    }

    /// Says that the second reader has judged all of a field.
    /// - Throws: `invalidReading` where something is not judged.
    package func finishField(
        _ capture: Capture.ID, inReading id: SecondReading.ID, by agent: Agent, isNamed: Bool
    ) async throws(StoreError) -> SecondReading {
        try await write { db in
            let reading = try SecondReading.fetch(db, id: id)
            try Self.requireReader(agent, of: reading, isNamed: isNamed)
            guard let field = reading.fields.first(where: { $0.capture == capture }) else {
                throw StoreError(
                    .noSuchCapture, "reading \(id) has no field of capture \(capture)", hint: "name one of its fields")
            }
            let open = reading.objects.count { $0.capture == capture && !$0.isJudged }
            guard open == 0 else {
                throw StoreError(
                    .invalidReading, "\(open) outline\(open == 1 ? " is" : "s are") not judged in capture \(capture)",
                    hint: "name each, or say that it is no grain")
            }
            if field.finishedAt == nil {
                try db.execute(
                    sql: "INSERT INTO second_reading_finishes (reading_id, capture_id, at) VALUES (?, ?, ?)",
                    arguments: [id, capture, Date().utcText])
            }
            return try SecondReading.fetch(db, id: id)
        }
    }

    /// Settles what the readers differ in by a review, in one transaction.
    /// - Parameter species: nil for no grain.
    /// - Returns: the reading then, and the review; nil where nothing had to be said.
    package func settle(
        _ subject: SecondReading.Subject, as species: String?, inReading id: SecondReading.ID, by agent: Agent
    ) async throws(StoreError) -> (reading: SecondReading, review: Review?) {
        try await write { db in
            let reading = try SecondReading.fetch(db, id: id)
            guard let object = reading.objects.first(where: { $0.subject == subject }), object.isJudged,
                object.first != object.second
            else {
                throw StoreError(
                    .invalidReading, "the readers do not differ in that grain of reading \(id)",
                    hint: "neurallens second-reading differences \(id) lists what they differ in")
            }
            let note = "second reading \(id)"
            var review: Int64?
            var (grain, drawn): (Int64?, Int64?) = (nil, nil)
            switch subject {
            case .grain(let number):
                grain = number
                let decision: Decision = species.map { .relabel(species: $0) } ?? .reject()
                review = try db.judge(number, decision, note: note, by: agent)
            case .drawn(let number):
                drawn = number
                if object.settlement?.review != nil {
                    throw StoreError(
                        .invalidReading, "what was drawn is settled by a grain of its own",
                        hint: "review that grain: neurallens review")
                }
                if let species {
                    guard try Slide.runInForce(db, slide: reading.slide) == reading.run else {
                        throw StoreError(
                            .invalidReading, "reading \(id) is of run \(reading.run), which does not count now",
                            hint: "let it count: neurallens slide set NAME --run \(reading.run)")
                    }
                    review = try db.drawNew(
                        object.outline, species: species, inField: object.capture, note: note, by: agent)
                }
            }
            try db.execute(
                sql: """
                    INSERT INTO second_reading_settlements (reading_id, grain_id, drawn_id, species_id, review_id, at, user_id,
                        process_id, user_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, grain, drawn, try species.map { try db.speciesID($0) }, review, Date().utcText, agent.userID,
                    agent.processID, agent.userName,
                ])
            return (
                try SecondReading.fetch(db, id: id),
                try review.flatMap { try Review.fetchAll(db, where: "r.id = ?", [$0]).first }
            )
        }
    }

    // MARK: Who

    /// The same person is not both: one login shared by two is told apart by the name given.
    private static func requireOther(
        _ agent: Agent, than readers: [SecondReading.Reader], isNamed: Bool
    ) throws(StoreError) {
        guard !agent.userName.isEmpty else {
            throw StoreError(
                .sameReader, "the second reader has no name", hint: "give it with --reader NAME")
        }
        if readers.contains(where: { $0.name.lowercased() == agent.userName.lowercased() }) {
            throw StoreError(
                .sameReader,
                "\(agent.userName) said what grains of these fields are, and cannot be the second reader too",
                hint: "let another person read, who gives a name with --reader where the login is shared")
        }
        if !isNamed, let first = readers.first(where: { $0.userID == agent.userID }) {
            throw StoreError(
                .sameReader,
                "the login of the second reader is that of the first, \(first.name.isEmpty ? "user \(first.userID)" : first.name)",
                hint: "another person at the same login gives a name: --reader NAME")
        }
    }

    private static func requireReader(
        _ agent: Agent, of reading: SecondReading, isNamed: Bool
    ) throws(StoreError) {
        try Self.requireOther(agent, than: reading.firstReaders, isNamed: isNamed)
        guard agent.userName.lowercased() == reading.reader.userName.lowercased() else {
            throw StoreError(
                .sameReader,
                "reading \(reading.id) is \(reading.reader.userName)'s, and \(agent.userName) is another one",
                hint: "say who reads, or begin a reading of your own")
        }
    }
}

extension Database {
    /// Who reviewed, drew or finished anything of fields, as far as it holds.
    fileprivate func readers(ofFields captures: [Int64], run: Int64) throws -> [SecondReading.Reader] {
        let rows = try Row.fetchAll(
            self,
            sql: """
                SELECT DISTINCT r.user_id, r.user_name FROM effective_reviews AS r WHERE r.run_id = ?1 AND r.id IN (
                    SELECT rg.review_id FROM standings AS s JOIN review_grains AS rg ON rg.grain_id = s.grain_id
                        WHERE s.run_id = ?1 AND s.capture_id IN (SELECT value FROM json_each(?2))
                    UNION
                    SELECT g.review_id FROM standings AS s JOIN grains AS g ON g.id = s.grain_id
                        WHERE s.run_id = ?1 AND s.capture_id IN (SELECT value FROM json_each(?2))
                            AND g.review_id IS NOT NULL)
                UNION
                SELECT f.user_id, f.user_name FROM finished_fields AS f
                    WHERE f.capture_id IN (SELECT value FROM json_each(?2))
                ORDER BY 2, 1
                """, arguments: [run, try jsonText(captures)])
        return rows.map { SecondReading.Reader(userID: $0["user_id"], name: $0["user_name"]) }
    }

    fileprivate func insertWord(
        _ species: String?, reading: Int64, capture: Int64, grain: Int64?, drawn: Int64?, outline: [Grain.Point]?,
        by agent: Agent
    ) throws {
        try execute(
            sql: """
                INSERT INTO second_reading_words (reading_id, capture_id, grain_id, drawn_id, outline, species_id, at,
                    user_id, process_id, user_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                reading, capture, grain, drawn,
                outline.map { Data($0.map { Grain.Point(x: hundredths($0.x), y: hundredths($0.y)) }.packed) },
                try species.map { try speciesID($0) }, Date().utcText, agent.userID, agent.processID, agent.userName,
            ])
    }
}

extension SecondReading {
    static func fetch(_ db: Database, id: Int64) throws -> SecondReading {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT r.*, s.name AS slide_name FROM second_readings AS r JOIN slides AS s ON s.id = r.slide_id
                WHERE r.id = ?
                """, arguments: [id])
        guard let row else {
            throw StoreError(
                .noSuchReading, "there is no second reading \(id)",
                hint: "list them with neurallens second-reading list SLIDE")
        }
        let fields = try Row.fetchAll(
            db,
            sql: """
                SELECT f.capture_id, e.at, c.nm_per_pixel, p.width, p.height,
                    EXISTS (SELECT 1 FROM excluded_captures AS x WHERE x.capture_id = f.capture_id) AS is_excluded
                FROM second_reading_fields AS f JOIN captures AS c ON c.id = f.capture_id
                JOIN pictures AS p ON p.capture_id = c.id AND p.kind = 'input'
                LEFT JOIN second_reading_finishes AS e ON e.reading_id = f.reading_id AND e.capture_id = f.capture_id
                WHERE f.reading_id = ? ORDER BY f.place
                """, arguments: [id]
        ).map { row in
            Field(
                capture: row["capture_id"], finishedAt: (row["at"] as String?).map { Date(utcText: $0) },
                isExcluded: row["is_excluded"], width: row["width"], height: row["height"],
                nmPerPixel: Quantity.scale.possible(row["nm_per_pixel"]))
        }
        return SecondReading(
            id: id, slide: row["slide_id"], slideName: row["slide_name"], run: row["run_id"],
            at: Date(utcText: row["at"]), reader: Agent(row), firstReaders: try jsonValue(row["first_readers"]),
            seed: row["seed"], fields: fields, objects: try objects(db, id))
    }

    private static func objects(_ db: Database, _ id: Int64) throws -> [Object] {
        var settlements: [Subject: Settlement] = [:]
        let settled = try Row.fetchCursor(
            db,
            sql: """
                SELECT t.*, (SELECT name FROM species WHERE id = t.species_id) AS species
                FROM second_reading_settlements AS t WHERE t.reading_id = ? ORDER BY t.id
                """, arguments: [id])
        while let row = try settled.next() {
            let subject: Subject = (row["grain_id"] as Int64?).map { .grain($0) } ?? .drawn(row["drawn_id"])
            settlements[subject] = Settlement(
                species: row["species"], review: row["review_id"], at: Date(utcText: row["at"]), agent: Agent(row))
        }
        var words: [Subject: String?] = [:]
        var drawn: [(id: Int64, capture: Int64, outline: [Grain.Point])] = []
        let said = try Row.fetchCursor(
            db,
            sql: """
                SELECT w.*, (SELECT name FROM species WHERE id = w.species_id) AS species
                FROM second_reading_words AS w WHERE w.reading_id = ? ORDER BY w.id
                """, arguments: [id])
        while let row = try said.next() {
            let word: Int64 = row["id"]
            if let bytes: Data = row["outline"] {
                drawn.append((word, row["capture_id"], try [Grain.Point](packed: [UInt8](bytes), ofGrain: word)))
            }
            let subject: Subject =
                (row["grain_id"] as Int64?).map { .grain($0) } ?? .drawn(row["drawn_id"] as Int64? ?? word)
            words.updateValue(row["species"], forKey: subject)
        }
        var objects: [Object] = []
        let shown = try Row.fetchCursor(
            db,
            sql: """
                SELECT h.grain_id, h.capture_id, g.outline, s.status,
                    (SELECT name FROM species WHERE id = h.species_id) AS species
                FROM second_reading_grains AS h JOIN grains AS g ON g.id = h.grain_id
                LEFT JOIN standings AS s ON s.grain_id = h.grain_id
                WHERE h.reading_id = ? ORDER BY h.capture_id, g.number
                """, arguments: [id])
        while let row = try shown.next() {
            let grain: Int64 = row["grain_id"]
            let word = words[.grain(grain)]
            objects.append(
                Object(
                    subject: .grain(grain), capture: row["capture_id"], outline: try [Grain.Point](row, ofGrain: grain),
                    first: row["species"], isJudged: word != nil, second: word ?? nil,
                    settlement: settlements[.grain(grain)], isReplaced: row["status"] == "replaced"))
        }
        for one in drawn {
            // What was drawn and taken back is nothing.
            guard let word = words[.drawn(one.id)], let species = word else { continue }
            objects.append(
                Object(
                    subject: .drawn(one.id), capture: one.capture, outline: one.outline, first: nil, isJudged: true,
                    second: species, settlement: settlements[.drawn(one.id)], isReplaced: false))
        }
        return objects
    }
}
