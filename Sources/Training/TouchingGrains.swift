package import Imaging

/// Draws the gap that lets two touching grains be counted as two: where outlines tell grains apart, map pixels near
/// the line between them become black.
package struct TouchingGrains {
    /// Kept free on either side of the line, in µm. The first lens was trained with this.
    package var gapMicrometres = 0.45

    package init(gapMicrometres: Double = 0.45) { self.gapMicrometres = gapMicrometres }

    /// - Returns: a mask of the pixels drawn; nil where no grains touch.
    package func drawGaps(
        into map: inout Picture<UInt8>, _ outlines: FieldOutlines, nmPerPixel: Double
    ) -> Picture<UInt8>? {
        let (width, height) = (map.width, map.height)
        var owner = [Int32](repeating: -1, count: width * height)
        var depth = [Float](repeating: 0, count: width * height)
        for (number, grain) in outlines.grains.enumerated() {
            guard let filled = FilledOutline(grain.outline, width: width, height: height) else { continue }
            let distance = filled.mask.distanceToBackground()
            for y in 0..<filled.mask.height {
                for x in 0..<filled.mask.width where filled.mask[x, y] != 0 {
                    // A pixel of two outlines belongs to the grain it lies deeper in.
                    let at = (y + filled.y) * width + x + filled.x
                    let here = distance[y * filled.mask.width + x]
                    if here > depth[at] {
                        depth[at] = here
                        owner[at] = Int32(number)
                    }
                }
            }
        }
        var isAway = Picture<UInt8>(width: width, height: height, channels: 1, filledWith: 255)
        var touch = false
        for y in 0..<height {
            for x in 0..<width {
                let at = y * width + x
                guard owner[at] >= 0 else { continue }
                for next in [x + 1 < width ? at + 1 : at, y + 1 < height ? at + width : at]
                where owner[next] >= 0 && owner[next] != owner[at] {
                    isAway.samples[at] = 0
                    isAway.samples[next] = 0
                    touch = true
                }
            }
        }
        guard touch else { return nil }
        let radius = Float(max(1, gapMicrometres * 1000 / nmPerPixel))
        var gaps = Picture<UInt8>(width: width, height: height, channels: 1, filledWith: 0)
        for (at, distance) in isAway.distanceToBackground().enumerated() where distance <= radius && owner[at] >= 0 {
            gaps.samples[at] = 255
            for channel in 0..<3 { map.samples[at * 3 + channel] = 0 }
        }
        return gaps
    }
}

/// The pixels whose centres lie within a polygon, in a mask with one pixel of background around them.
private struct FilledOutline {
    let mask: Picture<UInt8>
    /// Of the mask's upper left pixel.
    let x: Int
    let y: Int

    /// nil where the polygon holds no pixel of the field.
    init?(_ outline: [[Double]], width: Int, height: Int) {
        let points = outline.filter { $0.count == 2 && $0[0].isFinite && $0[1].isFinite }
        guard points.count >= 3 else { return nil }
        func range(_ axis: Int, _ length: Int) -> Range<Int>? {
            let low = points.map { $0[axis] }.min()!
            let high = points.map { $0[axis] }.max()!
            let first = max(0, Int(max(low, 0).rounded(.down)) - 1)
            let end = min(length, Int(min(high, Double(length)).rounded(.up)) + 2)
            return first < end ? first..<end : nil
        }
        guard let columns = range(0, width), let rows = range(1, height) else { return nil }
        var mask = Picture<UInt8>(width: columns.count, height: rows.count, channels: 1, filledWith: 0)
        var isEmpty = true
        for row in rows {
            let level = Double(row)
            var crossings: [Double] = []
            for (index, point) in points.enumerated() {
                let next = points[(index + 1) % points.count]
                guard (point[1] <= level) != (next[1] <= level) else { continue }
                crossings.append(point[0] + (level - point[1]) / (next[1] - point[1]) * (next[0] - point[0]))
            }
            crossings.sort()
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                let first = max(Double(columns.lowerBound), crossings[pair].rounded(.up))
                let last = min(Double(columns.upperBound - 1), crossings[pair + 1].rounded(.down))
                guard first <= last else { continue }
                for column in Int(first)...Int(last) { mask[column - columns.lowerBound, row - rows.lowerBound] = 255 }
                isEmpty = false
            }
        }
        guard !isEmpty else { return nil }
        self.mask = mask
        x = columns.lowerBound
        y = rows.lowerBound
    }
}
