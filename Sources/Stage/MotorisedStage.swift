internal import Quantities

/// What moves the slide or the focus: positions in µm, absolute.
package protocol MotorisedStage: Sendable {
    /// For people: the device and its firmware.
    var name: String { get }
    /// Where each axis may go; an axis that is missing is not driven.
    var limits: [StageAxis: ClosedRange<Double>] { get }
    /// What an axis may lose when it turns round, in µm.
    var backlashMicrometres: Double { get }
    func position() async throws(StageError) -> StagePosition
    /// Goes there on a straight line and returns once it stands there.
    /// - Throws: `.outsideLimits` before anything moves; after any other error the motor was told to stop.
    func move(to target: [StageAxis: Double]) async throws(StageError)
    /// Stops at once, also while a move is under way, which then throws `.stopped`.
    func stop() async
    /// Gives the device back.
    func close() async
}

extension MotorisedStage {
    /// Goes to places so that each axis comes from below, where the drive's play always lies on the same side.
    package func approach(_ target: [StageAxis: Double]) async throws(StageError) {
        let here = try await position()
        var below = target
        var turnsRound = false
        for (axis, place) in target {
            // What stands there stays; what comes from above goes further down first.
            guard place < here[axis] - 1e-6, backlashMicrometres > 0 else { continue }
            below[axis] = max(limits[axis]?.lowerBound ?? place, place - 2 * backlashMicrometres)
            turnsRound = turnsRound || below[axis] != place
        }
        if turnsRound { try await move(to: below) }
        try await move(to: target)
    }

    /// - Throws: `.outsideLimits` where a place is beyond what an axis may do.
    package func check(_ target: [StageAxis: Double]) throws(StageError) {
        for (axis, place) in target.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            guard let range = limits[axis] else {
                throw StageError(
                    .outsideLimits, "\(name) does not drive \(axis.rawValue)",
                    hint: "state motor_\(axis.rawValue)_um in the daemon's configuration if it does")
            }
            guard range.contains(place) else {
                throw StageError(
                    .outsideLimits,
                    "\(axis.rawValue) = \(rounded(place)) um lies outside of \(rounded(range.lowerBound)) to "
                        + "\(rounded(range.upperBound)) um, where \(name) may go",
                    hint: "choose a place within the limits")
            }
        }
    }
}

/// To tenths of a micrometre.
func rounded(_ micrometres: Double) -> String {
    let value = (micrometres * 10).rounded() / 10
    return value == value.rounded() && abs(value) < 1e9 ? "\(Int(saturating: value))" : "\(value)"
}
