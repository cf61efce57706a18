extension Schema {
    /// What each field says of the instrument: light and tint of the glass as shares, blur of the sharpest edges.
    static let fieldMeasures = """
        CREATE TABLE field_measures (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            light REAL NOT NULL,
            tint REAL NOT NULL,
            edge_blur_um REAL
        ) STRICT;
        CREATE TRIGGER field_measures_are_never_changed BEFORE UPDATE ON field_measures
            BEGIN SELECT RAISE(ABORT, 'field_measures are never changed'); END;
        CREATE TRIGGER field_measures_are_never_deleted BEFORE DELETE ON field_measures
            WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
            BEGIN SELECT RAISE(ABORT, 'field_measures are never deleted'); END;
        """
}
