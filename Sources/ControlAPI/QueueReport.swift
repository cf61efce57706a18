/// Captures that are waiting for the camera or the lens, and captures in work.
package struct QueueReport: Codable, Sendable, Equatable {
    package var pending: Int
    package var running: Int

    package init(pending: Int, running: Int) {
        self.pending = pending
        self.running = running
    }
}
