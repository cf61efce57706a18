extension Schema {
    /// Scans by motor: the rectangle, and which of its places are captured. A place is captured once.
    static let scans = """
        CREATE TABLE scans (
            id INTEGER PRIMARY KEY,
            slide_id INTEGER NOT NULL REFERENCES slides (id),
            created_at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            x_um REAL NOT NULL,
            y_um REAL NOT NULL,
            step_x_um REAL NOT NULL CHECK (step_x_um > 0),
            step_y_um REAL NOT NULL CHECK (step_y_um > 0),
            columns INTEGER NOT NULL CHECK (columns > 0),
            rows INTEGER NOT NULL CHECK (rows > 0),
            state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done', 'cancelled')),
            reason TEXT CHECK (reason <> '')
        ) STRICT;

        CREATE TABLE scan_captures (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            scan_id INTEGER NOT NULL REFERENCES scans (id),
            place INTEGER NOT NULL CHECK (place >= 0),
            UNIQUE (scan_id, place)
        ) STRICT;
        CREATE TRIGGER scan_captures_are_never_changed BEFORE UPDATE ON scan_captures
            BEGIN SELECT RAISE(ABORT, 'scan_captures are never changed'); END;
        CREATE TRIGGER scan_captures_are_never_deleted BEFORE DELETE ON scan_captures
            WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
            BEGIN SELECT RAISE(ABORT, 'scan_captures are never deleted'); END;
        """
}
