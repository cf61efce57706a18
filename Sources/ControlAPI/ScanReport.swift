/// A scan by motor: `GET /v1/scans`.
package struct ScanReport: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case running
        /// It rests; `reason` says why, and it goes on when somebody resumes it.
        case paused
        case done, cancelled
    }

    package var id: Int64
    package var slide: String
    package var state: State
    package var columns: Int
    package var rows: Int
    /// Fields captured.
    package var taken: Int
    /// Of the first field's upper left corner.
    package var fromXUm: Double
    package var fromYUm: Double
    /// From field to field.
    package var stepXUm: Double
    package var stepYUm: Double
    /// Of the next field; null where none is left.
    @Nullable package var nextXUm: Double?
    @Nullable package var nextYUm: Double?
    /// ISO 8601, UTC.
    package var createdAt: String
    /// Why it rests or ended.
    @Nullable package var reason: String?

    package init(
        id: Int64, slide: String, state: State, columns: Int, rows: Int, taken: Int, fromXUm: Double, fromYUm: Double,
        stepXUm: Double, stepYUm: Double, nextXUm: Double?, nextYUm: Double?, createdAt: String, reason: String?
    ) {
        self.id = id
        self.slide = slide
        self.state = state
        self.columns = columns
        self.rows = rows
        self.taken = taken
        self.fromXUm = fromXUm
        self.fromYUm = fromYUm
        self.stepXUm = stepXUm
        self.stepYUm = stepYUm
        self.nextXUm = nextXUm
        self.nextYUm = nextYUm
        self.createdAt = createdAt
        self.reason = reason
    }
}
