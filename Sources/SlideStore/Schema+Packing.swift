import Foundation
import GRDB
import Grains
import Synchronization

extension Schema {
    /// Outlines as bytes (see `PackedOutline.swift`) instead of JSON, which was nearly all that a grain took, and species by number.
    ///
    /// All in one transaction: until it is on the disk the file is as it was.
    static let packing =
        """
        DROP VIEW counted_grains;
        DROP VIEW slide_counts;
        DROP VIEW derived_standings;
        DROP VIEW effective_reviews;

        CREATE TABLE species (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (name <> '')
        ) STRICT;
        INSERT INTO species (name) SELECT species FROM grains UNION SELECT species FROM standings
            UNION SELECT species FROM reviews WHERE species IS NOT NULL;

        CREATE TABLE new_grains (
            id INTEGER PRIMARY KEY,
            analysis_id INTEGER NOT NULL REFERENCES analyses (id),
            review_id INTEGER REFERENCES reviews (id),
            origin TEXT NOT NULL
                GENERATED ALWAYS AS (CASE WHEN review_id IS NULL THEN 'lens' ELSE 'person' END) VIRTUAL,
            number INTEGER NOT NULL CHECK (number > 0),
            species_id INTEGER NOT NULL REFERENCES species (id),
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
            outline BLOB NOT NULL CHECK (length(outline) > 0),
            UNIQUE (analysis_id, number),
            CHECK (box_x0_px < box_x1_px AND box_y0_px < box_y1_px),
            CHECK ((major_um IS NULL) = (minor_um IS NULL) AND (major_um IS NULL) = (angle_deg IS NULL))
        ) STRICT;
        INSERT INTO new_grains (id, analysis_id, review_id, number, species_id, centroid_x_px, centroid_y_px, box_x0_px,
            box_y0_px, box_x1_px, box_y1_px, area_um2, area_px, equivalent_diameter_um, major_um, minor_um, angle_deg,
            circularity, focus, confidence, on_border, rejection, outline)
            SELECT id, analysis_id, review_id, number, (SELECT n.id FROM species AS n WHERE n.name = g.species),
                centroid_x_px, centroid_y_px, box_x0_px, box_y0_px, box_x1_px, box_y1_px, area_um2, area_px,
                equivalent_diameter_um, major_um, minor_um, angle_deg, circularity, focus, confidence, on_border,
                rejection, packed_outline(outline_px)
            FROM grains AS g ORDER BY id;
        DROP TABLE grains;
        ALTER TABLE new_grains RENAME TO grains;
        CREATE INDEX grains_by_review ON grains (review_id) WHERE review_id IS NOT NULL;

        CREATE TABLE new_reviews (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs (id),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            action TEXT NOT NULL CHECK (action IN ('accept', 'relabel', 'reject', 'merge', 'split', 'draw', 'undo')),
            species_id INTEGER REFERENCES species (id),
            reason TEXT CHECK (reason <> ''),
            note TEXT NOT NULL,
            undoes INTEGER UNIQUE REFERENCES reviews (id),
            CHECK ((action = 'undo') = (undoes IS NOT NULL)),
            CHECK ((action = 'relabel') = (species_id IS NOT NULL)),
            CHECK (action = 'reject' OR reason IS NULL)
        ) STRICT;
        INSERT INTO new_reviews
            SELECT id, run_id, at, user_id, process_id, user_name, action,
                (SELECT n.id FROM species AS n WHERE n.name = r.species), reason, note, undoes
            FROM reviews AS r;
        DROP TABLE reviews;
        ALTER TABLE new_reviews RENAME TO reviews;
        CREATE INDEX reviews_by_run ON reviews (run_id);

        CREATE TABLE new_standings (
            grain_id INTEGER PRIMARY KEY REFERENCES grains (id),
            run_id INTEGER NOT NULL REFERENCES runs (id),
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            species_id INTEGER NOT NULL REFERENCES species (id),
            status TEXT NOT NULL CHECK (status IN
                ('machine', 'doubtful', 'confirmed', 'rejected', 'double', 'replaced', 'excluded')),
            confidence REAL NOT NULL,
            on_border INTEGER NOT NULL,
            reason TEXT,
            double_of INTEGER REFERENCES grains (id),
            CHECK ((status IN ('rejected', 'replaced')) = (reason IS NOT NULL)),
            CHECK ((status = 'double') = (double_of IS NOT NULL))
        ) STRICT;
        INSERT INTO new_standings
            SELECT grain_id, run_id, capture_id, (SELECT n.id FROM species AS n WHERE n.name = t.species), status,
                confidence, on_border, reason, double_of
            FROM standings AS t;
        DROP TABLE standings;
        ALTER TABLE new_standings RENAME TO standings;
        CREATE INDEX standings_by_species ON standings (run_id, species_id, status, on_border);
        CREATE INDEX standings_by_capture ON standings (run_id, capture_id, species_id, status, on_border);
        CREATE INDEX standings_to_review ON standings (run_id, confidence, grain_id, status)
            WHERE status IN ('machine', 'doubtful');
        CREATE INDEX standings_to_review_by_species ON standings (run_id, species_id, confidence, grain_id, status)
            WHERE status IN ('machine', 'doubtful');

        CREATE VIEW effective_reviews AS
            SELECT * FROM reviews AS r
            WHERE r.action <> 'undo' AND NOT EXISTS (SELECT 1 FROM reviews AS u WHERE u.undoes = r.id);

        \(numberedStandings)
        CREATE VIEW counted_grains AS
            SELECT l.name AS slide, c.id AS capture_id, c.captured_at, t.grain_id, n.name AS species, t.status,
                t.confidence,
                CASE WHEN c.nm_per_pixel IS NOT NULL THEN g.equivalent_diameter_um END AS diameter_um,
                CASE WHEN c.nm_per_pixel IS NOT NULL THEN g.area_um2 END AS area_um2,
                g.centroid_x_px * c.nm_per_pixel / 1000 AS x_in_field_um,
                g.centroid_y_px * c.nm_per_pixel / 1000 AS y_in_field_um,
                p.x_um + g.centroid_x_px * c.nm_per_pixel / 1000 AS x_on_slide_um,
                p.y_um + g.centroid_y_px * c.nm_per_pixel / 1000 AS y_on_slide_um
            FROM slides AS l JOIN standings AS t ON t.run_id = l.run_id
            JOIN species AS n ON n.id = t.species_id
            JOIN grains AS g ON g.id = t.grain_id
            JOIN captures AS c ON c.id = t.capture_id
            LEFT JOIN placements AS p ON p.capture_id = c.id
            WHERE t.status IN ('machine', 'doubtful', 'confirmed');

        CREATE VIEW slide_counts AS
            SELECT l.name AS slide, n.name AS species, COUNT(*) AS grains, SUM(t.status = 'confirmed') AS confirmed,
                SUM(t.status = 'doubtful') AS doubtful
            FROM slides AS l JOIN standings AS t ON t.run_id = l.run_id
            JOIN species AS n ON n.id = t.species_id
            WHERE t.status IN ('machine', 'doubtful', 'confirmed')
            GROUP BY l.id, n.name;

        \(neverChanged)
        CREATE TRIGGER species_are_never_changed BEFORE UPDATE ON species
            BEGIN SELECT RAISE(ABORT, 'species are never changed'); END;
        CREATE TRIGGER species_are_never_deleted BEFORE DELETE ON species
            BEGIN SELECT RAISE(ABORT, 'species are never deleted'); END;
        """

    private static let numberedStandings = derivedStandings(
        accepted: "CASE v.verdict WHEN 'double' THEN 'double' ELSE 'confirmed' END", species: "species_id",
        replacing: ["merge": "merged", "split": "split", "draw": "redrawn"])

    private static let neverChanged = ["grains", "reviews"].map { table in
        """
        CREATE TRIGGER \(table)_are_never_changed BEFORE UPDATE ON \(table)
            BEGIN SELECT RAISE(ABORT, '\(table) are never changed'); END;
        CREATE TRIGGER \(table)_are_never_deleted BEFORE DELETE ON \(table)
            WHEN NOT EXISTS (SELECT 1 FROM slide_in_deletion)
            BEGIN SELECT RAISE(ABORT, '\(table) are never deleted'); END;

        """
    }.joined()

    /// An outline of earlier formats as bytes. What is no outline stays as it is, and is refused when it is read.
    /// - Parameter progress: called with how many are packed.
    static func packedOutline(progress: @escaping @Sendable (Int) -> Void) -> DatabaseFunction {
        let done = Atomic(0)
        return DatabaseFunction("packed_outline", argumentCount: 1) { values in
            progress(done.add(1, ordering: .relaxed).newValue)
            guard let text = String.fromDatabaseValue(values[0]) else { return nil }
            let outline = try? [Grain.Point](outlineText: text)
            return outline.map { Data($0.packed) } ?? Data(text.utf8)
        }
    }
}
