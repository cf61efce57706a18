extension Schema {
    /// For people who ask by hand, with `sqlite3`: what counts and where it lies, with the slide's name and lengths in µm. The
    /// program itself does not use these.
    static let views = """
        CREATE VIEW counted_grains AS
            SELECT l.name AS slide, c.id AS capture_id, c.captured_at, t.grain_id, t.species, t.status, t.confidence,
                CASE WHEN c.nm_per_pixel IS NOT NULL THEN g.equivalent_diameter_um END AS diameter_um,
                CASE WHEN c.nm_per_pixel IS NOT NULL THEN g.area_um2 END AS area_um2,
                g.centroid_x_px * c.nm_per_pixel / 1000 AS x_in_field_um,
                g.centroid_y_px * c.nm_per_pixel / 1000 AS y_in_field_um,
                p.x_um + g.centroid_x_px * c.nm_per_pixel / 1000 AS x_on_slide_um,
                p.y_um + g.centroid_y_px * c.nm_per_pixel / 1000 AS y_on_slide_um
            FROM slides AS l JOIN standings AS t ON t.run_id = l.run_id
            JOIN grains AS g ON g.id = t.grain_id
            JOIN captures AS c ON c.id = t.capture_id
            LEFT JOIN placements AS p ON p.capture_id = c.id
            WHERE t.status IN ('machine', 'doubtful', 'confirmed');

        CREATE VIEW slide_counts AS
            SELECT l.name AS slide, t.species, COUNT(*) AS grains, SUM(t.status = 'confirmed') AS confirmed,
                SUM(t.status = 'doubtful') AS doubtful
            FROM slides AS l JOIN standings AS t ON t.run_id = l.run_id
            WHERE t.status IN ('machine', 'doubtful', 'confirmed')
            GROUP BY l.id, t.species;
        """
}
