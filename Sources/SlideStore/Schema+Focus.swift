extension Schema {
    /// Fields that were fused from several focal planes: how, and beside the fused `input` the pictures `sharpest`, the frame
    /// of one plane as the camera gave it, and `heights`. A job may ask for such fields.
    static let focus = """
        CREATE TABLE new_pictures (
            id INTEGER PRIMARY KEY,
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            analysis_id INTEGER REFERENCES analyses (id),
            kind TEXT NOT NULL CHECK (kind <> ''),
            width INTEGER NOT NULL CHECK (width > 0),
            height INTEGER NOT NULL CHECK (height > 0),
            nm_per_pixel REAL CHECK (nm_per_pixel > 0),
            synthesised INTEGER NOT NULL CHECK (synthesised IN (0, 1)),
            byte_count INTEGER NOT NULL CHECK (byte_count > 0),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
            CHECK ((kind IN ('input', 'sharpest', 'heights')) = (analysis_id IS NULL))
        ) STRICT;
        INSERT INTO new_pictures (id, capture_id, analysis_id, kind, width, height, nm_per_pixel, synthesised,
            byte_count, sha256)
            SELECT id, capture_id, analysis_id, kind, width, height, nm_per_pixel, synthesised, byte_count, sha256
            FROM pictures;
        DROP TABLE pictures;
        ALTER TABLE new_pictures RENAME TO pictures;
        CREATE UNIQUE INDEX pictures_by_capture ON pictures (capture_id, kind, analysis_id);
        CREATE UNIQUE INDEX pictures_taken ON pictures (capture_id, kind) WHERE analysis_id IS NULL;

        CREATE TABLE focal_sweeps (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            planes INTEGER NOT NULL CHECK (planes >= 2),
            sharpest INTEGER NOT NULL CHECK (sharpest BETWEEN 1 AND planes),
            shift_px REAL NOT NULL CHECK (shift_px >= 0),
            curve TEXT NOT NULL CHECK (json_type(curve) = 'array')
        ) STRICT;
        CREATE TRIGGER focal_sweeps_are_never_changed BEFORE UPDATE ON focal_sweeps
            BEGIN SELECT RAISE(ABORT, 'focal_sweeps are never changed'); END;
        CREATE TRIGGER focal_sweeps_are_never_deleted BEFORE DELETE ON focal_sweeps
            WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
            BEGIN SELECT RAISE(ABORT, 'focal_sweeps are never deleted'); END;

        ALTER TABLE jobs ADD COLUMN sweep_frames INTEGER CHECK (sweep_frames >= 2);
        ALTER TABLE jobs ADD COLUMN sweep_s REAL CHECK (sweep_s > 0);
        ALTER TABLE jobs ADD COLUMN sweep_span_um REAL CHECK (sweep_span_um > 0);
        """
}
