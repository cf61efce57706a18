extension Schema {
    /// Runs of the lens beside each other, people's reviews, places on the slide, calibrations.
    ///
    /// What a file of version 1 holds becomes run 1 of its slide; analyses take over the ids of their captures. Tables
    /// whose rules change are made anew (https://www.sqlite.org/lang_altertable.html, section 7); foreign keys are
    /// checked by the migrator at the end.
    static let second = newTables + rebuiltTables + standings + triggers

    private static let newTables = """
        ALTER TABLE slides ADD COLUMN run_id INTEGER REFERENCES runs (id);
        ALTER TABLE slides ADD COLUMN sampled_volume_m3 REAL CHECK (sampled_volume_m3 > 0);
        ALTER TABLE slides ADD COLUMN deposit_area_mm2 REAL CHECK (deposit_area_mm2 > 0);

        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            slide_id INTEGER NOT NULL REFERENCES slides (id),
            number INTEGER NOT NULL CHECK (number > 0),
            begun_at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            lens_name TEXT NOT NULL,
            lens_sha256 TEXT NOT NULL CHECK (length(lens_sha256) = 64),
            engine_version TEXT NOT NULL,
            settings TEXT NOT NULL CHECK (json_type(settings) = 'object'),
            doubtful_below REAL NOT NULL
                GENERATED ALWAYS AS (COALESCE(json_extract(settings, '$.doubtful_below'), 0.8)) VIRTUAL
                CHECK (doubtful_below BETWEEN 0 AND 1),
            UNIQUE (slide_id, number)
        ) STRICT;

        CREATE TABLE analyses (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs (id),
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            at TEXT NOT NULL,
            lens_name TEXT NOT NULL,
            lens_sha256 TEXT NOT NULL CHECK (length(lens_sha256) = 64),
            engine_version TEXT NOT NULL,
            settings TEXT NOT NULL CHECK (json_type(settings) = 'object'),
            stage_seconds TEXT NOT NULL CHECK (json_type(stage_seconds) = 'object'),
            error_kind TEXT,
            error_message TEXT,
            error_hint TEXT,
            UNIQUE (run_id, capture_id),
            CHECK ((error_kind IS NULL) = (error_message IS NULL))
        ) STRICT;
        CREATE INDEX analyses_by_capture ON analyses (capture_id);

        CREATE TABLE reviews (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs (id),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            action TEXT NOT NULL CHECK (action IN ('accept', 'relabel', 'reject', 'merge', 'split', 'undo')),
            species TEXT CHECK (species <> ''),
            reason TEXT CHECK (reason <> ''),
            note TEXT NOT NULL,
            undoes INTEGER UNIQUE REFERENCES reviews (id),
            CHECK ((action = 'undo') = (undoes IS NOT NULL)),
            CHECK ((action = 'relabel') = (species IS NOT NULL)),
            CHECK (action = 'reject' OR reason IS NULL)
        ) STRICT;
        CREATE INDEX reviews_by_run ON reviews (run_id);
        CREATE TABLE review_grains (
            grain_id INTEGER NOT NULL REFERENCES grains (id),
            review_id INTEGER NOT NULL REFERENCES reviews (id),
            PRIMARY KEY (grain_id, review_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX review_grains_by_review ON review_grains (review_id);
        CREATE VIEW effective_reviews AS
            SELECT * FROM reviews AS r
            WHERE r.action <> 'undo' AND NOT EXISTS (SELECT 1 FROM reviews AS u WHERE u.undoes = r.id);

        CREATE TABLE slide_verdicts (
            grain_id INTEGER PRIMARY KEY REFERENCES grains (id),
            run_id INTEGER NOT NULL REFERENCES runs (id),
            verdict TEXT NOT NULL CHECK (verdict IN ('double', 'dirt')),
            double_of INTEGER REFERENCES grains (id),
            CHECK ((verdict = 'double') = (double_of IS NOT NULL)),
            CHECK (double_of <> grain_id)
        ) STRICT;
        CREATE INDEX slide_verdicts_by_run ON slide_verdicts (run_id);

        CREATE TABLE placements (
            capture_id INTEGER PRIMARY KEY REFERENCES captures (id),
            x_um REAL,
            y_um REAL,
            origin TEXT CHECK (origin IN ('stage', 'registered')),
            group_number INTEGER,
            confidence REAL CHECK (confidence BETWEEN 0 AND 1),
            reason TEXT CHECK (reason <> ''),
            CHECK ((x_um IS NULL) = (reason IS NOT NULL)),
            CHECK ((x_um IS NULL) = (y_um IS NULL) AND (x_um IS NULL) = (origin IS NULL)
                AND (x_um IS NULL) = (group_number IS NULL) AND (x_um IS NULL) = (confidence IS NULL))
        ) STRICT;

        CREATE TABLE calibrations (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            objective TEXT NOT NULL CHECK (objective <> ''),
            objective_key TEXT NOT NULL,
            nm_per_pixel REAL NOT NULL CHECK (nm_per_pixel > 0),
            method TEXT NOT NULL CHECK (method IN ('pitch and magnification', 'stage micrometer', 'as stated')),
            figures TEXT NOT NULL CHECK (json_type(figures) = 'object'),
            camera TEXT NOT NULL,
            note TEXT NOT NULL
        ) STRICT;
        CREATE INDEX calibrations_by_objective ON calibrations (objective_key);
        CREATE TABLE objectives_in_use (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            objective TEXT NOT NULL CHECK (objective <> ''),
            objective_key TEXT NOT NULL
        ) STRICT;

        INSERT INTO runs (slide_id, number, begun_at, user_id, process_id, user_name, lens_name, lens_sha256,
            engine_version, settings)
            SELECT c.slide_id, 1, c.finished_at, COALESCE(e.user_id, 0), COALESCE(e.process_id, 0), '', c.lens_name,
                c.lens_sha256, c.engine_version, c.settings
            FROM captures AS c
            LEFT JOIN events AS e ON e.id = (
                SELECT MIN(id) FROM events WHERE capture_id = c.id AND what = 'capture done')
            WHERE c.id IN (SELECT MIN(id) FROM captures WHERE state = 'done' GROUP BY slide_id)
            ORDER BY c.slide_id;
        UPDATE slides SET run_id = (SELECT id FROM runs WHERE slide_id = slides.id);
        INSERT INTO analyses (id, run_id, capture_id, at, lens_name, lens_sha256, engine_version, settings,
            stage_seconds)
            SELECT c.id, s.run_id, c.id, c.finished_at, c.lens_name, c.lens_sha256, c.engine_version, c.settings,
                c.stage_seconds
            FROM captures AS c JOIN slides AS s ON s.id = c.slide_id WHERE c.state = 'done';


        """

    private static let rebuiltTables = """
        CREATE TABLE new_captures (
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
            stage_x_um REAL,
            stage_y_um REAL,
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            error_kind TEXT,
            error_message TEXT,
            error_hint TEXT,
            CHECK ((nm_per_pixel IS NULL) = (scale_origin IS NULL)),
            CHECK ((stage_x_um IS NULL) = (stage_y_um IS NULL)),
            CHECK ((state IN ('done', 'failed')) = (finished_at IS NOT NULL)),
            CHECK ((state = 'failed') = (error_message IS NOT NULL AND error_kind IS NOT NULL))
        ) STRICT;
        INSERT INTO new_captures (id, slide_id, state, captured_at, exposed_monotonic_ns, finished_at, source, origin,
            wire_format, bit_depth, sequence, controls, sequence_gaps, error_flagged, discarded_before_trigger,
            nm_per_pixel, scale_origin, attempts, error_kind, error_message, error_hint)
            SELECT id, slide_id, state, captured_at, exposed_monotonic_ns, finished_at, source, origin, wire_format,
                bit_depth, sequence, controls, sequence_gaps, error_flagged, discarded_before_trigger, nm_per_pixel,
                scale_origin, attempts, error_kind, error_message, error_hint
            FROM captures;
        DROP TABLE captures;
        ALTER TABLE new_captures RENAME TO captures;
        CREATE INDEX captures_by_slide ON captures (slide_id, state);
        CREATE INDEX captures_pending ON captures (id) WHERE state IN ('stored', 'analysing');

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
            CHECK ((kind = 'input') = (analysis_id IS NULL))
        ) STRICT;
        INSERT INTO new_pictures (id, capture_id, analysis_id, kind, width, height, nm_per_pixel, synthesised,
            byte_count, sha256)
            SELECT id, capture_id, CASE WHEN kind <> 'input' THEN capture_id END, kind, width, height, nm_per_pixel,
                synthesised, byte_count, sha256
            FROM pictures;
        DROP TABLE pictures;
        ALTER TABLE new_pictures RENAME TO pictures;
        CREATE UNIQUE INDEX pictures_by_capture ON pictures (capture_id, kind, analysis_id);
        CREATE UNIQUE INDEX pictures_inputs ON pictures (capture_id) WHERE analysis_id IS NULL;

        CREATE TABLE new_grains (
            id INTEGER PRIMARY KEY,
            analysis_id INTEGER NOT NULL REFERENCES analyses (id),
            review_id INTEGER REFERENCES reviews (id),
            origin TEXT NOT NULL
                GENERATED ALWAYS AS (CASE WHEN review_id IS NULL THEN 'lens' ELSE 'person' END) VIRTUAL,
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
            major_um REAL CHECK (major_um >= 0),
            minor_um REAL CHECK (minor_um >= 0),
            angle_deg REAL CHECK (angle_deg >= -90 AND angle_deg < 90),
            circularity REAL CHECK (circularity >= 0),
            focus REAL CHECK (focus BETWEEN 0 AND 1),
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            on_border INTEGER NOT NULL CHECK (on_border IN (0, 1)),
            rejection TEXT CHECK (rejection <> ''),
            outline_px TEXT NOT NULL CHECK (json_type(outline_px) = 'array'),
            UNIQUE (analysis_id, number),
            CHECK (box_x0_px < box_x1_px AND box_y0_px < box_y1_px),
            CHECK ((major_um IS NULL) = (minor_um IS NULL) AND (major_um IS NULL) = (angle_deg IS NULL))
        ) STRICT;
        INSERT INTO new_grains (id, analysis_id, number, species, centroid_x_px, centroid_y_px, box_x0_px, box_y0_px,
            box_x1_px, box_y1_px, area_um2, area_px, equivalent_diameter_um, confidence, on_border, outline_px)
            SELECT id, capture_id, number, species, centroid_x_px, centroid_y_px, box_x0_px, box_y0_px, box_x1_px,
                box_y1_px, area_um2, area_px, equivalent_diameter_um, confidence, on_border, outline_px
            FROM grains;
        DROP TABLE grains;
        ALTER TABLE new_grains RENAME TO grains;
        CREATE INDEX grains_by_review ON grains (review_id) WHERE review_id IS NOT NULL;


        """

    /// The order of the cases is the order of authority: a person's latest word, the rules of the run, the slide as a
    /// whole, the lens.
    private static let standings = """
        CREATE VIEW derived_standings AS
            SELECT grain_id, run_id, capture_id, species,
                CASE WHEN cause IN ('machine', 'doubtful', 'confirmed', 'double') THEN cause ELSE 'rejected' END
                    AS status,
                confidence, on_border,
                CASE WHEN cause NOT IN ('machine', 'doubtful', 'confirmed', 'double') THEN cause END AS reason,
                CASE WHEN cause = 'double' THEN double_of END AS double_of
            FROM (
                SELECT g.id AS grain_id, a.run_id, a.capture_id, g.confidence, g.on_border, v.double_of,
                    COALESCE(
                        (SELECT r.species FROM review_grains AS rg JOIN effective_reviews AS r ON r.id = rg.review_id
                            WHERE rg.grain_id = g.id AND r.action = 'relabel' ORDER BY rg.review_id DESC LIMIT 1),
                        g.species
                    ) AS species,
                    COALESCE(
                        CASE WHEN EXISTS (SELECT 1 FROM reviews AS u WHERE u.undoes = g.review_id) THEN 'undone' END,
                        CASE (
                            SELECT r.action FROM review_grains AS rg JOIN effective_reviews AS r ON r.id = rg.review_id
                            WHERE rg.grain_id = g.id ORDER BY rg.review_id DESC LIMIT 1
                        )
                            WHEN 'merge' THEN 'merged' WHEN 'split' THEN 'split' WHEN 'reject' THEN 'person'
                            WHEN 'accept' THEN 'confirmed' WHEN 'relabel' THEN 'confirmed'
                        END,
                        g.rejection,
                        v.verdict,
                        CASE WHEN g.origin = 'person' THEN 'confirmed' WHEN g.confidence < n.doubtful_below
                            THEN 'doubtful' ELSE 'machine' END
                    ) AS cause
                FROM grains AS g
                JOIN analyses AS a ON a.id = g.analysis_id
                JOIN runs AS n ON n.id = a.run_id
                LEFT JOIN slide_verdicts AS v ON v.grain_id = g.id
            );

        CREATE TABLE standings (
            grain_id INTEGER PRIMARY KEY REFERENCES grains (id),
            run_id INTEGER NOT NULL REFERENCES runs (id),
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            species TEXT NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('machine', 'doubtful', 'confirmed', 'rejected', 'double')),
            confidence REAL NOT NULL,
            on_border INTEGER NOT NULL,
            reason TEXT,
            double_of INTEGER REFERENCES grains (id),
            CHECK ((status = 'rejected') = (reason IS NOT NULL)),
            CHECK ((status = 'double') = (double_of IS NOT NULL))
        ) STRICT;
        INSERT INTO standings SELECT * FROM derived_standings;
        CREATE INDEX standings_by_species ON standings (run_id, species, status, on_border);
        CREATE INDEX standings_by_capture ON standings (run_id, capture_id, species, status, on_border);
        CREATE INDEX standings_to_review ON standings (run_id, confidence, grain_id, status)
            WHERE status IN ('machine', 'doubtful');
        CREATE INDEX standings_to_review_by_species ON standings (run_id, species, confidence, grain_id, status)
            WHERE status IN ('machine', 'doubtful');


        """

    /// Failed analyses may be tried again; everything else that was found or said stays.
    private static let triggers =
        ["runs", "grains", "reviews", "review_grains", "calibrations", "objectives_in_use"].map { table in
            """
            CREATE TRIGGER \(table)_are_never_changed BEFORE UPDATE ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) are never changed'); END;
            CREATE TRIGGER \(table)_are_never_deleted BEFORE DELETE ON \(table)
                BEGIN SELECT RAISE(ABORT, '\(table) are never deleted'); END;

            """
        }.joined() + """
            CREATE TRIGGER analyses_are_never_changed BEFORE UPDATE ON analyses
                BEGIN SELECT RAISE(ABORT, 'analyses are never changed'); END;
            CREATE TRIGGER analyses_are_never_deleted BEFORE DELETE ON analyses WHEN OLD.error_kind IS NULL
                BEGIN SELECT RAISE(ABORT, 'analyses are never deleted'); END;
            """
}
