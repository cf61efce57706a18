internal import Foundation
internal import Imaging
internal import Quantities

/// An RGB picture being drawn on. Coordinates are pixels, the centre of the upper left one being (0, 0); what lies
/// outside is not drawn.
struct Canvas {
    typealias Colour = SIMD3<UInt8>

    var picture: Picture<UInt8>

    init(width: Int, height: Int, _ colour: Colour) {
        picture = Picture(width: width, height: height, channels: 3, filledWith: colour.x)
        if colour != Colour(repeating: colour.x) { fill(x: 0, y: 0, width: width, height: height, colour) }
    }

    mutating func set(_ x: Int, _ y: Int, _ colour: Colour) {
        guard x >= 0, y >= 0, x < picture.width, y < picture.height else { return }
        let at = (y * picture.width + x) * 3
        for channel in 0..<3 { picture.samples[at + channel] = colour[channel] }
    }

    mutating func fill(x: Int, y: Int, width: Int, height: Int, _ colour: Colour) {
        for row in y..<y + height { for column in x..<x + width { set(column, row, colour) } }
    }

    mutating func frame(x: Int, y: Int, width: Int, height: Int, thickness: Int, _ colour: Colour) {
        fill(x: x, y: y, width: width, height: thickness, colour)
        fill(x: x, y: y + height - thickness, width: width, height: thickness, colour)
        fill(x: x, y: y, width: thickness, height: height, colour)
        fill(x: x + width - thickness, y: y, width: thickness, height: height, colour)
    }

    /// A closed line.
    /// - Parameter dash: length of dashes and gaps; nil for a continuous line.
    mutating func outline(_ points: [SIMD2<Double>], thickness: Int, dash: Double? = nil, _ colour: Colour) {
        var walked = 0.0
        for (at, p) in points.enumerated() {
            let q = points[(at + 1) % points.count]
            let side = q - p
            let length = (side * side).sum().squareRoot()
            guard length < 1e5 else { continue }
            for step in stride(from: 0.0, to: length, by: 0.5) {
                if let dash, Int(saturating: (walked + step) / dash) % 2 == 1 { continue }
                let here = p + side * (step / length)
                let x = Int(saturating: (here.x - Double(thickness - 1) / 2).rounded())
                let y = Int(saturating: (here.y - Double(thickness - 1) / 2).rounded())
                fill(x: x, y: y, width: thickness, height: thickness, colour)
            }
            walked += length
        }
    }

    /// - Parameters:
    ///   - size: of a dot of the letters in pixels.
    ///   - halo: colour behind the letters, so that they can be read on any ground.
    mutating func write(_ text: String, x: Int, y: Int, size: Int, _ colour: Colour, halo: Colour? = nil) {
        for pass in halo == nil ? [false] : [true, false] {
            let rim = pass ? max(1, size / 2 + size % 2) : 0
            for (number, letter) in text.enumerated() {
                for (column, bits) in DotFont.glyph(letter).enumerated() {
                    for row in 0..<DotFont.height where bits >> row & 1 == 1 {
                        fill(
                            x: x + (number * DotFont.advance + column) * size - rim, y: y + row * size - rim,
                            width: size + 2 * rim, height: size + 2 * rim, pass ? halo! : colour)
                    }
                }
            }
        }
    }

    static func width(of text: String, size: Int) -> Int { max(0, text.count * DotFont.advance - 1) * size }
}
