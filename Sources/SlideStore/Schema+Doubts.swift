extension Schema {
    /// What is doubtful about a field, for those who read its count.
    static let doubts = """
        CREATE TABLE capture_doubts (
            id INTEGER PRIMARY KEY,
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            run_id INTEGER REFERENCES runs (id),
            key TEXT NOT NULL CHECK (key <> ''),
            sentence TEXT NOT NULL CHECK (sentence <> '')
        ) STRICT;
        CREATE UNIQUE INDEX capture_doubts_by_capture ON capture_doubts (capture_id, COALESCE(run_id, 0), key);
        """
}
