internal import Foundation
package import Grains
package import Imaging
internal import Quantities

/// A picture of a slide: its fields side by side, the grains that count with outline and number, and a scale bar.
///
/// A dashed outline and a question mark say that a grain is doubtful. Doubles, dirt and what its field rejected are not
/// drawn. Groups of fields whose place relative to the others is unknown, and fields not placed at all, lie below, with
/// a line that says so.
package struct SlideMap: Sendable {
    /// A grain that is to be drawn.
    package struct Mark: Sendable, Equatable {
        package var field: Int
        package var species: String
        package var outlinePixels: [Grain.Point]
        /// Written beside the grain; nil for none.
        package var number: Int?
        package var isDoubtful: Bool

        package init(
            field: Int, species: String, outlinePixels: [Grain.Point], number: Int? = nil, isDoubtful: Bool = false
        ) {
            self.field = field
            self.species = species
            self.outlinePixels = outlinePixels
            self.number = number
            self.isDoubtful = isDoubtful
        }
    }

    /// Of the picture's longer side, about; it is never larger than the fields themselves.
    package var longestSidePixels = 4000
    /// Red, green and blue of a species' outlines. Others are given colours of Okabe and Ito's palette, which most
    /// colour-blind people tell apart.
    package var colours: [String: SIMD3<UInt8>] = [:]
    /// Whether the borders of the fields are drawn, faintly.
    package var showsFields = true

    package init() {}

    /// What of a field goes where on the map.
    private struct Tile {
        let field: Int
        /// Upper left corner on the map, in map pixels.
        let x: Double
        let y: Double
    }

    /// Up to so many fields in a row, each says why it has no place, though it be wider for it.
    private static let captionedColumns = 4.0
    /// Brightness of glass on the map.
    private static let glassLevel: Float = 0.93
    private static let ink = SIMD3<UInt8>(30, 30, 30)
    private static let paper = SIMD3<UInt8>(250, 250, 248)
    private static let palette: [SIMD3<UInt8>] = [
        [213, 94, 0], [0, 114, 178], [0, 158, 115], [204, 121, 167], [230, 159, 0], [86, 180, 233], [120, 94, 240],
        [140, 86, 40],
    ]

    /// - Parameters:
    ///   - descriptions: of the fields; at least one.
    ///   - marks: grains that count.
    ///   - fetch: the picture of a field, grey or RGB.
    package func draw<Failure: Error>(
        _ placement: SlidePlacement, descriptions: [FieldDescription], marks: [Mark],
        fetch: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> Picture<UInt8> {
        precondition(!descriptions.isEmpty && descriptions.count == placement.fields.count, "a slide has fields")
        let windows = descriptions.indices.map { SlideRectangle(placement.fields[$0], descriptions[$0]) }
        let groups = Dictionary(grouping: descriptions.indices.filter { windows[$0] != nil }) {
            placement.fields[$0].group ?? 0
        }.sorted { $0.key < $1.key }.map(\.value)
        let unplaced = descriptions.indices.filter { windows[$0] == nil }

        // The scale follows from the largest extent; all else is arranged in map pixels.
        func bounds(_ members: [Int]) -> SlideRectangle {
            members.dropFirst().reduce(windows[members[0]]!) {
                SlideRectangle(
                    low: pointwiseMin($0.low, windows[$1]!.low), high: pointwiseMax($0.high, windows[$1]!.high))
            }
        }
        // Fields without a place lie in a square of them.
        let columns = Double(unplaced.count).squareRoot().rounded(.up)
        let rows = (Double(unplaced.count) / max(1, columns)).rounded(.up)
        let largest = unplaced.map { descriptions[$0].sizeMicrometres }.reduce(.zero, pointwiseMax)
        let extents =
            groups.map { bounds($0).high - bounds($0).low }
            + (unplaced.isEmpty ? [] : [largest * SIMD2(columns, rows)])
        let longest = max(
            extents.map { max($0.x, $0.y) }.max()!, extents.reduce(0) { $0 + $1.y })
        let finest = 1000 / descriptions.map(\.nmPerPixel).min()!
        let scale = min(finest, Double(longestSidePixels) / longest)
        let letter = max(1, Int(saturating: (scale * longest / 1400).rounded()))
        let line = (DotFont.height + 4) * letter
        let margin = 6 * letter

        var tiles: [Tile] = []
        var captions: [(text: String, x: Int, y: Int)] = []
        var width = 320 * letter, bottom = margin
        for (number, members) in groups.enumerated() {
            let extent = bounds(members)
            if number > 0 {
                captions.append(
                    ("group \(number + 1): its place beside the others is not known", margin, bottom + margin))
                bottom += line + margin
            }
            for field in members {
                let corner = (windows[field]!.low - extent.low) * scale
                tiles.append(Tile(field: field, x: Double(margin) + corner.x, y: Double(bottom) + corner.y))
            }
            let size = (extent.high - extent.low) * scale
            width = max(width, Int(saturating: size.x.rounded(.up)) + 2 * margin)
            bottom += Int(saturating: size.y.rounded(.up)) + margin
        }
        if !unplaced.isEmpty {
            captions.append(("not placed: \(unplaced.count) of \(descriptions.count) fields", margin, bottom))
            bottom += line
            var x = margin, high = 0
            width = max(
                width,
                margin + Int(saturating: columns) * (Int(saturating: (largest.x * scale).rounded(.up)) + 2 * margin))
            for field in unplaced {
                let size = descriptions[field].sizeMicrometres * scale
                if x > margin, x + Int(saturating: size.x) + margin > width {
                    x = margin
                    bottom += high + line + margin
                    high = 0
                }
                tiles.append(Tile(field: field, x: Double(x), y: Double(bottom)))
                let reason = placement.fields[field].reason?.rawValue ?? ""
                // As much as the field leaves room for.
                let room = Int(saturating: size.x.rounded(.up)) + margin
                let text =
                    ["field \(field + 1): \(reason)", "\(field + 1)"].first {
                        columns <= Self.captionedColumns || Canvas.width(of: $0, size: letter) <= room
                    } ?? ""
                captions.append((text, x, bottom + Int(saturating: size.y.rounded(.up)) + 2 * letter))
                x += max(Int(saturating: size.x.rounded(.up)), Canvas.width(of: text, size: letter)) + 2 * margin
                width = max(width, x)
                high = max(high, Int(saturating: size.y.rounded(.up)))
            }
            bottom += high + line + margin
        }

        let species = Set(marks.map(\.species)).sorted()
        let colour = chosenColours(species)
        let legend = species.map { key in (key, "\(key) \(marks.count { $0.species == key })") }
        let barSpace = 240 * letter
        var legendRows = 1, across = margin + barSpace
        for (_, text) in legend {
            let wide = Canvas.width(of: text, size: letter) + 22 * letter
            if across + wide > width - margin, across > margin + barSpace {
                legendRows += 1
                across = margin + barSpace
            }
            across += wide
        }
        var canvas = Canvas(
            width: width, height: bottom + max(2, legendRows) * line + 2 * margin, Self.paper)
        var isCovered = [Bool](repeating: false, count: canvas.picture.width * canvas.picture.height)
        for tile in tiles {
            let picture = try fetch(tile.field)
            let description = descriptions[tile.field]
            precondition(
                picture.width == description.width && picture.height == description.height, "the picture of this field")
            paint(picture, at: tile, scale * description.nmPerPixel / 1000, &canvas, &isCovered)
        }
        let thickness = max(1, Int(saturating: (1.2 * scale / finest * 2).rounded()))
        if showsFields {
            for tile in tiles {
                let size = descriptions[tile.field].sizeMicrometres * scale
                let corners = [
                    SIMD2(tile.x, tile.y), SIMD2(tile.x + size.x, tile.y), SIMD2(tile.x + size.x, tile.y + size.y),
                    SIMD2(tile.x, tile.y + size.y),
                ]
                canvas.outline(corners, thickness: 1, dash: Double(3 * letter), SIMD3(150, 150, 150))
            }
        }
        draw(marks, tiles, descriptions, scale, thickness, letter, colour, &canvas)
        for caption in captions { canvas.write(caption.text, x: caption.x, y: caption.y, size: letter, Self.ink) }
        drawFoot(
            legend, colour, scale, letter, line, margin, top: bottom + margin,
            hasDoubtful: marks.contains(where: \.isDoubtful), &canvas)
        return canvas.picture
    }

    private func chosenColours(_ species: [String]) -> [String: SIMD3<UInt8>] {
        var result = colours
        var free = Self.palette.filter { !colours.values.contains($0) }
        for key in species where result[key] == nil {
            result[key] = key == Grain.unidentified || free.isEmpty ? SIMD3(90, 90, 90) : free.removeFirst()
        }
        return result
    }

    /// Lays a field on the map: glass made equally bright and white everywhere, the rim faded into what lies there.
    private func paint(
        _ picture: Picture<UInt8>, at tile: Tile, _ scale: Double, _ canvas: inout Canvas, _ isCovered: inout [Bool]
    ) {
        let left = Int(saturating: tile.x.rounded()), top = Int(saturating: tile.y.rounded())
        let width = max(1, Int(saturating: (tile.x + Double(picture.width) * scale).rounded()) - left)
        let height = max(1, Int(saturating: (tile.y + Double(picture.height) * scale).rounded()) - top)
        var field = picture.normalised
        if field.channels == 1 { field = field.greyAsRGB }
        field = field.resampled(width: width, height: height)
        let small = field.resampled(width: min(width, 128), height: min(height, 96)).map { log(max(1 / 255, $0)) }
        let glass = (0..<3).map { GlassSurface(small, channel: $0) }
        // White balance and exposure by the middle of the glass, fall-off by green alone: fits of three
        // colours that differ would tint the field.
        let middle = glass.map { $0(x: small.width / 2, y: small.height / 2) }
        let balance = middle.map { exp(-$0) }
        let fade = max(2, Float(min(width, height)) * 0.05)
        for y in 0..<height {
            let row = top + y
            guard row >= 0, row < canvas.picture.height else { continue }
            for x in 0..<width {
                let column = left + x
                guard column >= 0, column < canvas.picture.width else { continue }
                let at = row * canvas.picture.width + column
                let rim = Float(min(x, y, width - 1 - x, height - 1 - y) + 1)
                let alpha = isCovered[at] ? min(1, rim / fade) : 1
                isCovered[at] = true
                let fallOff = glass[1](x: x * small.width / width, y: y * small.height / height) - middle[1]
                let evened = Self.glassLevel * exp(-fallOff) * 255
                for channel in 0..<3 {
                    let level = evened * balance[channel]
                    let value = min(255, max(0, field.samples[(y * width + x) * 3 + channel] * level))
                    let old = Float(canvas.picture.samples[at * 3 + channel])
                    canvas.picture.samples[at * 3 + channel] = UInt8(saturating: old + alpha * (value - old) + 0.5)
                }
            }
        }
    }

    private func draw(
        _ marks: [Mark], _ tiles: [Tile], _ descriptions: [FieldDescription], _ scale: Double, _ thickness: Int,
        _ letter: Int, _ colour: [String: SIMD3<UInt8>], _ canvas: inout Canvas
    ) {
        let tileOf = Dictionary(uniqueKeysWithValues: tiles.map { ($0.field, $0) })
        var labels: [(text: String, x: Int, y: Int, size: Int, colour: SIMD3<UInt8>)] = []
        for mark in marks {
            guard let tile = tileOf[mark.field], !mark.outlinePixels.isEmpty else { continue }
            let step = scale * descriptions[mark.field].nmPerPixel / 1000
            let points = mark.outlinePixels.map {
                SIMD2(tile.x + ($0.x + 0.5) * step - 0.5, tile.y + ($0.y + 0.5) * step - 0.5)
            }
            let ink = colour[mark.species]!
            canvas.outline(points, thickness: thickness, dash: mark.isDoubtful ? Double(5 * thickness) : nil, ink)
            guard let number = mark.number else { continue }
            let low = points.reduce(points[0], pointwiseMin), high = points.reduce(points[0], pointwiseMax)
            let text = "\(number)" + (mark.isDoubtful ? "?" : "")
            // Written where the grain leaves room for it, and in the middle.
            let size = min(letter, Int(saturating: (high.x - low.x) / Double(Canvas.width(of: text, size: 1) + 2)))
            guard size >= 1 else { continue }
            let x = Int(saturating: (low.x + high.x) / 2) - Canvas.width(of: text, size: size) / 2
            let y = Int(saturating: (low.y + high.y) / 2) - 7 * size / 2
            labels.append((text, x, y, size, ink))
        }
        // Numbers lie over all outlines.
        for label in labels {
            canvas.write(
                label.text, x: label.x, y: label.y, size: label.size, label.colour, halo: SIMD3(255, 255, 255))
        }
    }

    private func drawFoot(
        _ legend: [(key: String, text: String)], _ colour: [String: SIMD3<UInt8>], _ scale: Double, _ letter: Int,
        _ line: Int, _ margin: Int, top: Int, hasDoubtful: Bool, _ canvas: inout Canvas
    ) {
        let bar = Self.roundLength(atMost: Double(canvas.picture.width) * 0.2 / scale)
        let length = max(1, Int(saturating: (bar * scale).rounded()))
        canvas.fill(x: margin, y: top + 2 * letter, width: length, height: 3 * letter, Self.ink)
        let text = Self.name(ofLength: bar)
        canvas.write(text, x: margin + length + 4 * letter, y: top, size: letter, Self.ink)
        if hasDoubtful {
            canvas.write("dashed and ?: doubtful", x: margin, y: top + line, size: letter, Self.ink)
        }
        let barSpace = max(240 * letter, length + Canvas.width(of: text, size: letter) + 20 * letter)
        var x = margin + barSpace, y = top
        for (key, text) in legend {
            let wide = Canvas.width(of: text, size: letter) + 22 * letter
            if x + wide > canvas.picture.width - margin, x > margin + barSpace {
                x = margin + barSpace
                y += line
            }
            canvas.frame(x: x, y: y, width: 8 * letter, height: 7 * letter, thickness: max(1, letter), colour[key]!)
            canvas.write(text, x: x + 11 * letter, y: y, size: letter, Self.ink)
            x += wide
        }
    }

    /// 1, 2 or 5 times a power of ten, in µm.
    static func roundLength(atMost limit: Double) -> Double {
        let power = pow(10, log10(limit).rounded(.down))
        return [5, 2, 1].first { $0 * power <= limit }! * power
    }

    static func name(ofLength micrometres: Double) -> String {
        let (value, unit) = micrometres >= 1000 ? (micrometres / 1000, "mm") : (micrometres, "µm")
        return value == value.rounded() ? "\(Int(saturating: value)) \(unit)" : "\(value) \(unit)"
    }
}
