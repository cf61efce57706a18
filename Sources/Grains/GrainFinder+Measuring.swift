import Foundation
import Imaging
import Quantities

extension GrainFinder {
    /// Measures one region; positions follow `Grain`'s conventions.
    func measured(
        _ index: Int, in regions: RegionMap, map: Picture<UInt8>, scale: MapScale, input: PictureRows?
    ) -> Grain {
        let region = regions.regions[index]
        var sumX = 0
        var sumY = 0
        // About the box's corner, so that the sums stay small.
        var (sumXX, sumXY, sumYY) = (0, 0, 0)
        var evidence = [Double](repeating: 0, count: classes.count)
        let offsets = classes.map(\.channel)
        var values = evidence
        let (left, top) = (regions.columns.lowerBound, regions.rows.lowerBound)
        map.samples.withUnsafeBufferPointer { samples in
            for y in region.rows {
                for x in region.columns where regions.labels[y * regions.width + x] == Int32(index) {
                    sumX += x
                    sumY += y
                    let (dx, dy) = (x - region.minX, y - region.minY)
                    sumXX += dx * dx
                    sumXY += dx * dy
                    sumYY += dy * dy
                    let pixel = ((y + top) * map.width + x + left) * map.channels
                    var total = 0.0
                    for kind in 0..<offsets.count {
                        values[kind] = Double(samples[pixel + offsets[kind]]) / 255
                        total += values[kind]
                    }
                    for kind in 0..<offsets.count { evidence[kind] += values[kind] / max(1, total) }
                }
            }
        }
        let count = Double(region.area)
        var winner = 0
        for kind in evidence.indices where evidence[kind] > evidence[winner] { winner = kind }
        let confidence = calibration.probability(min(1, evidence[winner] / count))
        let area = count * scale.squareMicrometresPerMapPixel
        let scaleX = scale.inputPixelsPerMapPixelX
        let scaleY = scale.inputPixelsPerMapPixelY
        // Within one input pixel of the edge counts as touching: the map's outermost pixels are its least certain.
        let (columns, rows) = (left + region.minX...left + region.maxX, top + region.minY...top + region.maxY)
        let cuts = (
            left: Double(columns.lowerBound) * scaleX < 1, top: Double(rows.lowerBound) * scaleY < 1,
            right: Double(map.width - 1 - columns.upperBound) * scaleX < 1,
            bottom: Double(map.height - 1 - rows.upperBound) * scaleY < 1
        )
        let box = Grain.Box(
            x0: Double(columns.lowerBound) * scaleX, y0: Double(rows.lowerBound) * scaleY,
            x1: Double(columns.upperBound + 1) * scaleX, y1: Double(rows.upperBound + 1) * scaleY)
        let micrometres = scale.nmPerInputPixel / 1000
        let counts = borderRule.counts(
            left: cuts.left, top: cuts.top, right: cuts.right, bottom: cuts.bottom,
            reach: (box.x1 * micrometres, box.y1 * micrometres), guardMicrometres: guardMicrometres)
        let outline = regions.outline(of: index).map { scale.inputPoint(x: $0.x, y: $0.y) }
        let (meanX, meanY) = (Double(sumX) / count, Double(sumY) / count)
        let (cornerX, cornerY) = (meanX - Double(region.minX), meanY - Double(region.minY))
        // A pixel's own extent adds a twelfth.
        let ellipse = Grain.Ellipse(
            xx: (Double(sumXX) / count - cornerX * cornerX + 1.0 / 12) * scaleX * scaleX,
            xy: (Double(sumXY) / count - cornerX * cornerY) * scaleX * scaleY,
            yy: (Double(sumYY) / count - cornerY * cornerY + 1.0 / 12) * scaleY * scaleY,
            micrometresPerUnit: micrometres)
        let perimeter = Polygon.length(of: outline.map { SIMD2($0.x, $0.y) }) * micrometres
        return Grain(
            species: (confidence >= minimumConfidence ? classes[winner].key : nil) ?? Grain.unidentified,
            centroidPixels: scale.inputPoint(x: meanX + Double(left), y: meanY + Double(top)), boundingBoxPixels: box,
            areaSquareMicrometres: area, areaPixels: count * scaleX * scaleY,
            equivalentDiameterMicrometres: 2 * (area / .pi).squareRoot(), confidence: confidence,
            isOnBorder: cuts.left || cuts.top || cuts.right || cuts.bottom, outlinePixels: outline, ellipse: ellipse,
            circularity: perimeter > 0 ? min(1, 4 * .pi * area / (perimeter * perimeter)) : 1,
            focus: input?.focus(
                columns: Int(saturating: box.x0)..<Int(saturating: box.x1),
                rows: Int(saturating: box.y0)..<Int(saturating: box.y1)),
            rejection: counts ? nil : .border)
    }
}

extension Grain.Ellipse {
    /// Of a shape's second central moments; a full ellipse has a quarter of the squared half axis along each.
    init(xx: Double, xy: Double, yy: Double, micrometresPerUnit: Double) {
        let mean = (xx + yy) / 2
        let spread = ((xx - yy) * (xx - yy) / 4 + xy * xy).squareRoot()
        let angle = 0.5 * atan2(2 * xy, xx - yy) * 180 / .pi
        self.init(
            majorMicrometres: 4 * (mean + spread).squareRoot() * micrometresPerUnit,
            minorMicrometres: 4 * max(0, mean - spread).squareRoot() * micrometresPerUnit,
            angleDegrees: angle >= 90 ? angle - 180 : angle)
    }
}
