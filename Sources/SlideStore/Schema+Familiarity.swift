extension Schema {
    /// How familiar a lens finds a field, 0...1: the share of fields it knows that are as strange; NULL where it cannot
    /// tell.
    static let familiarity = "ALTER TABLE analyses ADD COLUMN familiarity REAL CHECK (familiarity BETWEEN 0 AND 1)"
}
