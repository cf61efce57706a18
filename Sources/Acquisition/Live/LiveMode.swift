package import ControlAPI
package import Lens

/// How much of the lens the live view applies.
package enum LiveMode: Sendable, Hashable, CaseIterable {
    /// All networks on the whole field.
    case full
    /// The labelling network on the whole field.
    case map
    /// All networks on one tile in the middle.
    case centre
    /// The labelling network on that tile.
    case centreMap

    package var part: NeuralLens.Part { self == .full || self == .centre ? .whole : .map }
    package var isCentre: Bool { self == .centre || self == .centreMap }

    /// As clients are told.
    package var wire: LiveState.Mode {
        switch self {
        case .full: .full
        case .map, .centreMap: .map
        case .centre: .centre
        }
    }
}
