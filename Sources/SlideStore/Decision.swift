package import Grains

/// What a person decides about grains.
package enum Decision: Sendable, Equatable {
    /// It is a grain of its species, whatever the rules say.
    case accept
    /// It is a grain of this species.
    case relabel(species: String)
    /// It does not count.
    case reject(reason: String? = nil)
    /// They are one: neighbours, no farther apart than `mergeGapMicrometres`.
    /// - Parameters:
    ///   - species: may be left out where they agree on it.
    ///   - outlinePixels: closed polygon in pixels of the input; the convex hull of theirs where it is left out, for
    ///     grains are convex and what divides one into two is seldom more than a fold.
    case merge(species: String? = nil, outlinePixels: [Grain.Point]? = nil)
    /// It is several.
    case split(into: [Part])
    /// Its outline is this closed polygon in pixels of the input; see also ``SlideStore/draw(_:species:inField:note:expecting:by:)``.
    case redraw(species: String? = nil, outlinePixels: [Grain.Point])
    /// Takes back the latest review of the grain that was not taken back: also the one that merged it away, and the
    /// one that drew it.
    case undo

    /// Widest gap between the parts of one grain. What is farther apart is two: merged, it would be measured as one of
    /// any size.
    package static let mergeGapMicrometres = 5.0

    package struct Part: Sendable, Equatable {
        /// That of the divided grain where it is left out.
        package var species: String?
        /// Closed polygon in pixels of the input.
        package var outlinePixels: [Grain.Point]

        package init(species: String? = nil, outlinePixels: [Grain.Point]) {
            self.species = species
            self.outlinePixels = outlinePixels
        }
    }
}
