/// Captures of one slide at equal intervals, until a number, a count or a precision is reached: `GET /v1/plans`. It goes
/// on when clients leave and when the daemon starts again.
package struct CapturePlan: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case running, paused, done, cancelled, failed

        /// Nothing more will be captured.
        package var isFinal: Bool { self != .running && self != .paused }
    }

    package var id: Int64
    package var slide: String
    package var state: State
    /// Captures to take; null: no limit.
    @Nullable package var count: Int?
    /// From the start of one slot to the start of the next.
    package var intervalSeconds: Double
    /// Identified grains of the slide that end the plan.
    @Nullable package var untilGrains: Int?
    /// Half the 95 % interval over the density, of every species seen, that ends the plan.
    @Nullable package var untilPrecision: Double?
    /// Captures taken.
    package var taken: Int
    /// Slots in which none could be taken. They are not made up for.
    package var missed: Int
    /// ISO 8601, UTC; null unless the plan is running.
    @Nullable package var nextAt: String?
    /// ISO 8601, UTC.
    package var createdAt: String
    /// Why it ended or what it waits for.
    @Nullable package var reason: String?
    /// What this run of the daemon has to tell of it, as of a wall clock that was moved; oldest first.
    package var remarks: [String]

    package init(
        id: Int64, slide: String, state: State, count: Int?, intervalSeconds: Double, untilGrains: Int? = nil,
        untilPrecision: Double? = nil, taken: Int, missed: Int, nextAt: String?, createdAt: String,
        reason: String? = nil,
        remarks: [String] = []
    ) {
        self.id = id
        self.slide = slide
        self.state = state
        self.count = count
        self.intervalSeconds = intervalSeconds
        self.untilGrains = untilGrains
        self.untilPrecision = untilPrecision
        self.taken = taken
        self.missed = missed
        self.nextAt = nextAt
        self.createdAt = createdAt
        self.reason = reason
        self.remarks = remarks
    }
}
