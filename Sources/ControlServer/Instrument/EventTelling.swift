package import ControlAPI

/// What happens, for clients that follow.
package protocol EventTelling: Sendable {
    /// This run of the daemon.
    var greeting: EventGreeting { get async }
    /// Where a client that has seen the event `RUN-NUMBER` begins, and whether it has missed what cannot be told any more;
    /// without an id it begins now.
    func followEvents(after id: String?) async -> (cursor: EventBatch.Cursor, hasGap: Bool)
    /// Waits for something new, up to `timeout`. A cancelled task returns early.
    func events(after cursor: EventBatch.Cursor, timeout: Duration) async -> EventBatch
    /// The newest, newest last.
    func logLines(limit: Int) async -> [LogLine]
}
