import Glibc

/// The empty glass of a bright field: how bright it is, in each channel, at every place of the picture, whatever lies
/// on it.
///
/// The logarithm of the glass's brightness is a quadratic surface and a radial quartic (fall-off towards the corners),
/// fitted to the flat blocks of a coarse grid by iteratively reweighted least squares with Tukey's biweight. The fit
/// starts from the brightest of the frequent brightnesses, so that grains, however pale and many, stay out of it, and
/// what is brighter than the glass (rims, reflections) too. All channels share the weights.
package struct Glass: Sendable, Equatable {
    /// Of the picture that it belongs to, in pixels.
    package let width: Int
    package let height: Int
    /// Share of the picture that shows empty glass, 0...1.
    package let share: Double
    /// Share of the picture that is brighter than the glass, 0...1.
    package let brighterShare: Double
    /// Logarithms of brightness, of red, green and blue.
    private let surface: Surface

    /// The glass of a divided picture, as a share of full scale: what is brighter than the glass is kept up to 1.43 of
    /// it.
    package static let level: Float = 0.7

    /// How bright a pixel of a divided picture were if what lies there were `factor` times as dense (Beer and Lambert):
    /// glass stays glass, what is darker grows darker with factors above 1. 0...1 in and out.
    package static func brightness(_ brightness: Float, withDensityTimes factor: Float) -> Float {
        min(1, level * pow(max(brightness, 0) / level, factor))
    }

    /// Whether the picture is a bright field with some glass to be seen. Where it is not, the surface is even and as
    /// bright as the brighter parts.
    package var isPlausible: Bool {
        let middle = self(x: Double(width - 1) / 2, y: Double(height - 1) / 2)
        return share >= 0.06 && brighterShare <= 0.2 && middle.max() >= 0.08
    }

    /// Brightness of the glass at a pixel, 0...1 as the picture; may pass 1 where the glass would.
    package func callAsFunction(x: Double, y: Double) -> SIMD3<Float> {
        let value = surface(Terms(x, y, width, height))
        return SIMD3(Float(exp(value.x)), Float(exp(value.y)), Float(exp(value.z)))
    }
}

// MARK: The surface

extension Glass {
    /// 1; u, v; u², uv, v²; u³, u²v, uv², v³; r⁴: where u and v run from -1 to 1 along the longer side.
    private struct Terms {
        static let count = 11
        let values: SIMD16<Double>

        init(_ x: Double, _ y: Double, _ width: Int, _ height: Int) {
            let half = Double(max(1, max(width, height) - 1)) / 2
            let u = (x - Double(width - 1) / 2) / half, v = (y - Double(height - 1) / 2) / half
            let (uu, uv, vv) = (u * u, u * v, v * v)
            values = SIMD16(1, u, v, uu, uv, vv, uu * u, uu * v, u * vv, vv * v, (uu + vv) * (uu + vv), 0, 0, 0, 0, 0)
        }
    }

    /// Weights of the terms.
    private struct Surface: Sendable, Equatable {
        var red: SIMD16<Double>
        var green: SIMD16<Double>
        var blue: SIMD16<Double>

        init(even value: SIMD3<Double>) {
            (red, green, blue) = (.zero, .zero, .zero)
            (red[0], green[0], blue[0]) = (value.x, value.y, value.z)
        }

        func callAsFunction(_ terms: Terms) -> SIMD3<Double> {
            SIMD3((red * terms.values).sum(), (green * terms.values).sum(), (blue * terms.values).sum())
        }
    }
}

// MARK: Finding

extension Glass {
    /// One block of the grid.
    private struct Block {
        let terms: Terms
        /// Logarithms of the mean brightness.
        let value: SIMD3<Double>
        /// Standard deviation of brightness in it, as a share of the mean.
        let roughness: Double

        var lightness: Double { value.sum() / 3 }
    }

    /// - Parameter picture: what is no number counts as 0, what passes 1 as 1.
    package init(_ picture: PictureRows) {
        let (width, height) = (picture.width, picture.height)
        let blocks = Self.blocks(of: picture)
        let flatness = Self.flatness(of: blocks)
        let flat = blocks.filter { $0.roughness <= flatness }
        let (surface, reach) = Self.fitted(flat, from: Self.brightestMode(flat))
        func share(_ condition: (Block) -> Bool) -> Double {
            Double(blocks.count(where: condition)) / Double(blocks.count)
        }
        let glass = Glass(
            width: width, height: height,
            share: share { $0.roughness <= flatness && Self.distance($0, surface) < reach },
            brighterShare: share { ($0.value - surface($0.terms)).min() > 0.1 }, surface: surface)
        self =
            glass.isPlausible
            ? glass
            : Glass(
                width: width, height: height, share: glass.share, brighterShare: glass.brighterShare,
                surface: Self.even(blocks))
    }

    /// Blocks are small against a grain; 144 pixels of a large one stand for it.
    private static func blocks(of picture: PictureRows) -> [Block] {
        let (width, height) = (picture.width, picture.height)
        let side = max(4, min(32, max(width, height) / 96))
        let (columns, rows) = (max(1, width / side), max(1, height / side))
        let step = max(1, side / 12)
        var pixels = [Float](repeating: 0, count: width * 3)
        var blocks: [Block] = []
        blocks.reserveCapacity(columns * rows)
        for row in 0..<rows {
            let ys = row * height / rows..<(row + 1) * height / rows
            var sums = [BlockSum](repeating: BlockSum(), count: columns)
            for y in stride(from: ys.lowerBound, to: ys.upperBound, by: step) {
                pixels.withUnsafeMutableBufferPointer {
                    picture.read(row: y, columns: 0..<width, into: $0.baseAddress!)
                }
                for column in 0..<columns {
                    let xs = column * width / columns..<(column + 1) * width / columns
                    for x in stride(from: xs.lowerBound, to: xs.upperBound, by: step) {
                        sums[column].add(SIMD3(pixels[3 * x], pixels[3 * x + 1], pixels[3 * x + 2]))
                    }
                }
            }
            for (column, sum) in sums.enumerated() {
                let xs = column * width / columns..<(column + 1) * width / columns
                let terms = Terms(
                    Double(xs.lowerBound + xs.upperBound - 1) / 2, Double(ys.lowerBound + ys.upperBound - 1) / 2,
                    width, height)
                blocks.append(sum.block(terms))
            }
        }
        return blocks
    }

    private struct BlockSum {
        private var sum = SIMD3<Float>.zero
        private var brightness: Float = 0
        private var squares: Float = 0
        private var count: Float = 0

        mutating func add(_ pixel: SIMD3<Float>) {
            var value = pixel
            value.replace(with: 0, where: .!(value .> 0))
            value.replace(with: 1, where: value .> 1)
            let grey = value.x + value.y + value.z
            sum += value
            brightness += grey
            squares += grey * grey
            count += 1
        }

        func block(_ terms: Terms) -> Block {
            let darkest: Float = 1 / 1024
            let mean = brightness / count
            let value = sum / count
            return Block(
                terms: terms,
                value: SIMD3(
                    log(Double(max(value.x, darkest))), log(Double(max(value.y, darkest))),
                    log(Double(max(value.z, darkest)))),
                roughness: Double(max(0, squares / count - mean * mean).squareRoot() / max(mean, 3 * darkest)))
        }
    }

    /// The roughness up to which a block is flat: noise is, an edge is not.
    private static func flatness(of blocks: [Block]) -> Double {
        let sorted = blocks.map(\.roughness).sorted()
        return 2 * sorted[sorted.count / 8] + 0.004
    }

    /// Logarithm of the highest of the brightnesses that many blocks have.
    private static func brightestMode(_ blocks: [Block]) -> Double {
        let width = 0.02
        let lowest = -7.0
        var bins = [Int](repeating: 0, count: Int(-lowest / width) + 4)
        for block in blocks {
            let bin = Int((max(lowest, min(0, block.lightness)) - lowest) / width)
            for offset in -2...2 where bins.indices.contains(bin + offset) { bins[bin + offset] += 3 - abs(offset) }
        }
        // From the bright side the first that is frequent enough, and the summit near it: where light falls off towards
        // the corners, the highest one may be far from the brightest glass.
        let enough = max(1, bins.max()! * 3 / 10)
        let first = bins.indices.last { bins[$0] >= enough }!
        let summit = (max(0, first - 3)...first).max { bins[$0] < bins[$1] }!
        return lowest + (Double(summit) + 0.5) * width
    }

    private static func distance(_ block: Block, _ surface: Surface) -> Double {
        let off = block.value - surface(block.terms)
        return max(abs(off.x), abs(off.y), abs(off.z))
    }

    /// - Returns: the surface, and how far from it the glass's own blocks lie at most.
    private static func fitted(_ blocks: [Block], from start: Double) -> (surface: Surface, reach: Double) {
        // As tinted as the blocks that are as bright as the start.
        let near = blocks.filter { abs($0.lightness - start) < 0.05 }
        let tint = near.reduce(SIMD3.zero) { $0 + $1.value - $1.lightness } / Double(max(1, near.count))
        var surface = Surface(even: tint + start)
        var reach = 0.2
        for round in 0..<36 {
            // Slopes first, then curvature, growing from the bright part out, then how the corners fall off.
            let terms = round < 2 ? 1 : round < 4 ? 3 : round < 14 ? 6 : Terms.count
            var system = NormalEquations()
            for block in blocks {
                let share = distance(block, surface) / reach
                guard share < 1 else { continue }
                system.add(block.terms.values, block.value, weight: (1 - share * share) * (1 - share * share))
            }
            guard system.weight > 0 else { break }
            let deviation = system.deviation(from: surface)
            surface = system.solved(terms: terms, prior: 0.0005)
            if round >= 20 { reach = max(0.025, min(reach * 0.85, 6 * deviation + 0.008)) }
        }
        return (surface, reach)
    }

    /// As bright as the brighter tenth of the blocks, everywhere.
    private static func even(_ blocks: [Block]) -> Surface {
        func bright(_ channel: Int) -> Double { blocks.map { $0.value[channel] }.sorted()[blocks.count * 9 / 10] }
        return Surface(even: SIMD3(bright(0), bright(1), bright(2)))
    }

    /// Weighted least squares of the terms' weights, for three channels at once.
    private struct NormalEquations {
        private var matrix = [SIMD16<Double>](repeating: .zero, count: Terms.count)
        private var right = Surface(even: .zero)
        private var squares = 0.0
        private(set) var weight = 0.0

        mutating func add(_ terms: SIMD16<Double>, _ value: SIMD3<Double>, weight: Double) {
            let weighted = weight * terms
            for i in 0..<Terms.count { matrix[i] += weighted[i] * terms }
            right.red += value.x * weighted
            right.green += value.y * weighted
            right.blue += value.z * weighted
            squares += weight * (value * value).sum()
            self.weight += weight
        }

        /// Root mean square of what a surface leaves.
        func deviation(from surface: Surface) -> Double {
            var sum = squares
            for (x, b) in [(surface.red, right.red), (surface.green, right.green), (surface.blue, right.blue)] {
                for i in 0..<Terms.count { sum += x[i] * ((matrix[i] * x).sum() - 2 * b[i]) }
            }
            return (max(0, sum) / (3 * weight)).squareRoot()
        }

        /// - Parameters:
        ///   - terms: how many are fitted; the others stay 0.
        ///   - prior: share of the whole weight with which all but the first are held at 0, so that the surface stays
        ///     level where nothing is known.
        func solved(terms: Int, prior: Double) -> Surface {
            var lower = matrix
            for i in 1..<Terms.count { lower[i][i] += prior * weight }
            // Cholesky's method.
            for i in 0..<terms {
                for j in 0...i {
                    var sum = lower[i][j]
                    for k in 0..<j { sum -= lower[i][k] * lower[j][k] }
                    lower[i][j] = i == j ? max(sum, 1e-12).squareRoot() : sum / lower[j][j]
                }
            }
            func solution(_ right: SIMD16<Double>) -> SIMD16<Double> {
                var x = SIMD16<Double>.zero
                for i in 0..<terms {
                    var sum = right[i]
                    for k in 0..<i { sum -= lower[i][k] * x[k] }
                    x[i] = sum / lower[i][i]
                }
                for i in (0..<terms).reversed() {
                    var sum = x[i]
                    for k in i + 1..<max(terms, i + 1) { sum -= lower[k][i] * x[k] }
                    x[i] = sum / lower[i][i]
                }
                return x
            }
            var surface = Surface(even: .zero)
            surface.red = solution(right.red)
            surface.green = solution(right.green)
            surface.blue = solution(right.blue)
            return surface
        }
    }
}
