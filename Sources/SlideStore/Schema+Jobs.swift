extension Schema {
    /// Capture jobs: what was asked for, which captures it gave, which fields could not be taken; and how a capture's
    /// frame was shown to be fresh.
    static let jobs =
        """
        ALTER TABLE captures ADD COLUMN freshness TEXT CHECK (freshness IN ('timestamp', 'arrival'));

        CREATE TABLE jobs (
            id TEXT PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 64),
            slide_id INTEGER NOT NULL REFERENCES slides (id),
            created_at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            fields_wanted INTEGER NOT NULL CHECK (fields_wanted > 0),
            interval_s REAL NOT NULL CHECK (interval_s >= 0),
            stage_x_um REAL,
            stage_y_um REAL,
            state TEXT NOT NULL CHECK (state IN ('open', 'done', 'stopped', 'failed')),
            next_at TEXT,
            error_kind TEXT,
            error_message TEXT,
            error_hint TEXT,
            CHECK ((stage_x_um IS NULL) = (stage_y_um IS NULL)),
            CHECK ((state = 'open') = (next_at IS NOT NULL)),
            CHECK ((error_kind IS NULL) = (error_message IS NULL))
        ) STRICT;
        CREATE INDEX jobs_open ON jobs (state) WHERE state = 'open';

        CREATE TABLE job_captures (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            job_id TEXT NOT NULL REFERENCES jobs (id)
        ) STRICT;
        CREATE INDEX job_captures_by_job ON job_captures (job_id);

        CREATE TABLE job_gaps (
            id INTEGER PRIMARY KEY,
            job_id TEXT NOT NULL REFERENCES jobs (id),
            at TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind <> ''),
            reason TEXT NOT NULL CHECK (reason <> ''),
            hint TEXT NOT NULL
        ) STRICT;
        CREATE INDEX job_gaps_by_job ON job_gaps (job_id);


        """
        + ["job_captures", "job_gaps"].map { table in
            """
            CREATE TRIGGER \(table)_are_never_changed BEFORE UPDATE ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) are never changed'); END;
            CREATE TRIGGER \(table)_are_never_deleted BEFORE DELETE ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) are never deleted'); END;

            """
        }.joined()
}
