extension Schema {
    /// Readings of a slide by a second person: which fields in which order, the grains shown with the first reader's word as it
    /// was then, and what the second one says. What was said is only ever added to: the latest word holds.
    static let secondReadings =
        """
        CREATE TABLE second_readings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            slide_id INTEGER NOT NULL REFERENCES slides (id),
            run_id INTEGER NOT NULL REFERENCES runs (id),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL CHECK (user_name <> ''),
            seed INTEGER NOT NULL,
            first_readers TEXT NOT NULL CHECK (json_valid(first_readers))
        ) STRICT;
        CREATE INDEX second_readings_by_slide ON second_readings (slide_id);
        CREATE TABLE second_reading_fields (
            reading_id INTEGER NOT NULL REFERENCES second_readings (id),
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            place INTEGER NOT NULL,
            PRIMARY KEY (reading_id, capture_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE second_reading_grains (
            reading_id INTEGER NOT NULL REFERENCES second_readings (id),
            grain_id INTEGER NOT NULL REFERENCES grains (id),
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            species_id INTEGER REFERENCES species (id),
            PRIMARY KEY (reading_id, grain_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE second_reading_words (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            reading_id INTEGER NOT NULL REFERENCES second_readings (id),
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            grain_id INTEGER REFERENCES grains (id),
            drawn_id INTEGER REFERENCES second_reading_words (id),
            outline BLOB,
            species_id INTEGER REFERENCES species (id),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            CHECK ((grain_id IS NOT NULL) + (drawn_id IS NOT NULL) + (outline IS NOT NULL) = 1)
        ) STRICT;
        CREATE INDEX second_reading_words_by_reading ON second_reading_words (reading_id, capture_id);
        CREATE TABLE second_reading_finishes (
            reading_id INTEGER NOT NULL REFERENCES second_readings (id),
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            at TEXT NOT NULL,
            PRIMARY KEY (reading_id, capture_id)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE second_reading_settlements (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            reading_id INTEGER NOT NULL REFERENCES second_readings (id),
            grain_id INTEGER REFERENCES grains (id),
            drawn_id INTEGER REFERENCES second_reading_words (id),
            species_id INTEGER REFERENCES species (id),
            review_id INTEGER REFERENCES reviews (id),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            CHECK ((grain_id IS NOT NULL) + (drawn_id IS NOT NULL) = 1)
        ) STRICT;
        CREATE INDEX second_reading_settlements_by_reading ON second_reading_settlements (reading_id);

        """
        + secondReadingTables.map { table in
            """
            CREATE TRIGGER \(table)_are_never_changed BEFORE UPDATE ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) are never changed'); END;
            CREATE TRIGGER \(table)_are_never_deleted BEFORE DELETE ON \(table)
                WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
                BEGIN SELECT RAISE(ABORT, '\(table) are never deleted'); END;

            """
        }.joined()

    /// What refers to others first.
    static let secondReadingTables = [
        "second_reading_settlements", "second_reading_finishes", "second_reading_words", "second_reading_grains",
        "second_reading_fields", "second_readings",
    ]
}
