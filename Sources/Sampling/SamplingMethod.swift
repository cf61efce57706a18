/// How a day's deposit is examined: EN 16868:2019 asks for a tenth of it, in one of these ways.
package enum SamplingMethod: String, Sendable, Equatable, Codable, CaseIterable {
    /// Bands along the day, three or more.
    case longitudinal
    /// Bands across the tape, one each two hours or more.
    case transverse
    /// Fields at random, 500 or more.
    case random
    /// All of it.
    case whole

    /// Of bands, or of fields.
    package var fewest: Int {
        switch self {
        case .longitudinal: 3
        case .transverse: 12
        case .random: 500
        case .whole: 0
        }
    }
}
