internal import Foundation

/// Watches the wall clock against the monotonic one.
struct WallClock: Sendable {
    /// Less than this is the clock being kept right.
    private static let tolerance = 2.0

    /// Seconds that the wall clock is ahead of the monotonic one.
    private var offset: Double

    init() { offset = Self.measured() }

    /// - Returns: seconds by which the wall clock was moved since it was last looked at; nil where it was not.
    mutating func movement() -> Double? {
        let now = Self.measured()
        defer { offset = now }
        return abs(now - offset) >= Self.tolerance ? now - offset : nil
    }

    private static let epoch = ContinuousClock.now

    private static func measured() -> Double {
        Date().timeIntervalSince1970 - epoch.duration(to: .now).seconds
    }
}
