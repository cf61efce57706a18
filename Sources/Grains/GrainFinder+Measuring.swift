import Imaging

extension GrainFinder {
    /// Measures one region; positions follow `Grain`'s conventions.
    func measured(_ index: Int, in regions: RegionMap, map: Picture<Float>, scale: MapScale) -> Grain {
        let region = regions.regions[index]
        var sumX = 0
        var sumY = 0
        var evidence = [Double](repeating: 0, count: classes.count)
        let offsets = classes.map(\.channel)
        var values = evidence
        for y in region.rows {
            for x in region.columns where regions.labels[y * regions.width + x] == Int32(index) {
                sumX += x
                sumY += y
                var total = 0.0
                for kind in 0..<offsets.count {
                    let value = map.samples[(y * map.width + x) * map.channels + offsets[kind]]
                    values[kind] = value > 0 ? Double(min(1, value)) : 0
                    total += values[kind]
                }
                for kind in 0..<offsets.count { evidence[kind] += values[kind] / max(1, total) }
            }
        }
        let count = Double(region.area)
        var winner = 0
        for kind in evidence.indices where evidence[kind] > evidence[winner] { winner = kind }
        let confidence = min(1, evidence[winner] / count)
        let area = count * scale.squareMicrometresPerMapPixel
        let scaleX = scale.inputPixelsPerMapPixelX
        let scaleY = scale.inputPixelsPerMapPixelY
        // Within one input pixel of the edge counts as touching: the map's outermost pixels are its least certain.
        let isOnBorder =
            Double(region.minX) * scaleX < 1 || Double(region.minY) * scaleY < 1
            || Double(regions.width - 1 - region.maxX) * scaleX < 1
            || Double(regions.height - 1 - region.maxY) * scaleY < 1
        return Grain(
            species: (confidence >= minimumConfidence ? classes[winner].key : nil) ?? Grain.unidentified,
            centroidPixels: scale.inputPoint(x: Double(sumX) / count, y: Double(sumY) / count),
            boundingBoxPixels: Grain.Box(
                x0: Double(region.minX) * scaleX, y0: Double(region.minY) * scaleY,
                x1: Double(region.maxX + 1) * scaleX, y1: Double(region.maxY + 1) * scaleY),
            areaSquareMicrometres: area, areaPixels: count * scaleX * scaleY,
            equivalentDiameterMicrometres: 2 * (area / .pi).squareRoot(), confidence: confidence,
            isOnBorder: isOnBorder, outlinePixels: regions.outline(of: index).map { scale.inputPoint(x: $0.x, y: $0.y) }
        )
    }
}
