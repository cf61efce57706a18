/// Which of the grains that a field's border cuts are counted.
package enum BorderRule: String, Sendable, Codable, Equatable, CaseIterable {
    /// Those that the left or the upper side cuts, and not those that the right or the lower side cuts too: each grain
    /// of a slide then has the same chance to be counted, however large it is (Gundersen, J. Microsc. 111 (1977) 219).
    /// Slivers that are too thin to be told would be missed at the left and at the top; so the counting frame begins
    /// `guardMicrometres` inside the field there, and what does not reach into the frame is not counted either.
    case twoEdges = "two-edges"
    /// All.
    case all
    /// None.
    case none

    /// Of the slivers of grains that a lens left unidentified or did not find, most were thinner.
    package static let guardMicrometres = 5.0

    /// - Parameters:
    ///   - left, top, right, bottom: the sides of the field that cut the grain.
    ///   - reach: how far the grain extends from the field's left and upper side, in µm.
    package func counts(
        left: Bool, top: Bool, right: Bool, bottom: Bool, reach: (x: Double, y: Double),
        guardMicrometres: Double = guardMicrometres
    ) -> Bool {
        switch self {
        case .twoEdges: !(right || bottom) && min(reach.x, reach.y) > guardMicrometres
        case .all: true
        case .none: !(left || top || right || bottom)
        }
    }

    /// The part of a field that its counted grains stand for, in µm from the field's left upper corner. With `all`,
    /// grains near the border are counted from beyond it, and densities come out too high; with `none`, too low.
    package func frame(widthMicrometres: Double, heightMicrometres: Double) -> (
        x: Double, y: Double, width: Double, height: Double
    ) {
        let inset = self == .twoEdges ? Self.guardMicrometres : 0
        return (inset, inset, max(0, widthMicrometres - inset), max(0, heightMicrometres - inset))
    }
}
