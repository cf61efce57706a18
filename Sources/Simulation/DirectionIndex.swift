import Foundation

/// Finds which of many points on the unit sphere lie near a direction.
struct DirectionIndex: Sendable {
    let points: [Vector]
    private var cells: [[Int32]]
    private static let side = 24

    /// - Parameter reach: chord length on the unit sphere within which a point must be found.
    init(_ points: [Vector], reach: Float) {
        self.points = points
        let side = Self.side
        cells = Array(repeating: [], count: side * side * side)
        for (index, point) in points.enumerated() {
            let low = Self.cell(point - reach)
            let high = Self.cell(point + reach)
            for z in low.z...high.z {
                for y in low.y...high.y {
                    for x in low.x...high.x { cells[Int((z * Int32(side) + y) * Int32(side) + x)].append(Int32(index)) }
                }
            }
        }
    }

    private static func cell(_ p: Vector) -> SIMD3<Int32> {
        let scaled = ((p + 1) * (Float(side) / 2))
            .clamped(lowerBound: .zero, upperBound: Vector(repeating: Float(side - 1)))
        return SIMD3(Int32(scaled.x), Int32(scaled.y), Int32(scaled.z))
    }

    func near(_ direction: Vector) -> [Int32] {
        let c = Self.cell(direction)
        let side = Int32(Self.side)
        return cells[Int((c.z * side + c.y) * side + c.x)]
    }

    /// Nearly even points: a Fibonacci spiral with jitter given as a share of the spacing.
    static func fibonacci(count: Int, jitter: Float, _ random: inout RandomStream) -> [Vector] {
        let spacing = (4 * Float.pi / Float(count)).squareRoot()
        let golden = Float.pi * (3 - Float(5).squareRoot())
        return (0..<count).map { i in
            let z = 1 - 2 * (Float(i) + 0.5) / Float(count)
            let ring = (1 - z * z).squareRoot()
            let angle = golden * Float(i)
            let point = Vector(ring * cos(angle), ring * sin(angle), z)
            return (point + random.direction() * spacing * jitter * random.uniform()).unit
        }
    }
}
