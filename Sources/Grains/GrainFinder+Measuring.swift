import COpenCV
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
            isOnBorder: isOnBorder, outlinePixels: outline(of: index, in: regions, scale: scale))
    }

    /// Polygon within a map pixel of the region's outermost pixels.
    private func outline(of index: Int, in regions: RegionMap, scale: MapScale) -> [Grain.Point] {
        let (mask, columns, rows) = regions.mask(of: index, margin: 0)
        var corners = [Int32](repeating: 0, count: 2 * 512)
        while true {
            let count = Int(
                ccv_outline(mask, Int32(columns.count), Int32(rows.count), 1, &corners, Int32(corners.count / 2)))
            precondition(count >= 0, "out of memory while outlining \(columns.count) x \(rows.count) pixels")
            if count <= corners.count / 2 {
                return (0..<count).map {
                    scale.inputPoint(
                        x: Double(columns.lowerBound) + Double(corners[2 * $0]),
                        y: Double(rows.lowerBound) + Double(corners[2 * $0 + 1]))
                }
            }
            corners = Array(repeating: 0, count: 2 * count)
        }
    }
}
