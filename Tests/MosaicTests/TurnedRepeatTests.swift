import Mosaic
import Testing

/// A slide that was put back turned shows the same grains in another pattern, and is told.
@Suite struct TurnedRepeatTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    private func field(_ count: Int, _ random: inout Random) -> [TurnedRepeat.Spot] {
        (0..<count).map { _ in
            TurnedRepeat.Spot(
                position: SIMD2(.random(in: 0...230, using: &random), .random(in: 0...184, using: &random)),
                diameter: .random(in: 18...22, using: &random))
        }
    }

    /// As the pixels of a picture of 230 by 184 µm are turned, found again to half a micrometre, three grains lost.
    private func turned(
        _ spots: [TurnedRepeat.Spot], _ map: (SIMD2<Double>) -> SIMD2<Double>, _ random: inout Random
    ) -> [TurnedRepeat.Spot] {
        spots.dropLast(3).map { spot in
            let noise = SIMD2(Double.random(in: -0.5...0.5, using: &random), .random(in: -0.5...0.5, using: &random))
            return TurnedRepeat.Spot(position: map(spot.position) + noise, diameter: spot.diameter * 1.03)
        }
    }

    @Test func everyTurnIsFound() throws {
        var random = Random(state: 1)
        let (c, s) = (0.9986295, 0.0523360)  // of 3°
        let maps: [(Double, Bool, (SIMD2<Double>) -> SIMD2<Double>)] = [
            (90, false, { SIMD2(184 - $0.y, $0.x) }), (-180, false, { SIMD2(230 - $0.x, 184 - $0.y) }),
            (-90, false, { SIMD2($0.y, 230 - $0.x) }), (0, true, { SIMD2(230 - $0.x, $0.y) }),
            (-180, true, { SIMD2($0.x, 184 - $0.y) }), (3, false, { SIMD2(c * $0.x - s * $0.y, s * $0.x + c * $0.y) }),
            (0, false, { $0 + SIMD2(17, -9) }),
        ]
        for (degrees, isMirrored, map) in maps {
            let first = field(11, &random)
            let fields = [field(11, &random), first, field(11, &random), turned(first, map, &random)]
            let found = TurnedRepeat.find(fields) { _, _ in false }
            let repeated = try #require(found.first, "\(degrees)°")
            #expect(found.count == 1 && repeated.earlier == 1 && repeated.later == 3)
            #expect(repeated.isMirrored == isMirrored && repeated.grains == 8, "\(degrees)°")
            let apart = abs(repeated.degrees - degrees).truncatingRemainder(dividingBy: 360)
            #expect(min(apart, 360 - apart) < 2, "\(repeated.degrees) for \(degrees)")
            // What placing knows already is not told again.
            #expect(TurnedRepeat.find(fields) { $0 == 1 && $1 == 3 }.isEmpty)
        }
    }

    @Test func chanceIsNoRepeat() {
        var random = Random(state: 7)
        for count in [3, 8, 15, 60] {
            let fields = (0..<20).map { _ in field(count, &random) }
            #expect(TurnedRepeat.find(fields) { _, _ in false }.isEmpty, "\(count) grains a field")
        }
    }
}
