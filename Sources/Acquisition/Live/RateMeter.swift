/// How often something happens, over the last moments.
struct RateMeter: Sendable {
    private let window: Duration
    private var times: [ContinuousClock.Instant] = []

    init(window: Duration) { self.window = window }

    mutating func note(at now: ContinuousClock.Instant = .now) {
        times.append(now)
        if let first = times.firstIndex(where: { $0.duration(to: now) <= window }) { times.removeFirst(first) }
    }

    mutating func clear() { times = [] }

    /// From the intervals between the times within the window; 0 where nothing happened lately.
    func perSecond(at now: ContinuousClock.Instant) -> Double {
        let recent = times.filter { $0.duration(to: now) <= window }
        guard let first = recent.first, let last = recent.last, recent.count > 1 else { return 0 }
        let seconds = first.duration(to: last).seconds
        return seconds > 0 ? (Double(recent.count - 1) / seconds * 100).rounded() / 100 : 0
    }

    var perSecond: Double { perSecond(at: .now) }
}
