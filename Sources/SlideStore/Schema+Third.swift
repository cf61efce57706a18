extension Schema {
    /// Capture plans: what was asked for, what became of its slots.
    ///
    /// What a plan took and what it missed are rows that are only added to; gaps are runs of slots, so that a daemon that
    /// was away for days leaves one row.
    static let third =
        """
        CREATE TABLE plans (
            id INTEGER PRIMARY KEY,
            slide_id INTEGER NOT NULL REFERENCES slides (id),
            created_at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            interval_s REAL NOT NULL CHECK (interval_s > 0),
            captures_wanted INTEGER CHECK (captures_wanted > 0),
            until_grains INTEGER CHECK (until_grains > 0),
            until_precision REAL CHECK (until_precision > 0 AND until_precision < 1),
            state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done', 'cancelled', 'failed')),
            next_at TEXT,
            reason TEXT CHECK (reason <> ''),
            CHECK ((state = 'running') = (next_at IS NOT NULL))
        ) STRICT;
        CREATE INDEX plans_running ON plans (next_at) WHERE state = 'running';

        CREATE TABLE plan_captures (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            plan_id INTEGER NOT NULL REFERENCES plans (id),
            due_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX plan_captures_by_plan ON plan_captures (plan_id);

        CREATE TABLE plan_gaps (
            id INTEGER PRIMARY KEY,
            plan_id INTEGER NOT NULL REFERENCES plans (id),
            due_at TEXT NOT NULL,
            slots INTEGER NOT NULL CHECK (slots > 0),
            reason TEXT NOT NULL CHECK (reason <> '')
        ) STRICT;
        CREATE INDEX plan_gaps_by_plan ON plan_gaps (plan_id);


        """
        + ["plan_captures", "plan_gaps"].map { table in
            """
            CREATE TRIGGER \(table)_are_never_changed BEFORE UPDATE ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) are never changed'); END;
            CREATE TRIGGER \(table)_are_never_deleted BEFORE DELETE ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) are never deleted'); END;

            """
        }.joined()
}
