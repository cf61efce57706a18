extension Schema {
    /// Slides that are archived and deleted: where a slide's file went, and what is left of slides that are gone. The journal
    /// keeps what it says of them, and no number is given out twice. What is never deleted by itself goes with its slide, while
    /// `slide_in_deletion` names it.
    static let archive =
        """
        ALTER TABLE slides ADD COLUMN archived_at TEXT;
        ALTER TABLE slides ADD COLUMN archive_bytes INTEGER CHECK (archive_bytes > 0);
        ALTER TABLE slides ADD COLUMN archive_sha256 TEXT CHECK (length(archive_sha256) = 64);

        CREATE TABLE deleted_slides (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            created_at TEXT NOT NULL,
            deleted_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE last_ids (
            table_name TEXT PRIMARY KEY,
            id INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE slide_in_deletion (
            id INTEGER PRIMARY KEY
        ) STRICT;

        CREATE TABLE new_events (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            what TEXT NOT NULL CHECK (what <> ''),
            slide_id INTEGER,
            capture_id INTEGER,
            detail TEXT NOT NULL CHECK (json_type(detail) = 'object')
        ) STRICT;
        INSERT INTO new_events SELECT id, at, user_id, process_id, what, slide_id, capture_id, detail FROM events;
        DROP TABLE events;
        ALTER TABLE new_events RENAME TO events;
        CREATE INDEX events_by_capture ON events (capture_id) WHERE capture_id IS NOT NULL;
        CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
            BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
        CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
            BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;

        DROP TRIGGER analyses_are_never_deleted;
        CREATE TRIGGER analyses_are_never_deleted BEFORE DELETE ON analyses
            WHEN OLD.error_kind IS NULL AND NOT EXISTS (SELECT 1 FROM slide_in_deletion)
            BEGIN SELECT RAISE(ABORT, 'analyses are never deleted'); END;

        """
        + [
            "runs", "grains", "reviews", "review_grains", "plan_captures", "plan_gaps", "job_captures", "job_gaps",
            "capture_exclusions",
        ].map { table in
            """
            DROP TRIGGER \(table)_are_never_deleted;
            CREATE TRIGGER \(table)_are_never_deleted BEFORE DELETE ON \(table)
                WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
                BEGIN SELECT RAISE(ABORT, '\(table) are never deleted'); END;

            """
        }.joined()
}
