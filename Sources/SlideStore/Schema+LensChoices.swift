extension Schema {
    /// Which lens was put in force, for all slides or for one. The latest row of a slide, or of all, is in force; one without a
    /// lens takes back what was chosen. Rows are only added, and go with their slide.
    static let lensChoices = """
        CREATE TABLE lens_choices (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            slide_id INTEGER REFERENCES slides (id),
            lens_name TEXT CHECK (lens_name <> ''),
            lens_sha256 TEXT CHECK (length(lens_sha256) = 64),
            restores INTEGER CHECK (restores >= 0),
            CHECK ((lens_name IS NULL) = (lens_sha256 IS NULL))
        ) STRICT;
        CREATE INDEX lens_choices_by_slide ON lens_choices (slide_id, id);
        CREATE TRIGGER lens_choices_are_never_changed BEFORE UPDATE ON lens_choices
            BEGIN SELECT RAISE(ABORT, 'lens_choices are never changed'); END;
        CREATE TRIGGER lens_choices_are_never_deleted BEFORE DELETE ON lens_choices
            WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
            BEGIN SELECT RAISE(ABORT, 'lens_choices are never deleted'); END;
        """
}
