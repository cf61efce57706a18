extension Schema {
    /// Fields that people finished, and species of their own.
    static let labels = """
        CREATE TABLE field_finishes (
            id INTEGER PRIMARY KEY,
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            finished INTEGER NOT NULL CHECK (finished IN (0, 1))
        ) STRICT;
        CREATE INDEX field_finishes_by_capture ON field_finishes (capture_id, id);
        CREATE VIEW finished_fields AS
            SELECT * FROM field_finishes AS f
            WHERE f.finished = 1
                AND NOT EXISTS (SELECT 1 FROM field_finishes AS l WHERE l.capture_id = f.capture_id AND l.id > f.id);

        CREATE TABLE added_species (
            key TEXT PRIMARY KEY CHECK (key <> ''),
            name TEXT NOT NULL UNIQUE CHECK (name <> ''),
            colour TEXT NOT NULL CHECK (colour GLOB '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]'),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL
        ) STRICT;

        CREATE TRIGGER field_finishes_are_never_changed BEFORE UPDATE ON field_finishes
            BEGIN SELECT RAISE(ABORT, 'field_finishes are never changed'); END;
        CREATE TRIGGER field_finishes_are_never_deleted BEFORE DELETE ON field_finishes
            WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
            BEGIN SELECT RAISE(ABORT, 'field_finishes are never deleted'); END;
        CREATE TRIGGER added_species_are_never_changed BEFORE UPDATE ON added_species
            BEGIN SELECT RAISE(ABORT, 'added_species are never changed'); END;
        CREATE TRIGGER added_species_are_never_deleted BEFORE DELETE ON added_species
            BEGIN SELECT RAISE(ABORT, 'added_species are never deleted'); END;
        """
}
