/// Chooses the live view's mode by measured time.
///
/// The richest mode that takes no longer than `budget` is the one. So that it does not swing, a mode is left for a
/// cheaper one only when it takes clearly longer, and for a richer one only when that would take clearly less and the
/// present one has lasted a while.
package struct LiveModeChoice: Sendable {
    /// Seconds that a lens picture may take to follow a moving stage.
    package static let budget = 1.0
    private static let tooSlow = 1.25 * budget
    private static let fastEnough = 0.75 * budget
    private static let leastStay = Duration.seconds(4)

    /// Seconds, smoothed, of the modes that have run.
    private var measured: [LiveMode: Double] = [:]
    package private(set) var mode: LiveMode?
    package private(set) var reason: String?
    private var since: ContinuousClock.Instant?

    /// Networks and tiles of each mode.
    package typealias Steps = [LiveMode: Int]

    package init() {}

    /// - Parameter seconds: of the lens alone, whole runs only.
    package mutating func ran(_ mode: LiveMode, seconds: Double) {
        measured[mode] = measured[mode].map { 0.6 * $0 + 0.4 * seconds } ?? seconds
    }

    /// Another lens: nothing is known of it.
    mutating func forget() { self = LiveModeChoice() }

    /// Measured, or by proportion to what was; nil before anything was.
    package func expected(_ mode: LiveMode, _ steps: Steps) -> Double? {
        if let seconds = measured[mode] { return seconds }
        // What ran in the largest steps says most.
        guard let known = measured.max(by: { (steps[$0.key] ?? 0) < (steps[$1.key] ?? 0) }),
            let there = steps[known.key], there > 0, let here = steps[mode]
        else { return nil }
        return known.value * Double(here) / Double(there)
    }

    /// - Parameters:
    ///   - wanted: modes that give what is watched, the richest first.
    ///   - now: for tests.
    package mutating func choose(
        among wanted: [LiveMode], _ steps: Steps, now: ContinuousClock.Instant = .now
    ) -> (mode: LiveMode, reason: String?) {
        let present = mode.flatMap { wanted.firstIndex(of: $0) }
        // Before anything is measured the cheapest gives a picture soonest.
        var chosen = wanted.count - 1
        for (place, candidate) in wanted.enumerated() {
            guard let seconds = expected(candidate, steps) else { continue }
            let limit =
                switch present {
                case place?: Self.tooSlow
                case let present? where place < present: Self.fastEnough
                default: Self.budget
                }
            if seconds <= limit {
                chosen = place
                break
            }
        }
        if let present, let since, chosen < present, since.duration(to: now) < Self.leastStay { chosen = present }
        let best = wanted[chosen]
        if best != mode {
            mode = best
            since = now
        }
        reason = nil
        if let richest = wanted.first, richest != best {
            reason =
                expected(richest, steps).map {
                    "\(Self.name(richest)) takes about \(Self.text($0)) s here, so \(Self.name(best)) is shown"
                }
                ?? "\(Self.name(best)) is shown first, to measure how fast this machine is"
        }
        return (best, reason)
    }

    private static func name(_ mode: LiveMode) -> String {
        switch mode {
        case .full: "the whole lens on the whole field"
        case .map: "the map of the whole field"
        case .centre: "the middle of the field"
        case .centreMap: "the map of the middle"
        }
    }

    private static func text(_ seconds: Double) -> String { "\((seconds * 10).rounded() / 10)" }
}
