/// One grain of a capture. Pixels are those of the stored input; lengths are null where its scale is unknown.
package struct GrainReport: Codable, Sendable, Equatable {
    package static let unidentified = "unidentified"

    package var id: Int64
    /// Key of a species, or `unidentified`.
    package var species: String
    /// [x, y].
    package var centroidPx: SIMD2<Double>
    /// [x0, y0, x1, y1], x1 and y1 being the first column and row outside.
    package var bboxPx: SIMD4<Double>
    package var areaPx: Double
    @Nullable package var areaUm2: Double?
    /// Diameter of the circle of the same area.
    @Nullable package var equivalentDiameterUm: Double?
    /// 0...1.
    package var confidence: Double
    /// The border of the field cuts the grain.
    package var onBorder: Bool
    /// Closed polygon of [x, y]; the first corner is not repeated.
    package var outlinePx: [SIMD2<Double>]

    package init(
        id: Int64, species: String, centroidPx: SIMD2<Double>, bboxPx: SIMD4<Double>, areaPx: Double,
        areaUm2: Double?, equivalentDiameterUm: Double?, confidence: Double, onBorder: Bool,
        outlinePx: [SIMD2<Double>] = []
    ) {
        self.id = id
        self.species = species
        self.centroidPx = centroidPx
        self.bboxPx = bboxPx
        self.areaPx = areaPx
        self.areaUm2 = areaUm2
        self.equivalentDiameterUm = equivalentDiameterUm
        self.confidence = confidence
        self.onBorder = onBorder
        self.outlinePx = outlinePx
    }
}
