package import Foundation
import GRDB
import Quantities

extension SlideStore {
    /// Notes what was asked for, before the first field is taken.
    /// - Parameter nextAt: when the first field is due.
    package func createJob(
        _ id: Job.ID, ofSlide slide: Slide.ID, _ wish: Job.Wish, nextAt: Date, by agent: Agent
    ) async throws(StoreError) -> Job {
        let fault =
            Quantity.captures.fault(wish.fields) ?? Quantity.captureInterval.fault(wish.intervalSeconds)
            ?? wish.sweep.flatMap {
                Quantity.sweepFrames.fault($0.frames) ?? Quantity.sweepTime.fault($0.seconds)
                    ?? Quantity.sweepSpan.fault($0.spanMicrometres)
            }
        if let fault {
            throw StoreError(.invalidValue, fault.detail, hint: fault.hint)
        }
        return try await write { db in
            try PicturePlace.of(db, slide: slide).requireRoom(try Slide.fetch(db, id: slide).name)
            try db.execute(
                sql: """
                    INSERT INTO jobs (id, slide_id, created_at, user_id, process_id, user_name, fields_wanted,
                        interval_s, stage_x_um, stage_y_um, planned_band, sweep_frames, sweep_s, sweep_span_um, state,
                        next_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)
                    """,
                arguments: [
                    id, slide, Date().utcText, agent.userID, agent.processID, agent.userName, wish.fields,
                    wish.intervalSeconds, wish.stagePosition?.xMicrometres, wish.stagePosition?.yMicrometres,
                    wish.plannedBand, wish.sweep?.frames, wish.sweep?.seconds,
                    wish.sweep?.spanMicrometres, nextAt.utcText,
                ])
            return try Job.fetch(db, id: id)
        }
    }

    package func job(_ id: Job.ID) async throws(StoreError) -> Job { try await read { try Job.fetch($0, id: id) } }

    /// Those with fields still to be taken, oldest first.
    package func openJobs() async throws(StoreError) -> [Job] {
        try await read { try Job.fetchAll($0, where: "j.state = 'open'", []) }
    }

    /// Oldest first.
    package func captures(ofJob id: Job.ID) async throws(StoreError) -> [Capture] {
        try await read { db in
            try Capture.fetchAll(
                db, where: "c.id IN (SELECT capture_id FROM job_captures WHERE job_id = ?)", [id], orderedBy: "c.id")
        }
    }

    /// A field could not be taken; the last one ends the job.
    /// - Parameter nextAt: when the next field is due.
    @discardableResult
    package func addGap(
        toJob id: Job.ID, nextAt: Date, kind: String, message: String, hint: String
    ) async throws(StoreError) -> Job {
        try await write { db in
            let slide = try Job.fetch(db, id: id).slide.id
            try db.execute(
                sql: "INSERT INTO job_gaps (job_id, at, kind, reason, hint) VALUES (?, ?, ?, ?, ?)",
                arguments: [id, Date().utcText, kind, message, hint])
            try db.append(
                "field not taken", by: .current, slide: slide, detail: ["job": id, "kind": kind, "message": message])
            return try Job.move(db, id, nextAt: nextAt)
        }
    }

    /// Ends a job before all of its fields were taken; one that has ended stays as it is.
    /// - Parameter agent: who stopped it, or the daemon itself.
    @discardableResult
    package func endJob(
        _ id: Job.ID, _ state: Job.State, kind: String, message: String, hint: String, by agent: Agent
    ) async throws(StoreError) -> Job {
        try await write { db in
            let job = try Job.fetch(db, id: id)
            guard job.state == .open, state != .open else { return job }
            try db.execute(
                sql: """
                    UPDATE jobs SET state = ?, next_at = NULL, error_kind = ?, error_message = ?, error_hint = ?
                    WHERE id = ?
                    """, arguments: [state.rawValue, kind, message, hint, id])
            try db.append(
                "job \(state.rawValue)", by: agent, slide: job.slide.id,
                detail: ["job": id, "not_taken": "\(job.left + job.gaps.count)", "message": message])
            return try Job.fetch(db, id: id)
        }
    }
}

extension Job {
    static func fetch(_ db: Database, id: String) throws -> Job {
        guard let job = try fetchAll(db, where: "j.id = ?", [id]).first else {
            throw StoreError(
                .noSuchJob, "there is no job \(id)", hint: "neurallens captures --slide NAME lists what is stored")
        }
        return job
    }

    /// Oldest first.
    fileprivate static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [Job] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT j.*, (SELECT COUNT(*) FROM job_captures WHERE job_id = j.id) AS taken
                FROM jobs AS j WHERE \(condition) ORDER BY j.rowid
                """, arguments: arguments
        ).map { row in
            let id: String = row["id"]
            let stageX: Double? = row["stage_x_um"]
            let sweepFrames: Int? = row["sweep_frames"]
            return Job(
                id: id, slide: try Slide.fetch(db, id: row["slide_id"]),
                wish: Wish(
                    fields: row["fields_wanted"], intervalSeconds: Quantity.captureInterval.nearest(row["interval_s"]),
                    stagePosition: stageX.map { SlidePosition(xMicrometres: $0, yMicrometres: row["stage_y_um"]) },
                    plannedBand: row["planned_band"],
                    sweep: sweepFrames.map {
                        Wish.Sweep(frames: $0, seconds: row["sweep_s"], spanMicrometres: row["sweep_span_um"])
                    }),
                createdAt: Date(utcText: row["created_at"]), agent: Agent(row), state: try known(row["state"]),
                nextAt: (row["next_at"] as String?).map { Date(utcText: $0) }, taken: row["taken"],
                gaps: try gaps(db, of: id),
                failure: Capture.Failure(
                    kind: row["error_kind"], message: row["error_message"], hint: row["error_hint"]))
        }
    }

    private static func gaps(_ db: Database, of id: String) throws -> [JobGap] {
        try Row.fetchAll(db, sql: "SELECT * FROM job_gaps WHERE job_id = ? ORDER BY id", arguments: [id]).map { row in
            JobGap(
                at: Date(utcText: row["at"]),
                failure: Capture.Failure(kind: row["kind"], message: row["reason"], hint: row["hint"]))
        }
    }

    /// A capture that the job asked for is stored.
    static func add(_ capture: Int64, to id: String, nextAt: Date, _ db: Database) throws {
        try db.execute(sql: "INSERT INTO job_captures (capture_id, job_id) VALUES (?, ?)", arguments: [capture, id])
        _ = try move(db, id, nextAt: nextAt)
    }

    /// To the next field, or to the end after the last.
    fileprivate static func move(_ db: Database, _ id: String, nextAt: Date) throws -> Job {
        let job = try fetch(db, id: id)
        guard job.state == .open else { return job }
        let isDone = job.left == 0
        try db.execute(
            sql: "UPDATE jobs SET state = ?, next_at = ? WHERE id = ?",
            arguments: [(isDone ? State.done : .open).rawValue, isDone ? nil : nextAt.utcText, id])
        return try fetch(db, id: id)
    }
}
