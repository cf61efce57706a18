/// What a grain counts as in its run: what follows from the lens, the rules, the slide as a whole and people's
/// reviews, the later over the earlier.
package struct Standing: Sendable, Equatable {
    package enum Status: String, Sendable, Equatable, CaseIterable {
        /// As the lens found it.
        case machine
        /// As the lens found it, with a confidence below the run's threshold.
        case doubtful
        /// A person accepted, relabelled or drew it.
        case confirmed
        /// By a person or by a rule; `reason` says which.
        case rejected
        /// The same grain as another one in an overlapping field, whether or not a person accepted it.
        case double
        /// No longer an object: a person merged or split it, or took back drawing it; `reason` says which.
        case replaced
        /// A person left its field out.
        case excluded

        package var isCounted: Bool { self == .machine || self == .doubtful || self == .confirmed }
    }

    /// Species in force: a person's, or else the lens's.
    package let species: String
    package let status: Status
    /// Why it is rejected: `border` or `small` (rules), `dirt` (stays put on the sensor), `person`; or replaced:
    /// `merged`, `split`, `undone` for what a person drew and took back.
    package let reason: String?
    /// Which grain it is the double of.
    package let doubleOf: StoredGrain.ID?
}
