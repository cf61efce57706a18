extension Schema {
    /// Whether the file is complete without its log: see `SlideStore+Log`.
    static let log = """
        CREATE TABLE file_state (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            needs_log INTEGER NOT NULL CHECK (needs_log IN (0, 1))
        ) STRICT;
        INSERT INTO file_state (id, needs_log) VALUES (1, 0);
        """
}
