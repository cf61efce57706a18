internal import Foundation
import Imaging
internal import Quantities

extension Picture where Sample == Float {
    var middle: SIMD2<Double> { SIMD2(Double(width - 1), Double(height - 1)) / 2 }

    var mean: Float { Float(samples.reduce(0.0) { $0 + Double($1) } / Double(samples.count)) }

    /// Smaller by any factor from 1 on, corners kept in place.
    func reduced(by factor: Double) -> Picture {
        if factor <= 1 { return self }
        let shift = (factor - 1) / 2
        return blurred(sigma: 0.45 * factor).warped(
            [factor, 0, shift, 0, factor, shift], width: max(1, Int(saturating: Double(width) / factor)),
            height: max(1, Int(saturating: Double(height) / factor)), outside: mean)
    }

    /// Less its mean, faded out towards its edges by a raised cosine, in the corner of a larger canvas of zeros.
    /// - Parameter margin: part of a side, at each end, that is faded.
    func tapered(margin: Double, width newWidth: Int, height newHeight: Int, rows: Bool = true) -> Picture {
        func window(_ length: Int) -> [Float] {
            let fade = max(1, margin * Double(length))
            return (0..<length).map { at in
                let fromEdge = min(Double(at), Double(length - 1 - at)) + 0.5
                return fromEdge >= fade ? 1 : Float(0.5 - 0.5 * cos(.pi * fromEdge / fade))
            }
        }
        let across = window(width), down = rows ? window(height) : [Float](repeating: 1, count: height)
        let mean = mean
        var result = Picture(width: newWidth, height: newHeight, channels: 1, filledWith: 0)
        for y in 0..<height {
            for x in 0..<width {
                result.samples[y * newWidth + x] = (samples[y * width + x] - mean) * across[x] * down[y]
            }
        }
        return result
    }

    /// Three channels: this picture and its derivatives along x and y; NaN nearer to an edge than `margin`.
    func withGradient(missingAtEdges margin: Int) -> Picture {
        var result = Picture(width: width, height: height, channels: 3, filledWith: .nan)
        for y in margin..<height - margin {
            for x in margin..<width - margin {
                let at = y * width + x
                for channel in 1...2 { result.samples[3 * at + channel] = 0 }
                result.samples[3 * at] = samples[at]
                let left = max(0, x - 1), right = min(width - 1, x + 1)
                let up = max(0, y - 1), down = min(height - 1, y + 1)
                if right > left {
                    result.samples[3 * at + 1] =
                        (samples[y * width + right] - samples[y * width + left]) / Float(right - left)
                }
                if down > up {
                    result.samples[3 * at + 2] =
                        (samples[down * width + x] - samples[up * width + x]) / Float(down - up)
                }
            }
        }
        return result
    }

    /// The highest samples of a correlation surface, best first, each at least `radius` from the others, to a fraction
    /// of a pixel by a parabola through its neighbours. Positions beyond half the size are negative.
    /// - Parameter allowed: whether a position may be taken.
    func peaks(
        count: Int, radius: Int, where allowed: (_ x: Int, _ y: Int) -> Bool
    ) -> [(x: Double, y: Double, height: Float)] {
        func value(_ x: Int, _ y: Int) -> Float {
            samples[((y + height) % height) * width + (x + width) % width]
        }
        var tops: [(x: Int, y: Int, height: Float)] = []
        for row in 0..<height {
            let y = row <= height / 2 ? row : row - height
            for column in 0..<width {
                let x = column <= width / 2 ? column : column - width
                let here = samples[row * width + column]
                guard here > 0, here > value(x - 1, y), here >= value(x + 1, y), here > value(x, y - 1),
                    here >= value(x, y + 1), allowed(x, y)
                else { continue }
                tops.append((x, y, here))
            }
        }
        tops.sort { ($1.height, $0.y, $0.x) < ($0.height, $1.y, $1.x) }
        var kept: [(x: Int, y: Int, height: Float)] = []
        for top in tops where kept.count < count {
            func apart(_ a: Int, _ b: Int, _ size: Int) -> Int {
                let d = abs(a - b) % size
                return min(d, size - d)
            }
            if kept.allSatisfy({ max(apart($0.x, top.x, width), apart($0.y, top.y, height)) > radius }) {
                kept.append(top)
            }
        }
        func offset(_ before: Float, _ here: Float, _ after: Float) -> Double {
            let bend = Double(before - 2 * here + after)
            return bend < 0 ? min(0.5, max(-0.5, 0.5 * Double(before - after) / bend)) : 0
        }
        return kept.map { top in
            (
                Double(top.x) + offset(value(top.x - 1, top.y), top.height, value(top.x + 1, top.y)),
                Double(top.y) + offset(value(top.x, top.y - 1), top.height, value(top.x, top.y + 1)), top.height
            )
        }
    }
}
