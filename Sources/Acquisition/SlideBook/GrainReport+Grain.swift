internal import ControlAPI
internal import Grains
internal import SlideStore

extension GrainReport {
    /// A grain as the lens found it.
    /// - Parameter isScaled: whether the field's scale is known; lengths are null otherwise.
    init(_ grain: Grain, id: Int64, number: Int, isScaled: Bool) {
        let box = grain.boundingBoxPixels
        let ellipse = isScaled ? grain.ellipse : nil
        self.init(
            id: id, number: number, species: grain.species,
            centroidPx: SIMD2(grain.centroidPixels.x, grain.centroidPixels.y),
            bboxPx: SIMD4(box.x0, box.y0, box.x1, box.y1), areaPx: grain.areaPixels,
            areaUm2: isScaled ? grain.areaSquareMicrometres : nil,
            equivalentDiameterUm: isScaled ? grain.equivalentDiameterMicrometres : nil,
            ellipseMajorUm: ellipse?.majorMicrometres, ellipseMinorUm: ellipse?.minorMicrometres,
            ellipseAngleDeg: ellipse.map { $0.angleDegrees < 0 ? $0.angleDegrees + 180 : $0.angleDegrees },
            circularity: grain.circularity, focus: grain.focus,
            confidence: grain.confidence, onBorder: grain.isOnBorder,
            outlinePx: grain.outlinePixels.map { SIMD2($0.x, $0.y) })
    }

    /// A stored grain with what it counts as.
    /// - Parameters:
    ///   - nmPerPixel: of its field; nil where unknown.
    ///   - position: of its field on the slide; nil where it is not placed.
    init(_ stored: StoredGrain, nmPerPixel: Double?, position: SlidePosition?) {
        self.init(stored.grain, id: stored.id, number: stored.number, isScaled: nmPerPixel != nil)
        let standing = stored.standing
        capture = stored.capture
        species = standing.species
        status = Status(rawValue: standing.status.rawValue) ?? .machine
        counts = status.counts
        reason = standing.reason == "person" ? stored.lastReview?.reason ?? standing.reason : standing.reason
        doubleOf = standing.doubleOf
        if let nmPerPixel, let position {
            slideXUm = position.xMicrometres + (centroidPx.x + 0.5) * nmPerPixel / 1000
            slideYUm = position.yMicrometres + (centroidPx.y + 0.5) * nmPerPixel / 1000
        }
    }
}
