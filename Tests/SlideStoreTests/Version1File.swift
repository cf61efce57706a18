import GRDB

/// A file as version 1 left it: the SQL of that version, with two slides. The first has two captures that are done, one
/// that failed and one that waits; the second has none that is done.
enum Version1File {
    static func write(to path: String) throws {
        var configuration = Configuration()
        configuration.journalMode = .wal
        let database = try DatabaseQueue(path: path, configuration: configuration)
        try database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA application_id = 1313633132")
            try db.execute(sql: schema)
            try db.execute(sql: rows)
            try db.execute(sql: "PRAGMA user_version = 1")
        }
        try database.close()
    }

    private static let rows = """
        INSERT INTO grdb_migrations VALUES ('1 slides, captures, pictures, grains, events');
        INSERT INTO slides VALUES
            (1, 'Meadow', 'meadow', 'south wall', '2026-01-02T03:04:05.678Z'),
            (2, 'Roof', 'roof', '', '2026-01-02T04:00:00.000Z');
        INSERT INTO captures VALUES
            (3, 1, 'done', '2026-01-02T05:00:00.000Z', 11, '2026-01-02T05:00:09.000Z', 'camera', 'a.png', 'BA81', 8, 4,
                '{"gain":3}', 0, 1, 2, 180.0, 'test', 1, 'iva-galanthus', '\(hash)', '0.1', '{"threshold":0.5}',
                '{"lens":1.5}', NULL, NULL, NULL),
            (4, 1, 'failed', '2026-01-02T05:01:00.000Z', 12, '2026-01-02T05:01:09.000Z', 'camera', '', 'BA81', 8, 5,
                '{}', 0, 0, 0, NULL, NULL, 1, NULL, NULL, NULL, '{}', '{}', 'scale-unknown', 'no scale', 'give one'),
            (5, 1, 'done', '2026-01-02T05:02:00.000Z', 13, '2026-01-02T05:02:09.000Z', 'camera', '', 'BA81', 8, 6,
                '{}', 0, 0, 0, 180.0, 'test', 2, 'other', '\(hash)', '0.2', '{}', '{}', NULL, NULL, NULL),
            (6, 1, 'analysing', '2026-01-02T05:03:00.000Z', 14, NULL, 'camera', '', 'BA81', 8, 7,
                '{}', 0, 0, 0, 180.0, 'test', 1, NULL, NULL, NULL, '{}', '{}', NULL, NULL, NULL),
            (7, 2, 'stored', '2026-01-02T05:04:00.000Z', 15, NULL, 'camera', '', 'BA81', 8, 8,
                '{}', 0, 0, 0, 180.0, 'test', 0, NULL, NULL, NULL, '{}', '{}', NULL, NULL, NULL);
        INSERT INTO pictures VALUES
            (1, 3, 'input', 1280, 1024, 180.0, 0, 1, '\(zeroHash)'),
            (2, 3, 'map', 2776, 2221, 83.0, 1, 1, '\(zeroHash)'),
            (3, 4, 'input', 1280, 1024, NULL, 0, 1, '\(zeroHash)'),
            (4, 5, 'input', 1280, 1024, 180.0, 0, 1, '\(zeroHash)'),
            (5, 6, 'input', 1280, 1024, 180.0, 0, 1, '\(zeroHash)'),
            (6, 7, 'input', 1280, 1024, 180.0, 0, 1, '\(zeroHash)');
        INSERT INTO picture_bytes SELECT id, X'00' FROM pictures;
        INSERT INTO grains VALUES
            (10, 3, 1, 'iva', 100.0, 50.0, 90.0, 40.0, 110.0, 60.0, 300.0, 314.0, 20.0, 0.95, 0,
                '[[90.0,50.0],[100.5,40.0]]'),
            (11, 3, 2, 'iva', 200.0, 50.0, 190.0, 40.0, 210.0, 60.0, 300.0, 314.0, 20.0, 0.65, 1,
                '[[1.0,2.0]]'),
            (12, 3, 3, 'unidentified', 300.0, 50.0, 290.0, 40.0, 310.0, 60.0, 300.0, 314.0, 20.0, 0.4, 0,
                '[[1.0,2.0]]'),
            (13, 5, 1, 'galanthus', 100.0, 50.0, 90.0, 40.0, 110.0, 60.0, 300.0, 314.0, 20.0, 0.9, 0,
                '[[1.0,2.0]]');
        INSERT INTO events VALUES
            (1, '2026-01-02T03:04:05.678Z', 1000, 77, 'slide created', 1, NULL, '{"name":"Meadow"}'),
            (2, '2026-01-02T05:00:09.000Z', 998, 88, 'capture done', NULL, 3, '{"grains":"3"}');
        """

    private static let hash = String(repeating: "ab", count: 32)
    /// SHA-256 of one zero byte.
    private static let zeroHash = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"

    private static let schema = """
        CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);

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
