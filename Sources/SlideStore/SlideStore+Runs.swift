import Foundation
import GRDB

extension SlideStore {
    /// A slide's runs, the oldest first.
    package func runs(ofSlide slide: Slide.ID) async throws(StoreError) -> [Run] {
        try await read { db in
            _ = try Slide.fetch(db, id: slide)
            return try Run.fetchAll(db, where: "r.slide_id = ?", [slide])
        }
    }

    package func run(_ id: Run.ID) async throws(StoreError) -> Run {
        try await read { try Run.fetch($0, id: id) }
    }

    /// The run that a slide's counts follow; nil before its first capture is done.
    package func runInForce(ofSlide slide: Slide.ID) async throws(StoreError) -> Run? {
        try await read { db in try Slide.runInForce(db, slide: slide).map { try Run.fetch(db, id: $0) } }
    }

    /// Begins a run beside those that a slide has. It comes into force by `setRunInForce`.
    package func beginRun(
        ofSlide slide: Slide.ID, lens: LensIdentity, engineVersion: String, settings: [String: Setting],
        by agent: Agent
    ) async throws(StoreError) -> Run {
        let settingsText = try jsonText(settings)
        return try await write { db in
            let id = try db.insertRun(
                slide: slide, at: Date(), by: agent, lens: lens, engineVersion: engineVersion, settings: settingsText)
            let run = try Run.fetch(db, id: id)
            try db.append(
                "run begun", by: agent, slide: slide, detail: ["run": "\(run.number)", "lens": lens.name])
            return run
        }
    }

    /// Captures that a run has not seen, the oldest first: where a reanalysis goes on.
    /// - Parameter retryingFailed: with those that failed in it.
    package func capturesMissing(
        inRun run: Run.ID, retryingFailed: Bool = false
    ) async throws(StoreError) -> [Capture.ID] {
        try await read { db in
            let slide = try Run.fetch(db, id: run).slide
            return try Int64.fetchAll(
                db,
                sql: """
                    SELECT c.id FROM captures AS c
                    LEFT JOIN analyses AS a ON a.run_id = ? AND a.capture_id = c.id
                    WHERE c.slide_id = ? AND c.state IN ('done', 'failed')
                        AND (a.id IS NULL OR (? AND a.error_kind IS NOT NULL))
                    ORDER BY c.id
                    """, arguments: [run, slide, retryingFailed])
        }
    }

    /// Stores what a run's lens made of one capture, all or nothing. An analysis that failed in the run is replaced.
    /// - Throws: `runMismatch` where lens or settings are not the run's.
    @discardableResult
    package func finish(
        _ capture: Capture.ID, inRun run: Run.ID, with results: CaptureResults
    ) async throws(StoreError) -> Analysis {
        let prepared = try PreparedResults(results)
        return try await write { [slideFiles] db in
            let owner = try db.prepareAnalysis(of: capture, inRun: run)
            guard owner.lens == results.lens, owner.settings == results.settings else {
                throw StoreError(
                    .runMismatch,
                    "run \(owner.number) was begun with the lens \(owner.lens.name) and the results are those of "
                        + (owner.lens == results.lens ? "other settings" : "\(results.lens.name), another lens"),
                    hint: "go on with the run's lens and settings, or begin a new run")
            }
            try db.insert(prepared, capture: capture, run: run)
            try db.keep(prepared.pictures, ofSlide: try Slide.fetch(db, id: owner.slide), in: slideFiles)
            return try Analysis.fetch(db, run: run, capture: capture)
        }
    }

    /// Notes why a run's lens made nothing of a capture.
    @discardableResult
    package func fail(
        _ capture: Capture.ID, inRun run: Run.ID, kind: String, message: String, hint: String
    ) async throws(StoreError) -> Analysis {
        let now = Date()
        return try await write { db in
            let owner = try db.prepareAnalysis(of: capture, inRun: run)
            try db.execute(
                sql: """
                    INSERT INTO analyses (id, run_id, capture_id, at, lens_name, lens_sha256, engine_version, settings,
                        stage_seconds, error_kind, error_message, error_hint)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, '{}', ?, ?, ?)
                    """,
                arguments: [
                    try db.nextID(of: "analyses"), run, capture, now.utcText, owner.lens.name, owner.lens.sha256,
                    owner.engineVersion,
                    try jsonText(owner.settings), kind, message, hint,
                ])
            return try Analysis.fetch(db, run: run, capture: capture)
        }
    }

    /// One capture's analysis in a run; nil where the run has not seen it.
    package func analysis(ofCapture capture: Capture.ID, inRun run: Run.ID) async throws(StoreError) -> Analysis? {
        try await read { db in
            _ = try Capture.fetch(db, id: capture)
            return try Analysis.fetchAll(db, run: run, capture: capture).first
        }
    }

    /// Makes a slide's counts follow another of its runs. What people said about grains of the earlier one stays with
    /// it.
    @discardableResult
    package func setRunInForce(_ id: Run.ID, by agent: Agent) async throws(StoreError) -> Run {
        try await write { db in
            let run = try Run.fetch(db, id: id)
            let earlier = try Slide.runInForce(db, slide: run.slide)
            try db.execute(sql: "UPDATE slides SET run_id = ? WHERE id = ?", arguments: [id, run.slide])
            try db.append(
                "run in force set", by: agent, slide: run.slide,
                detail: [
                    "run": "\(run.number)",
                    "earlier_run": try earlier.map { "\(try Run.fetch(db, id: $0).number)" } ?? "none",
                ])
            return try Run.fetch(db, id: id)
        }
    }
}

extension Database {
    func insertRun(
        slide: Int64, at date: Date, by agent: Agent, lens: LensIdentity, engineVersion: String, settings: String
    ) throws -> Int64 {
        _ = try Slide.fetch(self, id: slide)
        try execute(
            sql: """
                INSERT INTO runs (id, slide_id, number, begun_at, user_id, process_id, user_name, lens_name, lens_sha256,
                    engine_version, settings)
                VALUES (?, ?, (SELECT COALESCE(MAX(number), 0) + 1 FROM runs WHERE slide_id = ?), ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                try nextID(of: "runs"), slide, slide, date.utcText, agent.userID, agent.processID, agent.userName,
                lens.name, lens.sha256,
                engineVersion, settings,
            ])
        return lastInsertedRowID
    }

    /// The run that a slide's first results begin, at once in force.
    func beginFirstRun(of slide: Int64, _ prepared: PreparedResults) throws -> Int64 {
        let run = try insertRun(
            slide: slide, at: prepared.at, by: .current, lens: prepared.results.lens,
            engineVersion: prepared.results.engineVersion, settings: prepared.settings)
        try execute(sql: "UPDATE slides SET run_id = ? WHERE id = ?", arguments: [run, slide])
        return run
    }

    /// Makes room for a capture's analysis in a run.
    fileprivate func prepareAnalysis(of capture: Int64, inRun id: Int64) throws -> Run {
        let run = try Run.fetch(self, id: id)
        let slide = try Capture.fetch(self, id: capture).slide
        guard slide.id == run.slide else {
            throw StoreError(
                .runMismatch, "capture \(capture) is one of the slide \"\(slide.name)\", the run is another slide's",
                hint: "name a capture of the run's slide")
        }
        let isPending = try Bool.fetchOne(
            self, sql: "SELECT state IN ('stored', 'analysing') FROM captures WHERE id = ?", arguments: [capture])
        guard isPending == false else {
            throw StoreError(
                .runMismatch, "capture \(capture) still waits for its first analysis",
                hint: "wait until it is done: it joins the run in force by itself")
        }
        try execute(
            sql: "DELETE FROM analyses WHERE run_id = ? AND capture_id = ? AND error_kind IS NOT NULL",
            arguments: [id, capture])
        guard try Analysis.fetchAll(self, run: id, capture: capture).isEmpty else {
            throw StoreError(
                .alreadyFinished, "capture \(capture) is done already in run \(run.number)",
                hint: "begin a new run to analyse it once more")
        }
        return run
    }
}

extension Run {
    static func fetch(_ db: Database, id: Int64) throws -> Run {
        guard let run = try fetchAll(db, where: "r.id = ?", [id]).first else {
            throw StoreError(.noSuchRun, "there is no run \(id)", hint: "choose one of the slide's runs")
        }
        return run
    }

    static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [Run] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT r.*, r.id IS s.run_id AS in_force,
                    (SELECT COUNT(*) FROM analyses WHERE run_id = r.id AND error_kind IS NULL) AS done,
                    (SELECT COUNT(*) FROM analyses WHERE run_id = r.id AND error_kind IS NOT NULL) AS failed,
                    (SELECT COUNT(*) FROM captures AS c WHERE c.slide_id = r.slide_id AND c.state IN ('done', 'failed')
                        AND NOT EXISTS (SELECT 1 FROM analyses WHERE run_id = r.id AND capture_id = c.id)) AS missing,
                    EXISTS (SELECT 1 FROM analyses AS a WHERE a.run_id = r.id AND a.error_kind IS NULL
                        AND (a.lens_sha256 <> r.lens_sha256 OR a.settings <> r.settings)) AS is_mixed
                FROM runs AS r JOIN slides AS s ON s.id = r.slide_id WHERE \(condition) ORDER BY r.id
                """, arguments: arguments
        ).map { row in
            Run(
                id: row["id"], slide: row["slide_id"], number: row["number"], begunAt: Date(utcText: row["begun_at"]),
                agent: Agent(row), lens: LensIdentity(name: row["lens_name"], sha256: row["lens_sha256"]),
                engineVersion: row["engine_version"], settings: try jsonValue(row["settings"]),
                doubtfulBelow: row["doubtful_below"], isInForce: row["in_force"], done: row["done"],
                failed: row["failed"], missing: row["missing"], isMixed: row["is_mixed"])
        }
    }
}

extension Analysis {
    static func fetch(_ db: Database, run: Int64, capture: Int64) throws -> Analysis {
        guard let analysis = try fetchAll(db, run: run, capture: capture).first else {
            throw StoreError(
                .noSuchCapture, "capture \(capture) has no analysis in run \(run)", hint: "resume the run")
        }
        return analysis
    }

    static func fetchAll(_ db: Database, run: Int64, capture: Int64) throws -> [Analysis] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM analyses WHERE run_id = ? AND capture_id = ?", arguments: [run, capture]
        ).map { row in
            Analysis(
                id: row["id"], run: row["run_id"], capture: row["capture_id"], at: Date(utcText: row["at"]),
                lens: LensIdentity(name: row["lens_name"], sha256: row["lens_sha256"]),
                engineVersion: row["engine_version"], settings: try jsonValue(row["settings"]),
                stageSeconds: try jsonValue(row["stage_seconds"]),
                failure: Capture.Failure(
                    kind: row["error_kind"], message: row["error_message"], hint: row["error_hint"]))
        }
    }
}

extension Agent {
    /// From a row with what an agent signs.
    init(_ row: Row) {
        self.init(userID: row["user_id"], processID: row["process_id"], userName: row["user_name"])
    }
}
