/// A field that was examined, and where it lies in its plan.
package struct ExaminedField: Sendable, Equatable {
    /// From 1 on; nil where there are no bands.
    package var band: Int?
    package var alongMillimetres: Double
    package var acrossMillimetres: Double
    /// Of one taxon; 0 where it was looked for and not found.
    package var grains: Int
    /// That the grains stand for: where fields overlap, the common part belongs to one of them.
    package var areaSquareMillimetres: Double

    package init(
        band: Int?, alongMillimetres: Double, acrossMillimetres: Double, grains: Int, areaSquareMillimetres: Double
    ) {
        self.band = band
        self.alongMillimetres = alongMillimetres
        self.acrossMillimetres = acrossMillimetres
        self.grains = grains
        self.areaSquareMillimetres = areaSquareMillimetres
    }
}
