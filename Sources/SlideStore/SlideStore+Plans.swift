package import Foundation
import GRDB
import Quantities

extension SlideStore {
    /// Makes a plan whose first slot is due at `start`.
    package func createPlan(
        ofSlide slide: Slide.ID, _ wish: Plan.Wish, start: Date, by agent: Agent
    ) async throws(StoreError) -> Plan {
        if let fault = Quantity.planInterval.fault(wish.intervalSeconds) {
            throw StoreError(.invalidValue, fault.detail, hint: fault.hint)
        }
        return try await write { db in
            try PicturePlace.of(db, slide: slide).requireRoom(try Slide.fetch(db, id: slide).name)
            try db.execute(
                sql: """
                    INSERT INTO plans (id, slide_id, created_at, user_id, process_id, user_name, interval_s,
                        captures_wanted, until_grains, until_precision, state, next_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', ?)
                    """,
                arguments: [
                    try db.nextID(of: "plans"), slide, Date().utcText, agent.userID, agent.processID, agent.userName,
                    wish.intervalSeconds,
                    wish.captures, wish.grains, wish.precision, start.utcText,
                ])
            let id = db.lastInsertedRowID
            try db.append("plan made", by: agent, slide: slide, detail: ["plan": "\(id)"])
            return try Plan.fetch(db, id: id)
        }
    }

    /// All plans, oldest first.
    package func plans() async throws(StoreError) -> [Plan] {
        try await read { try Plan.fetchAll($0, where: "TRUE", []) }
    }

    /// Those that are running, the next due first.
    package func runningPlans() async throws(StoreError) -> [Plan] {
        try await read { db in
            try Plan.fetchAll(db, where: "p.state = 'running'", []).sorted {
                ($0.nextAt ?? .distantFuture, $0.id) < ($1.nextAt ?? .distantFuture, $1.id)
            }
        }
    }

    package func plan(_ id: Plan.ID) async throws(StoreError) -> Plan {
        try await read { try Plan.fetch($0, id: id) }
    }

    /// Changes the state of a plan that has not ended.
    /// - Parameters:
    ///   - nextAt: when the next slot is due; needed for a running plan, ignored for others.
    ///   - agent: who asked for it; nil where it follows from the plan itself and the journal need not say so.
    @discardableResult
    package func setPlan(
        _ id: Plan.ID, _ state: Plan.State, nextAt: Date?, reason: String?, by agent: Agent?
    ) async throws(StoreError) -> Plan {
        try await write { db in
            let plan = try Plan.fetch(db, id: id)
            guard !plan.state.isFinal else {
                throw StoreError(
                    .alreadyFinished, "plan \(id) is \(plan.state.rawValue) already", hint: "make another plan")
            }
            try db.execute(
                sql: "UPDATE plans SET state = ?, next_at = ?, reason = ? WHERE id = ?",
                arguments: [
                    state.rawValue, state == .running ? (nextAt ?? plan.nextAt ?? Date()).utcText : nil, reason, id,
                ])
            if let agent, state != plan.state {
                var detail = ["plan": "\(id)"]
                if let reason { detail["reason"] = reason }
                try db.append("plan \(state.rawValue)", by: agent, slide: plan.slide.id, detail: detail)
            }
            return try Plan.fetch(db, id: id)
        }
    }

    /// A slot gave a capture.
    @discardableResult
    package func addCapture(
        _ capture: Capture.ID, toPlan id: Plan.ID, dueAt: Date, nextAt: Date
    ) async throws(StoreError) -> Plan {
        try await write { db in
            try Plan.add(capture, to: id, dueAt: dueAt, nextAt: nextAt, db)
            return try Plan.fetch(db, id: id)
        }
    }

    /// Slots passed in which nothing was captured.
    @discardableResult
    package func addGap(_ gap: PlanGap, toPlan id: Plan.ID, nextAt: Date) async throws(StoreError) -> Plan {
        try await write { db in
            try db.execute(
                sql: "INSERT INTO plan_gaps (plan_id, due_at, slots, reason) VALUES (?, ?, ?, ?)",
                arguments: [id, gap.dueAt.utcText, gap.slots, gap.reason])
            return try Plan.move(db, id, nextAt: nextAt, reason: gap.reason)
        }
    }

    /// In the order of time.
    package func gaps(ofPlan id: Plan.ID) async throws(StoreError) -> [PlanGap] {
        try await read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM plan_gaps WHERE plan_id = ? ORDER BY id", arguments: [id]).map {
                PlanGap(dueAt: Date(utcText: $0["due_at"]), slots: $0["slots"], reason: $0["reason"])
            }
        }
    }
}

extension Plan {
    fileprivate static func fetch(_ db: Database, id: Int64) throws -> Plan {
        guard let plan = try fetchAll(db, where: "p.id = ?", [id]).first else {
            throw StoreError(.noSuchPlan, "there is no plan \(id)", hint: "neurallens plan list shows the plans")
        }
        return plan
    }

    /// Oldest first.
    fileprivate static func fetchAll(
        _ db: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [Plan] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT p.*,
                    (SELECT COUNT(*) FROM plan_captures WHERE plan_id = p.id) AS taken,
                    (SELECT COALESCE(SUM(slots), 0) FROM plan_gaps WHERE plan_id = p.id) AS missed
                FROM plans AS p WHERE \(condition) ORDER BY p.id
                """, arguments: arguments
        ).map { row in
            Plan(
                id: row["id"], slide: try Slide.fetch(db, id: row["slide_id"]),
                wish: Wish(
                    intervalSeconds: Quantity.planInterval.nearest(row["interval_s"]), captures: row["captures_wanted"],
                    grains: row["until_grains"],
                    precision: row["until_precision"]),
                createdAt: Date(utcText: row["created_at"]), agent: Agent(row), state: try known(row["state"]),
                nextAt: (row["next_at"] as String?).map { Date(utcText: $0) }, reason: row["reason"],
                taken: row["taken"], missed: row["missed"])
        }
    }

    /// A slot gave a capture.
    static func add(_ capture: Int64, to id: Int64, dueAt: Date, nextAt: Date, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO plan_captures (capture_id, plan_id, due_at) VALUES (?, ?, ?)",
            arguments: [capture, id, dueAt.utcText])
        _ = try move(db, id, nextAt: nextAt, reason: nil)
    }

    /// To the next slot; a plan that was paused or ended meanwhile stays so.
    fileprivate static func move(_ db: Database, _ id: Int64, nextAt: Date, reason: String?) throws -> Plan {
        try db.execute(
            sql: "UPDATE plans SET next_at = ?, reason = ? WHERE id = ? AND state = 'running'",
            arguments: [nextAt.utcText, reason, id])
        return try fetch(db, id: id)
    }
}
