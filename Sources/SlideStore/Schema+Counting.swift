extension Schema {
    /// Fields that a person leaves out, the border rule over what people say, and what people said brought from run to
    /// run. Standings follow from the rest and are made anew.
    static let counting = """
        CREATE TABLE capture_exclusions (
            id INTEGER PRIMARY KEY,
            capture_id INTEGER NOT NULL REFERENCES captures (id),
            at TEXT NOT NULL,
            user_id INTEGER NOT NULL,
            process_id INTEGER NOT NULL,
            user_name TEXT NOT NULL,
            excluded INTEGER NOT NULL CHECK (excluded IN (0, 1)),
            reason TEXT CHECK (reason <> ''),
            CHECK ((excluded = 1) = (reason IS NOT NULL))
        ) STRICT;
        CREATE INDEX capture_exclusions_by_capture ON capture_exclusions (capture_id, id);
        CREATE VIEW excluded_captures AS
            SELECT * FROM capture_exclusions AS e
            WHERE e.excluded = 1
                AND NOT EXISTS (SELECT 1 FROM capture_exclusions AS l WHERE l.capture_id = e.capture_id AND l.id > e.id);

        CREATE TABLE carried_reviews (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs (id),
            review_id INTEGER NOT NULL REFERENCES reviews (id),
            carried_as INTEGER REFERENCES reviews (id),
            reason TEXT CHECK (reason <> ''),
            CHECK ((carried_as IS NULL) = (reason IS NOT NULL))
        ) STRICT;
        CREATE INDEX carried_reviews_by_source ON carried_reviews (run_id, review_id);
        CREATE UNIQUE INDEX carried_reviews_by_result ON carried_reviews (carried_as) WHERE carried_as IS NOT NULL;

        DROP VIEW derived_standings;
        DROP TABLE standings;

        """ + derivedStandings(accepted: "'confirmed'") + """
            CREATE TABLE standings (
                grain_id INTEGER PRIMARY KEY REFERENCES grains (id),
                run_id INTEGER NOT NULL REFERENCES runs (id),
                capture_id INTEGER NOT NULL REFERENCES captures (id),
                species TEXT NOT NULL,
                status TEXT NOT NULL CHECK (status IN
                    ('machine', 'doubtful', 'confirmed', 'rejected', 'double', 'replaced', 'excluded')),
                confidence REAL NOT NULL,
                on_border INTEGER NOT NULL,
                reason TEXT,
                double_of INTEGER REFERENCES grains (id),
                CHECK ((status IN ('rejected', 'replaced')) = (reason IS NOT NULL)),
                CHECK ((status = 'double') = (double_of IS NOT NULL))
            ) STRICT;
            INSERT INTO standings SELECT * FROM derived_standings;
            CREATE INDEX standings_by_species ON standings (run_id, species, status, on_border);
            CREATE INDEX standings_by_capture ON standings (run_id, capture_id, species, status, on_border);
            CREATE INDEX standings_to_review ON standings (run_id, confidence, grain_id, status)
                WHERE status IN ('machine', 'doubtful');
            CREATE INDEX standings_to_review_by_species ON standings (run_id, species, confidence, grain_id, status)
                WHERE status IN ('machine', 'doubtful');

            CREATE TRIGGER capture_exclusions_are_never_changed BEFORE UPDATE ON capture_exclusions
                BEGIN SELECT RAISE(ABORT, 'capture_exclusions are never changed'); END;
            CREATE TRIGGER capture_exclusions_are_never_deleted BEFORE DELETE ON capture_exclusions
                BEGIN SELECT RAISE(ABORT, 'capture_exclusions are never deleted'); END;

            """

    /// The order of the cases is the order of authority: what stands in a grain's place, the field as a whole, a
    /// person's no, the border rule, a person's yes (see `doubles`), the other rules of the run, the slide as a whole, the
    /// lens.
    ///
    /// A person says what a grain is. Whether one that the border cuts counts is not a matter of what it is: each grain
    /// of a slide has the same chance only if the rule holds for all.
    /// - Parameters:
    ///   - accepted: what a person's yes makes of a grain.
    ///   - species: the column that says of which species a grain is.
    ///   - replacing: what a grain that others took the place of is called, by the review that made those.
    static func derivedStandings(
        accepted: String, species: String = "species",
        replacing: KeyValuePairs<String, String> = ["merge": "merged", "split": "split"]
    ) -> String {
        let causes = (replacing.map(\.value) + ["undone"]).map { "'\($0)'" }.joined(separator: ", ")
        let replaced = replacing.map { "WHEN '\($0.key)' THEN '\($0.value)'" }.joined(separator: " ")
        return """
            CREATE VIEW derived_standings AS
                SELECT grain_id, run_id, capture_id, \(species),
                    CASE
                        WHEN cause IN ('machine', 'doubtful', 'confirmed', 'double', 'excluded') THEN cause
                        WHEN cause IN (\(causes)) THEN 'replaced'
                        ELSE 'rejected'
                    END AS status,
                    confidence, on_border,
                    CASE WHEN cause NOT IN ('machine', 'doubtful', 'confirmed', 'double', 'excluded') THEN cause END
                        AS reason,
                    CASE WHEN cause = 'double' THEN double_of END AS double_of
                FROM (
                    SELECT g.id AS grain_id, a.run_id, a.capture_id, g.confidence, g.on_border, v.double_of,
                        COALESCE(
                            (SELECT r.\(species) FROM review_grains AS rg JOIN effective_reviews AS r ON r.id = rg.review_id
                                WHERE rg.grain_id = g.id AND r.action = 'relabel' ORDER BY rg.review_id DESC LIMIT 1),
                            g.\(species)
                        ) AS \(species),
                        COALESCE(
                            CASE WHEN EXISTS (SELECT 1 FROM reviews AS u WHERE u.undoes = g.review_id) THEN 'undone' END,
                            CASE l.action \(replaced) END,
                            CASE WHEN EXISTS (SELECT 1 FROM excluded_captures AS x WHERE x.capture_id = a.capture_id)
                                THEN 'excluded' END,
                            CASE l.action WHEN 'reject' THEN 'person' END,
                            CASE g.rejection WHEN 'border' THEN 'border' END,
                            CASE WHEN l.action IN ('accept', 'relabel') THEN \(accepted) END,
                            g.rejection,
                            v.verdict,
                            CASE WHEN g.origin = 'person' THEN 'confirmed' WHEN g.confidence < n.doubtful_below
                                THEN 'doubtful' ELSE 'machine' END
                        ) AS cause
                    FROM grains AS g
                    JOIN analyses AS a ON a.id = g.analysis_id
                    JOIN runs AS n ON n.id = a.run_id
                    LEFT JOIN slide_verdicts AS v ON v.grain_id = g.id
                    LEFT JOIN reviews AS l ON l.id = (
                        SELECT r.id FROM review_grains AS rg JOIN effective_reviews AS r ON r.id = rg.review_id
                        WHERE rg.grain_id = g.id ORDER BY rg.review_id DESC LIMIT 1)
                );

            """
    }
}
