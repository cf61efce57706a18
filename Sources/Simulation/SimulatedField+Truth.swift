import Foundation

extension SimulatedField {
    /// - Parameters:
    ///   - grid: what the bodies' reliefs lie on.
    ///   - width: of the field in pixels of `grid`.
    ///   - perPixel: pixels of `grid` along one pixel of the picture.
    func truth(
        _ specimen: Specimen, grid: Grid, width: Int, height: Int, perPixel: Int
    ) -> FieldTruth {
        let scale = 1 / Double(perPixel)
        func pixel(_ p: SIMD2<Double>) -> [Double] {
            // Corners coincide: grid -0.5 is picture -0.5.
            [p.x, p.y].map { (((($0 + 0.5) * scale) - 0.5) * 100).rounded() / 100 }
        }
        /// Where an observer above sees a point of a body, nil where it is hidden or outside.
        /// - below: how far under the visible surface it may lie, in µm: reliefs are sampled.
        func seen(_ point: Vector, below tolerance: Float) -> [Double]? {
            let p = SIMD2(
                Double((point.x - grid.originX) / grid.step) - 0.5, Double((point.y - grid.originY) / grid.step) - 0.5)
            let (x, y) = (Int(p.x.rounded()), Int(p.y.rounded()))
            guard x >= 0, y >= 0, x < width, y < height else { return nil }
            let isHidden = specimen.bodies.contains { $0.relief.height(atX: x, y: y) > point.z + tolerance }
            return isHidden ? nil : pixel(p)
        }
        func round(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
        let step = Double(grid.step)
        let minimumArea = Int(1 / (step * step))
        var grains: [GrainTruth] = []
        var others: [OtherTruth] = []
        for (object, body) in zip(specimen.scene.objects, specimen.bodies) {
            guard
                let shape = Silhouette(body.relief, width: width, height: height, minimumArea: minimumArea)
            else { continue }
            let box = pixel(shape.low) + pixel(shape.high)
            switch object.kind {
            case .other(let kind):
                others.append(OtherTruth(kind: kind, form: (object.solid as? ForeignGrain)?.form.rawValue, box: box))
            case .grain(let species):
                let spines = body.tips.compactMap { seen($0, below: 0.25) }
                let sulcus = body.sulcus.compactMap { seen($0, below: 0.5) }
                let area = Double(shape.area) * step * step
                let axes = object.solid.semiAxes
                let turn = object.rotation
                grains.append(
                    GrainTruth(
                        id: object.id, species: species, centroid: pixel(shape.centroid), box: box,
                        outline: shape.outline.map(pixel), onBorder: shape.onBorder, spines: spines,
                        sulcus: sulcus.count * 2 > body.sulcus.count ? sulcus : [],
                        areaSquareMicrometres: round(area),
                        equivalentDiameterMicrometres: round(2 * (area / .pi).squareRoot()),
                        axesMicrometres: [axes.x, axes.y, axes.z].map { round(Double($0) * 2) },
                        orientation: [turn.x, turn.y, turn.z].map { v in [v.x, v.y, v.z].map { round(Double($0)) } },
                        heightMicrometres: thickness == nil ? nil : round(Double(object.lift))))
            }
        }
        return FieldTruth(file: "", grains: grains, others: others)
    }
}

extension Relief {
    /// Height of the upper surface at a pixel of the grid, `-.infinity` beside the body.
    func height(atX x: Int, y: Int) -> Float {
        let (px, py) = (x - x0, y - y0)
        return px >= 0 && py >= 0 && px < width && py < height ? top[py * width + px] : -.infinity
    }
}
