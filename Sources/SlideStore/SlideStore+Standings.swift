import GRDB

extension SlideStore {
    /// Makes the table of standings anew from what was found and said; needed only if a file was damaged.
    /// - Returns: how many grains stood differently.
    @discardableResult
    package func rebuildStandings() async throws(StoreError) -> Int {
        try await write { db in
            let wrong = try StoreChecker.wrongStandings(db)
            try db.execute(
                sql: "DELETE FROM standings; INSERT INTO standings SELECT * FROM derived_standings")
            return wrong
        }
    }
}

extension Database {
    /// Brings standings up to date with what was found and said.
    func refreshStandings(where condition: String, _ arguments: StatementArguments) throws {
        try execute(
            sql: "INSERT OR REPLACE INTO standings SELECT * FROM derived_standings WHERE \(condition)",
            arguments: arguments)
    }

    func refreshStandings(of grains: [Int64]) throws {
        try refreshStandings(where: "grain_id IN (SELECT value FROM json_each(?))", [try jsonText(grains)])
    }

    /// Replaces what the slide as a whole says about some grains of a run.
    func setVerdicts(_ verdicts: [SlideVerdict], about grains: [Int64], run: Int64) throws {
        let touched = Set(grains).union(verdicts.map(\.grain)).sorted()
        try execute(
            sql: "DELETE FROM slide_verdicts WHERE run_id = ? AND grain_id IN (SELECT value FROM json_each(?))",
            arguments: [run, try jsonText(touched)])
        try checkVerdicts(verdicts, run: run)
        for verdict in verdicts {
            let doubleOf: Int64? = if case .doubleOf(let other) = verdict.kind { other } else { nil }
            try execute(
                sql: "INSERT INTO slide_verdicts (grain_id, run_id, verdict, double_of) VALUES (?, ?, ?, ?)",
                arguments: [verdict.grain, run, doubleOf == nil ? "dirt" : "double", doubleOf])
        }
        try refreshStandings(of: touched)
    }

    /// Throws unless the verdicts are about different grains of the run, and doubles are those of grains that are none.
    fileprivate func checkVerdicts(_ verdicts: [SlideVerdict], run: Int64) throws {
        let doubles = Set(verdicts.filter { $0.kind != .dirt }.map(\.grain))
        var seen: Set<Int64> = []
        for verdict in verdicts {
            var named = [verdict.grain]
            if case .doubleOf(let other) = verdict.kind {
                guard !doubles.contains(other) else {
                    throw StoreError(
                        .invalidValue, "grain \(verdict.grain) cannot be the double of grain \(other), itself a double",
                        hint: "name the one grain of the group that counts")
                }
                named.append(other)
            }
            for grain in named {
                let home = try Int64.fetchOne(
                    self, sql: "SELECT run_id FROM standings WHERE grain_id = ?", arguments: [grain])
                guard let home else { throw StoreError.noSuchGrain(grain) }
                guard home == run else {
                    throw StoreError(
                        .runMismatch, "grain \(grain) belongs to another run", hint: "name grains of the run")
                }
            }
            guard seen.insert(verdict.grain).inserted else {
                throw StoreError(
                    .invalidValue, "there are two verdicts on grain \(verdict.grain)", hint: "give one a grain")
            }
        }
    }
}
