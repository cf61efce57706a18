import Kernels
import Testing

@Suite("16-bit numbers")
struct ShortFloatTests {
    static let patterns = (0...65_535).map { UInt16($0) }

    @Test("all 65536 halves become the Float of the same value, and back")
    func halves() {
        let converted = ShortFloat.fp16.floats(Self.patterns)
        let back = ShortFloat.fp16.patterns(converted)
        let wrong = Self.patterns.filter { pattern in
            let value = converted[Int(pattern)]
            let expected = Float(Float16(bitPattern: pattern))
            return expected.isNaN
                ? !value.isNaN || !Float16(bitPattern: back[Int(pattern)]).isNaN
                : value.bitPattern != expected.bitPattern || back[Int(pattern)] != pattern
        }
        #expect(wrong.count == 0, "first: \(wrong.first ?? 0)")
    }

    @Test("all 65536 bfloats are the upper half of a Float, and back")
    func bfloats() {
        let converted = ShortFloat.bf16.floats(Self.patterns)
        let back = ShortFloat.bf16.patterns(converted)
        let wrong = Self.patterns.filter { pattern in
            let value = converted[Int(pattern)]
            return value.bitPattern != UInt32(pattern) << 16 || (!value.isNaN && back[Int(pattern)] != pattern)
        }
        #expect(wrong.count == 0, "first: \(wrong.first ?? 0)")
    }

    @Test("floats round to the nearest half, ties to even")
    func roundsHalves() {
        // Each half, the midpoint to the next one, and the floats beside both.
        let values = Self.patterns.filter { $0 & 0x7FFF <= 0x7C00 }.flatMap { pattern -> [Float] in
            let value = Float(Float16(bitPattern: pattern))
            let next = Float(Float16(bitPattern: pattern &+ 1))
            let middle = next.isFinite ? (value + next) / 2 : 65_520
            return [value, value.nextUp, value.nextDown, middle, middle.nextUp, middle.nextDown]
        }
        let rounded = ShortFloat.fp16.patterns(values)
        for (value, pattern) in zip(values, rounded) where Float16(value).bitPattern != pattern {
            Issue.record("\(value) became \(pattern), not \(Float16(value).bitPattern)")
            break
        }
    }

    @Test("floats round to the nearest bfloat, ties to even, and NaN stays NaN")
    func roundsBfloats() {
        let cases: [(UInt32, UInt16)] = [
            (0x3F80_0000, 0x3F80), (0x3F80_7FFF, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F80_8001, 0x3F81),
            (0x3F81_8000, 0x3F82), (0xBF81_8000, 0xBF82), (0x7F7F_FFFF, 0x7F80), (0x0000_8001, 0x0001),
        ]
        let rounded = ShortFloat.bf16.patterns(cases.map { Float(bitPattern: $0.0) })
        #expect(rounded == cases.map(\.1))
        let nan = ShortFloat.bf16.patterns([Float(bitPattern: 0x7F80_0001), .nan])
        #expect(nan.allSatisfy { $0 & 0x7FFF > 0x7F80 })
    }

    @Test("finite means neither infinite nor NaN")
    func finite() {
        #expect(allFinite([0, -1, .greatestFiniteMagnitude, .leastNonzeroMagnitude]) && allFinite([]))
        for bad in [Float.nan, .infinity, -.infinity, .signalingNaN] { #expect(!allFinite([1, 2, bad, 3])) }
    }
}
