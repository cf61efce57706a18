/// Pauses before something is tried again, each twice as long as the one before.
struct Backoff: Sendable {
    private var next: Duration
    private let first: Duration
    private let longest: Duration

    init(first: Duration = .milliseconds(250), longest: Duration = .seconds(30)) {
        next = first
        self.first = first
        self.longest = longest
    }

    /// The pause before the next try.
    mutating func pause() -> Duration {
        defer { next = min(next * 2, longest) }
        return next
    }

    mutating func reset() { next = first }
}
