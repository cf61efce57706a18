/// How full the slide is.
package struct FieldDensity: Sendable, Equatable {
    /// Mean count of grains in a square millimetre; single fields vary by about half of it either way.
    package var grainsPerSquareMillimetre: Float
    /// Mean count of debris, fibres, bubbles and foreign pollen in a square millimetre.
    package var othersPerSquareMillimetre: Float
    /// Share of fields without any grain, 0...1.
    package var emptyShare: Float
    /// Share of grains laid against an earlier grain, 0...1.
    package var touchingShare: Float

    package init(
        grainsPerSquareMillimetre: Float = 620, othersPerSquareMillimetre: Float = 230, emptyShare: Float = 0.04,
        touchingShare: Float = 0.2
    ) {
        self.grainsPerSquareMillimetre = grainsPerSquareMillimetre
        self.othersPerSquareMillimetre = othersPerSquareMillimetre
        self.emptyShare = emptyShare
        self.touchingShare = touchingShare
    }

    /// Another density in every field, from sparse to crowded, and more of what is rare: to train on.
    package static func varied(seed: UInt64, index: Int) -> FieldDensity {
        var random = RandomStream(seed, UInt64(index), 5)
        return FieldDensity(
            grainsPerSquareMillimetre: random.uniform(200...1500),
            othersPerSquareMillimetre: random.uniform(100...1100),
            touchingShare: random.uniform(0...0.5))
    }
}
