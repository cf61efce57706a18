extension Schema {
    /// Where fields lie, found field by field: what was compared is kept, so that a new field is compared with its
    /// neighbours alone, and so that a survey goes on where it was without reading any picture. And which fields of a run
    /// were judged with their neighbours: what is not is provisional.
    ///
    /// Fields that were placed before are judged; their slides are surveyed anew when a field is added.
    static let survey = """
        ALTER TABLE placements ADD COLUMN repeats INTEGER REFERENCES captures (id);

        CREATE TABLE surveyed_fields (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            slide_id INTEGER NOT NULL REFERENCES slides (id),
            number INTEGER NOT NULL CHECK (number >= 0),
            width INTEGER NOT NULL CHECK (width > 0),
            height INTEGER NOT NULL CHECK (height > 0),
            pattern INTEGER,
            is_empty INTEGER NOT NULL CHECK (is_empty IN (0, 1)),
            is_ambiguous INTEGER NOT NULL CHECK (is_ambiguous IN (0, 1)),
            is_contradicted INTEGER NOT NULL CHECK (is_contradicted IN (0, 1)),
            may_turn TEXT NOT NULL CHECK (json_type(may_turn) = 'array'),
            objects BLOB NOT NULL,
            UNIQUE (slide_id, number)
        ) STRICT;
        CREATE TABLE field_previews (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            samples BLOB NOT NULL
        ) STRICT;
        CREATE TABLE sensor_patterns (
            slide_id INTEGER NOT NULL REFERENCES slides (id),
            number INTEGER NOT NULL CHECK (number >= 0),
            samples BLOB NOT NULL,
            PRIMARY KEY (slide_id, number)
        ) STRICT;
        CREATE TABLE field_pairs (
            first_id INTEGER NOT NULL REFERENCES captures (id),
            second_id INTEGER NOT NULL REFERENCES captures (id),
            x_px REAL NOT NULL,
            y_px REAL NOT NULL,
            deviation_px REAL NOT NULL CHECK (deviation_px > 0),
            correlation REAL NOT NULL,
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            is_kept INTEGER NOT NULL CHECK (is_kept IN (0, 1)),
            PRIMARY KEY (first_id, second_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX field_pairs_by_second ON field_pairs (second_id);

        CREATE TABLE judged_fields (
            run_id INTEGER NOT NULL REFERENCES runs (id),
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            PRIMARY KEY (run_id, capture_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX judged_fields_by_capture ON judged_fields (capture_id);
        INSERT INTO judged_fields SELECT a.run_id, a.capture_id FROM analyses AS a
            JOIN placements AS p ON p.capture_id = a.capture_id WHERE a.error_kind IS NULL;
        """
}
