extension Schema {
    /// Lenses that were taught from labels. What they were taught with lies in a folder each; the lens goes on without its
    /// row, which a person may delete.
    static let teachings = """
        CREATE TABLE teachings (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK (name <> ''),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            plan TEXT NOT NULL CHECK (json_valid(plan)),
            state TEXT NOT NULL
                CHECK (state IN ('preparing', 'training', 'judging', 'done', 'failed', 'stopped')),
            steps_done INTEGER NOT NULL DEFAULT 0 CHECK (steps_done >= 0),
            steps INTEGER CHECK (steps > 0),
            problem TEXT CHECK (problem IS NULL OR json_valid(problem)),
            lens_sha256 TEXT CHECK (length(lens_sha256) = 64),
            result TEXT CHECK (result IS NULL OR json_valid(result))
        ) STRICT;
        """
}
