import Statistics
import Testing

/// Expected values are scipy's; `Fixtures/oracle.py` prints them.
struct RatioTests {
    @Test func theRatioIsThatOfTheSummedDeviances() throws {
        let clumped = try DensityTests.estimate(DensityTests.clumped)
        let random = try DensityTests.estimate(DensityTests.random)
        let found = DensityRatio(clumped, random)
        #expect(abs(try #require(found.ratio) - 50 / 12.0 / 5) < 1e-9)
        #expect(abs(found.low / 0.4269404482989703 - 1) < 1e-4)
        #expect(abs(try #require(found.high) / 1.7711701262844732 - 1) < 1e-4)
        #expect(abs(found.pValue - 0.5897666677107597) < 1e-4)
        // Turned round, the same said the other way.
        let back = DensityRatio(random, clumped)
        #expect(abs(back.low * (try #require(found.high)) - 1) < 1e-4)
        #expect(abs(back.pValue - found.pValue) < 1e-6)
    }

    @Test func slidesOfUnequalAreasCompare() throws {
        let sparse = try DensityTests.estimate(DensityTests.sparse)
        let uneven = try DensityTests.estimate(DensityTests.uneven, areas: DensityTests.unevenAreas)
        let found = DensityRatio(sparse, uneven)
        #expect(abs(found.low / 0.006719468841183296 - 1) < 1e-3)
        #expect(abs(try #require(found.high) / 0.1189788305478231 - 1) < 1e-3)
        #expect(abs(found.pValue / 1.0156961493837257e-05 - 1) < 1e-2)
    }

    @Test func slidesWithoutGrains() throws {
        let none = try DensityTests.estimate([0, 0, 0, 0, 0])
        let few = try DensityTests.estimate([1, 0, 0, 0, 0])
        let many = try DensityTests.estimate([9, 12, 7, 10, 14])
        let neither = DensityRatio(none, none)
        #expect(neither.ratio == nil && neither.low == 0 && neither.high == nil && neither.pValue == 1)
        let first = DensityRatio(none, many)
        #expect(first.ratio == 0 && first.low == 0 && first.pValue < 1e-3)
        #expect(try #require(first.high) > 0.04 && first.high! < 0.4)
        let second = DensityRatio(many, none)
        #expect(second.ratio == nil && second.high == nil)
        #expect(abs(second.low * first.high! - 1) < 1e-3)
        #expect(DensityRatio(few, none).pValue > 0.2)
        #expect(DensityRatio(few, none).low > 0)
    }
}
