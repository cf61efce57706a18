import Quantities
import Testing

@Suite struct SaturatingTests {
    @Test func whatFitsIsCutTowardsZero() {
        #expect(Int(saturating: 2.7) == 2)
        #expect(Int(saturating: -2.7) == -2)
        #expect(Int(saturating: Float(41.999)) == 41)
        #expect(UInt8(saturating: 255.9) == 255)
        // The largest number below 2^63, and 2^63 itself.
        #expect(Int64(saturating: 9_223_372_036_854_774_784.0) == 9_223_372_036_854_774_784)
    }

    @Test func whatDoesNotFitIsTheNearestEnd() {
        #expect(Int64(saturating: 9_223_372_036_854_775_808.0) == .max)
        #expect(Int(saturating: 1e308) == .max)
        #expect(Int(saturating: -Double.infinity) == .min)
        #expect(Int32(saturating: Float.infinity) == .max)
        #expect(UInt8(saturating: -0.5) == 0)
        #expect(UInt8(saturating: -1e30) == 0)
        #expect(UInt16(saturating: 70_000.0) == .max)
    }

    @Test func whatIsNotANumberIsNothing() {
        #expect(Int(saturating: Double.nan) == 0)
        #expect(UInt32(saturating: Float.nan) == 0)
        #expect(Int(saturating: Double.leastNonzeroMagnitude) == 0)
    }
}
