internal import Foundation
internal import Imaging

/// An even quartic surface through the glass of a field: how the illumination falls off. Iteratively re-weighted least
/// squares with Tukey's biweight, from the brighter quarter of the field on.
struct GlassSurface: Sendable {
    /// Of 1, u, v, u², uv, v², u⁴, u²v², v⁴, where u and v run from -1 to 1 across the picture.
    private let terms: [Float]
    private static let count = 9
    private let width: Int
    private let height: Int

    /// - Parameters:
    ///   - picture: logarithms of brightness, so that exposure and fall-off add.
    ///   - channel: the one that is fitted.
    init(_ picture: Picture<Float>, channel: Int = 0) {
        (width, height) = (picture.width, picture.height)
        let (width, height) = (width, height)
        let step = max(1, max(width, height) / 64)
        let count = Self.count
        var values: [Double] = []
        /// Of one point after the other.
        var terms: [Double] = []
        for y in stride(from: 0, to: height, by: step) {
            for x in stride(from: 0, to: width, by: step) {
                values.append(Double(picture[x, y, channel]))
                for term in Self.terms(x, y, width, height) { terms.append(Double(term)) }
            }
        }
        var surface = [values.sorted()[values.count * 3 / 4]] + [Double](repeating: 0, count: count - 1)
        for reach in [0.3, 0.2, 0.1, 0.06, 0.06, 0.06] {
            var matrix = [Double](repeating: 0, count: count * (count + 1))
            terms.withUnsafeBufferPointer { terms in
                for (point, value) in values.enumerated() {
                    let term = terms[point * count..<(point + 1) * count]
                    var fitted = 0.0
                    for i in 0..<count { fitted += term[point * count + i] * surface[i] }
                    let off = (value - fitted) / reach
                    guard abs(off) < 1 else { continue }
                    let weight = (1 - off * off) * (1 - off * off)
                    for i in 0..<count {
                        let weighted = weight * term[point * count + i], row = i * (count + 1)
                        for j in 0..<count { matrix[row + j] += weighted * term[point * count + j] }
                        matrix[row + count] += weighted * value
                    }
                }
            }
            let rows = (0..<count).map { Array(matrix[$0 * (count + 1)..<($0 + 1) * (count + 1)]) }
            guard let solved = Self.eliminated(rows) else { break }
            surface = solved
        }
        self.terms = surface.map(Float.init)
    }

    /// The logarithm of the glass's brightness at a pixel.
    func callAsFunction(x: Int, y: Int) -> Float {
        let u = 2 * Float(x) / Float(max(1, width - 1)) - 1, v = 2 * Float(y) / Float(max(1, height - 1)) - 1
        let (p, q) = (u * u, v * v)
        let plain = terms[0] + terms[1] * u + terms[2] * v + terms[3] * p + terms[4] * u * v + terms[5] * q
        return plain + terms[6] * p * p + terms[7] * p * q + terms[8] * q * q
    }

    private static func terms(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> [Float] {
        let u = 2 * Float(x) / Float(max(1, width - 1)) - 1, v = 2 * Float(y) / Float(max(1, height - 1)) - 1
        return [1, u, v, u * u, u * v, v * v, u * u * u * u, u * u * v * v, v * v * v * v]
    }

    /// The solution of a system whose right side is the last column, by Gauss and Jordan; nil where it has none.
    private static func eliminated(_ matrix: [[Double]]) -> [Double]? {
        var m = matrix
        for pivot in m.indices {
            guard let best = (pivot..<m.count).max(by: { abs(m[$0][pivot]) < abs(m[$1][pivot]) }),
                abs(m[best][pivot]) > 1e-9
            else { return nil }
            m.swapAt(pivot, best)
            for row in m.indices where row != pivot {
                let factor = m[row][pivot] / m[pivot][pivot]
                for column in pivot..<m[row].count { m[row][column] -= factor * m[pivot][column] }
            }
        }
        return m.indices.map { m[$0].last! / m[$0][$0] }
    }
}
