/// Which of the grains that a field's border cuts are counted.
package enum BorderRule: String, Sendable, Codable, Equatable, CaseIterable {
    /// Those that the left or the upper side cuts, and not those that the right or the lower side cuts too: each grain
    /// of a slide then has the same chance to be counted, however large it is (Gundersen, J. Microsc. 111 (1977) 219).
    case twoEdges = "two-edges"
    /// All.
    case all
    /// None.
    case none

    /// - Parameters: the sides of the field that cut the grain.
    package func counts(left: Bool, top: Bool, right: Bool, bottom: Bool) -> Bool {
        switch self {
        case .twoEdges: !(right || bottom)
        case .all: true
        case .none: !(left || top || right || bottom)
        }
    }
}
