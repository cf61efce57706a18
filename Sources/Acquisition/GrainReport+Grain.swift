internal import ControlAPI
internal import Grains

extension GrainReport {
    /// - Parameter isScaled: whether the field's scale is known; lengths are null otherwise.
    init(_ grain: Grain, id: Int64, isScaled: Bool) {
        let box = grain.boundingBoxPixels
        self.init(
            id: id, species: grain.species,
            centroidPx: SIMD2(grain.centroidPixels.x, grain.centroidPixels.y),
            bboxPx: SIMD4(box.x0, box.y0, box.x1, box.y1), areaPx: grain.areaPixels,
            areaUm2: isScaled ? grain.areaSquareMicrometres : nil,
            equivalentDiameterUm: isScaled ? grain.equivalentDiameterMicrometres : nil,
            confidence: grain.confidence, onBorder: grain.isOnBorder,
            outlinePx: grain.outlinePixels.map { SIMD2($0.x, $0.y) })
    }
}
