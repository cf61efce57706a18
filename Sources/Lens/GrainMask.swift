package import Grains
internal import Imaging
internal import Quantities

/// Where the decided grains of one species lie: 1 inside their outlines, 0 outside, with an edge that rises over some
/// four pixels. What is undecided or foreign has no place in it, so that nothing is drawn there.
package struct GrainMask: Sendable {
    /// Of the field at the lens's scale, in pixels.
    let width: Int
    let height: Int
    private let outlines: [Outline]

    private struct Outline: Sendable {
        let corners: [SIMD2<Double>]
        /// With the soft edge, within the field.
        let columns: Range<Int>
        let rows: Range<Int>
    }

    /// Pixels by which the edge reaches outwards.
    private static let edge = 2

    /// - Parameters:
    ///   - grains: of one species, dirt left out.
    ///   - scale: from the lens's pixels to those of the grains.
    package init(_ grains: [Grain], scale: MapScale, width: Int, height: Int) {
        self.width = width
        self.height = height
        outlines = grains.compactMap { grain in
            let corners = grain.outlinePixels.map {
                SIMD2(
                    ($0.x + 0.5) / scale.inputPixelsPerMapPixelX - 0.5,
                    ($0.y + 0.5) / scale.inputPixelsPerMapPixelY - 0.5)
            }
            guard corners.count >= 3 else { return nil }
            func reach(_ values: [Double], _ length: Int) -> Range<Int> {
                let low = max(0, Int(saturating: values.min()!.rounded(.down)) - Self.edge)
                return low..<max(low, min(length, Int(saturating: values.max()!.rounded(.up)) + Self.edge + 1))
            }
            let columns = reach(corners.map(\.x), width), rows = reach(corners.map(\.y), height)
            return columns.isEmpty || rows.isEmpty ? nil : Outline(corners: corners, columns: columns, rows: rows)
        }
    }

    /// The mask in a rectangle of the field, row by row; nil where no grain reaches into it.
    package func weights(columns: Range<Int>, rows: Range<Int>) -> [Float]? {
        let here = outlines.filter { $0.columns.overlaps(columns) && $0.rows.overlaps(rows) }
        guard !here.isEmpty else { return nil }
        var result = [Float](repeating: 0, count: columns.count * rows.count)
        for outline in here {
            let soft = Self.soft(outline)
            for y in outline.rows.clamped(to: rows) {
                for x in outline.columns.clamped(to: columns) {
                    let weight = soft[
                        (y - outline.rows.lowerBound) * outline.columns.count + x - outline.columns.lowerBound]
                    let at = (y - rows.lowerBound) * columns.count + x - columns.lowerBound
                    result[at] = max(result[at], weight)
                }
            }
        }
        return result
    }

    /// One outline filled, and smoothed by the binomial 1 4 6 4 1 along both axes; at the field's edge it goes on.
    private static func soft(_ outline: Outline) -> [Float] {
        let (width, height) = (outline.columns.count, outline.rows.count)
        let (left, top) = (outline.columns.lowerBound, outline.rows.lowerBound)
        var mask = [Float](repeating: 0, count: width * height)
        Polygon.rows(of: outline.corners, within: outline.rows) { row, from, to in
            let first = max(left, Int(saturating: from.rounded(.up)))
            let last = min(left + width - 1, Int(saturating: to.rounded(.down)))
            for x in first..<max(first, last + 1) { mask[(row - top) * width + x - left] = 1 }
        }
        smooth(&mask, lines: height, lineStep: width, length: width, step: 1)
        smooth(&mask, lines: width, lineStep: 1, length: height, step: width)
        return mask
    }

    private static func smooth(_ mask: inout [Float], lines: Int, lineStep: Int, length: Int, step: Int) {
        var line = [Float](repeating: 0, count: length + 4)
        for number in 0..<lines {
            for i in 0..<length + 4 { line[i] = mask[number * lineStep + max(0, min(length - 1, i - 2)) * step] }
            for i in 0..<length {
                mask[number * lineStep + i * step] =
                    (line[i] + line[i + 4] + 4 * (line[i + 1] + line[i + 3]) + 6 * line[i + 2]) / 16
            }
        }
    }
}
