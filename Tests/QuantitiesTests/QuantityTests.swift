import Quantities
import Testing

@Suite struct QuantityTests {
    /// Every kind that Quantity+Kinds names.
    static let kinds: [Quantity] = [
        .scale, .pixelPitch, .magnification, .binning, .stageMicrometerDivision, .stagePosition, .slidePosition,
        .pictureSide, .pixelPlace, .sampledVolume, .depositArea, .grainArea, .confidence, .precision, .tileSide,
        .mapChannel, .lensParts, .testTolerance, .captures, .captureInterval, .planCaptures, .planInterval, .planGrains,
        .frameRate, .exposure,
    ]

    @Test(arguments: kinds) func whatNoMeasurementGivesIsRefusedWithTheRange(_ kind: Quantity) {
        for value in [
            Double.nan, .infinity, -.infinity, 1e308, -1e308, 1e20, kind.range.upperBound.nextUp,
            kind.range.lowerBound.nextDown,
        ] {
            #expect(!kind.holds(value))
            #expect(kind.possible(value) == nil)
            let fault = kind.fault(value)
            #expect(fault?.detail.contains(kind.name) == true)
            #expect(fault?.hint == "give \(kind.rangeText)")
        }
        #expect(!kind.holds(Int.max) && !kind.holds(Int.min))
        for value in [kind.range.lowerBound, kind.range.upperBound] {
            #expect(kind.fault(value) == nil)
            #expect(kind.possible(value) == value)
        }
    }

    @Test func aValueThatWasNotGivenHasNoFault() {
        #expect(Quantity.scale.fault(nil as Double?) == nil)
        #expect(Quantity.captures.fault(nil as Int?) == nil)
    }

    @Test func refusalsAreReadAsAPersonWritesThem() {
        #expect(
            Quantity.scale.fault(1e300)
                == Quantity.Fault(
                    detail: "the scale is 1e+300 nm per pixel, which cannot be", hint: "give 1 to 100000 nm per pixel"))
        #expect(
            Quantity.captures.fault(0)?.description == "the number of captures is 0, which cannot be; give 1 to 86400")
        #expect(
            Quantity.scale.fault(0.0, name: "nm_per_pixel")?.detail
                == "the nm_per_pixel is 0 nm per pixel, which cannot be")
        #expect(Quantity.precision.fault(1e-5)?.hint == "give 0.001 to 0.999")
    }

    @Test func theNearestPossibleValue() {
        #expect(Quantity.planInterval.nearest(1e300) == 604_800)
        #expect(Quantity.planInterval.nearest(-.infinity) == 0.5)
        #expect(Quantity.planInterval.nearest(.nan) == 0.5)
        #expect(Quantity.planInterval.nearest(30) == 30)
    }
}
