internal import Foundation

/// Watches the wall clock against the time since the machine was started, also while no daemon runs.
struct WallClock: Sendable {
    /// What became of the wall clock while no daemon ran.
    enum Absence: Sendable, Equatable {
        case kept
        case moved(seconds: Double)
        /// The machine was started anew, or no earlier run left its mark.
        case unknown
    }

    /// What one run of the daemon leaves to the next.
    private struct Mark: Codable {
        /// Names this start of the machine.
        let boot: String
        let offset: Double
    }

    /// Less than this is the clock being kept right.
    private static let tolerance = 2.0
    /// More than this, three centuries, is a file that somebody else wrote.
    private static let mostMoved = 1e10

    private let file: String
    /// Seconds that the wall clock is ahead of the time since the machine was started.
    private var offset: Double

    /// - Parameter folder: where runs of the daemon leave their mark.
    init(folder: String) {
        file = folder + "/wall-clock.json"
        offset = Self.measured()
    }

    /// Since an earlier run left its mark.
    var absence: Absence {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)),
            let mark = try? JSONDecoder().decode(Mark.self, from: data), mark.boot == Self.boot,
            abs(offset - mark.offset) < Self.mostMoved
        else { return .unknown }
        let seconds = offset - mark.offset
        return abs(seconds) < Self.tolerance ? .kept : .moved(seconds: seconds)
    }

    /// For the next run to know what became of the clock.
    func leaveMark() throws {
        guard let boot = Self.boot else { return }
        try JSONEncoder().encode(Mark(boot: boot, offset: offset)).write(
            to: URL(fileURLWithPath: file), options: .atomic)
    }

    /// - Returns: seconds by which the wall clock was moved since it was last looked at; nil where it was not.
    mutating func movement() -> Double? {
        let now = Self.measured()
        defer { offset = now }
        return abs(now - offset) >= Self.tolerance ? now - offset : nil
    }

    private static let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)

    private static func measured() -> Double {
        var sinceBoot = timespec()
        clock_gettime(CLOCK_BOOTTIME, &sinceBoot)
        return Date().timeIntervalSince1970 - Double(sinceBoot.tv_sec) - Double(sinceBoot.tv_nsec) / 1e9
    }
}
