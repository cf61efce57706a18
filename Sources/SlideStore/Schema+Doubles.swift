extension Schema {
    /// The double rule over what people say, as the border rule is: a person's yes says that it is a grain, not that it
    /// is another one than the same grain in an overlapping field. Standings are made anew.
    static let doubles = """
        DROP VIEW derived_standings;

        """ + derivedStandings(accepted: "CASE v.verdict WHEN 'double' THEN 'double' ELSE 'confirmed' END") + """
            DELETE FROM standings;
            INSERT INTO standings SELECT * FROM derived_standings;

            """
}
