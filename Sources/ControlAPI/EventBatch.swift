/// What a client of `GET /v1/events` has not seen yet.
package struct EventBatch: Sendable {
    /// Where a client stands.
    package struct Cursor: Sendable, Equatable {
        /// Of the last event seen; nil begins with what happens from now on.
        package var number: Int?
        /// Version of the live state seen last.
        package var live: Int

        package init(number: Int? = nil, live: Int = 0) {
            self.number = number
            self.live = live
        }
    }

    /// In order; at most a few dozen at a time.
    package var events: [ServiceEvent]
    /// Events between the cursor and these are forgotten: the client must fetch everything again.
    package var hasGap: Bool
    /// Where the client stands with these.
    package var cursor: Cursor

    package init(events: [ServiceEvent], hasGap: Bool, cursor: Cursor) {
        self.events = events
        self.hasGap = hasGap
        self.cursor = cursor
    }
}
