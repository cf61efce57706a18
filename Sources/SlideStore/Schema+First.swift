extension Schema {
    static let first = """
        CREATE TABLE slides (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
            name_key TEXT NOT NULL UNIQUE,
            note TEXT NOT NULL,
            created_at TEXT NOT NULL
        ) STRICT;

        CREATE TABLE captures (
            id INTEGER PRIMARY KEY,
            slide_id INTEGER NOT NULL REFERENCES slides (id),
            state TEXT NOT NULL CHECK (state IN ('stored', 'analysing', 'done', 'failed')),
            captured_at TEXT NOT NULL,
            exposed_monotonic_ns INTEGER NOT NULL,
            finished_at TEXT,
            source TEXT NOT NULL CHECK (source <> ''),
            origin TEXT NOT NULL,
            wire_format TEXT NOT NULL,
            bit_depth INTEGER NOT NULL CHECK (bit_depth BETWEEN 1 AND 16),
            sequence INTEGER NOT NULL CHECK (sequence >= 0),
            controls TEXT NOT NULL CHECK (json_type(controls) = 'object'),
            sequence_gaps INTEGER NOT NULL CHECK (sequence_gaps >= 0),
            error_flagged INTEGER NOT NULL CHECK (error_flagged >= 0),
            discarded_before_trigger INTEGER NOT NULL CHECK (discarded_before_trigger >= 0),
            nm_per_pixel REAL CHECK (nm_per_pixel > 0),
            scale_origin TEXT,
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            lens_name TEXT,
            lens_sha256 TEXT CHECK (length(lens_sha256) = 64),
            engine_version TEXT,
            settings TEXT NOT NULL DEFAULT '{}' CHECK (json_type(settings) = 'object'),
            stage_seconds TEXT NOT NULL DEFAULT '{}' CHECK (json_type(stage_seconds) = 'object'),
            error_kind TEXT,
            error_message TEXT,
            error_hint TEXT,
            CHECK ((nm_per_pixel IS NULL) = (scale_origin IS NULL)),
            CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL)),
            CHECK ((state = 'done') = (lens_sha256 IS NOT NULL)),
            CHECK ((lens_sha256 IS NULL) = (lens_name IS NULL) AND (lens_name IS NULL) = (engine_version IS NULL)),
            CHECK ((state = 'failed') = (error_message IS NOT NULL AND error_kind IS NOT NULL))
        ) STRICT;
        CREATE INDEX captures_by_slide ON captures (slide_id, state);
        CREATE INDEX captures_pending ON captures (id) WHERE state IN ('stored', 'analysing');

        CREATE TABLE pictures (
            id INTEGER PRIMARY KEY,
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            kind TEXT NOT NULL CHECK (kind <> ''),
            width INTEGER NOT NULL CHECK (width > 0),
            height INTEGER NOT NULL CHECK (height > 0),
            nm_per_pixel REAL CHECK (nm_per_pixel > 0),
            synthesised INTEGER NOT NULL CHECK (synthesised IN (0, 1)),
            byte_count INTEGER NOT NULL CHECK (byte_count > 0),
            sha256 TEXT NOT NULL CHECK (length(sha256) = 64),
            UNIQUE (capture_id, kind)
        ) STRICT;
        CREATE TABLE picture_bytes (
            picture_id INTEGER PRIMARY KEY REFERENCES pictures (id),
            png BLOB NOT NULL
        ) STRICT;

        CREATE TABLE grains (
            id INTEGER PRIMARY KEY,
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            number INTEGER NOT NULL CHECK (number > 0),
            species TEXT NOT NULL CHECK (species <> ''),
            centroid_x_px REAL NOT NULL,
            centroid_y_px REAL NOT NULL,
            box_x0_px REAL NOT NULL,
            box_y0_px REAL NOT NULL,
            box_x1_px REAL NOT NULL,
            box_y1_px REAL NOT NULL,
            area_um2 REAL NOT NULL CHECK (area_um2 > 0),
            area_px REAL NOT NULL CHECK (area_px > 0),
            equivalent_diameter_um REAL NOT NULL CHECK (equivalent_diameter_um > 0),
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            on_border INTEGER NOT NULL CHECK (on_border IN (0, 1)),
            outline_px TEXT NOT NULL CHECK (json_type(outline_px) = 'array'),
            UNIQUE (capture_id, number),
            CHECK (box_x0_px < box_x1_px AND box_y0_px < box_y1_px)
        ) STRICT;
        CREATE INDEX grains_by_species ON grains (capture_id, species, on_border);

        CREATE TABLE events (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            what TEXT NOT NULL CHECK (what <> ''),
            slide_id INTEGER REFERENCES slides (id),
            capture_id INTEGER REFERENCES captures (id),
            detail TEXT NOT NULL CHECK (json_type(detail) = 'object')
        ) STRICT;
        CREATE INDEX events_by_capture ON events (capture_id) WHERE capture_id IS NOT NULL;
        CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
            BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
        CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
            BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END;
        """
}
