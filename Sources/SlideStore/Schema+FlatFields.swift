extension Schema {
    /// The empty glass under objectives, and which captures are divided by which. `light` is a PNG file of 16 bits a channel; null:
    /// from then on fields are not divided.
    static let flatFields = """
        CREATE TABLE flat_fields (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            objective TEXT NOT NULL,
            objective_key TEXT NOT NULL,
            camera TEXT NOT NULL,
            frame_width INTEGER NOT NULL CHECK (frame_width > 0),
            frame_height INTEGER NOT NULL CHECK (frame_height > 0),
            frames INTEGER NOT NULL CHECK (frames >= 0),
            fall_off REAL NOT NULL,
            dust TEXT NOT NULL CHECK (json_type(dust) = 'array'),
            light BLOB,
            CHECK ((light IS NULL) = (frames = 0))
        ) STRICT;
        CREATE INDEX flat_fields_by_objective ON flat_fields (objective_key, camera, frame_width, frame_height, id);
        CREATE TRIGGER flat_fields_are_never_changed BEFORE UPDATE ON flat_fields
            BEGIN SELECT RAISE(ABORT, 'flat_fields are never changed'); END;
        CREATE TRIGGER flat_fields_are_never_deleted BEFORE DELETE ON flat_fields
            BEGIN SELECT RAISE(ABORT, 'flat_fields are never deleted'); END;

        CREATE TABLE flat_captures (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            flat_field_id INTEGER NOT NULL REFERENCES flat_fields (id)
        ) STRICT;
        CREATE TRIGGER flat_captures_are_never_changed BEFORE UPDATE ON flat_captures
            BEGIN SELECT RAISE(ABORT, 'flat_captures are never changed'); END;
        CREATE TRIGGER flat_captures_are_never_deleted BEFORE DELETE ON flat_captures
            WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
            BEGIN SELECT RAISE(ABORT, 'flat_captures are never deleted'); END;
        """
}
