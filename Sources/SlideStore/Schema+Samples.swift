extension Schema {
    /// What a slide bears of a trap's tape, and where it is examined. Of which hours of which trap it is stands in columns, so
    /// that no other slide is of the same; the rest is what the sample says, as JSON. With a sample, volume and area of its
    /// slide follow from it.
    static let samples = """
        CREATE TABLE samples (
            slide_id INTEGER PRIMARY KEY REFERENCES slides (id),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            trap_key TEXT NOT NULL CHECK (trap_key <> ''),
            begins_at TEXT NOT NULL,
            ends_at TEXT NOT NULL,
            sample TEXT NOT NULL CHECK (json_type(sample) = 'object'),
            plan TEXT CHECK (json_type(plan) = 'object'),
            CHECK (begins_at < ends_at)
        ) STRICT;
        CREATE INDEX samples_by_trap ON samples (trap_key, begins_at);

        CREATE TABLE planned_captures (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            along_mm REAL NOT NULL CHECK (along_mm >= 0),
            across_mm REAL NOT NULL CHECK (across_mm >= 0)
        ) STRICT;
        CREATE TRIGGER planned_captures_are_never_changed BEFORE UPDATE ON planned_captures
            BEGIN SELECT RAISE(ABORT, 'planned_captures are never changed'); END;
        CREATE TRIGGER planned_captures_are_never_deleted BEFORE DELETE ON planned_captures
            WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
            BEGIN SELECT RAISE(ABORT, 'planned_captures are never deleted'); END;

        ALTER TABLE jobs ADD COLUMN planned_band INTEGER CHECK (planned_band >= 0);
        """
}
