import Foundation
import Statistics
import Testing

/// Expected values are scipy's; `Fixtures/oracle.py` prints them.
struct DensityTests {
    /// Fields of 1 cm², so that densities are grains per field.
    static func estimate(_ grains: [Int], areas: [Double]? = nil) throws -> DensityEstimate {
        let areas = areas ?? [Double](repeating: 1, count: grains.count)
        return try DensityEstimate(zip(grains, areas).map { FieldCount(grains: $0, areaUm2: $1 * 1e8) })
    }

    static let clumped = [3, 0, 7, 1, 12, 4, 2, 0, 9, 5, 6, 1]
    static let random = [4, 6, 5, 3, 7, 5, 4, 6, 5, 5]
    static let sparse = [0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    static let uneven = [3, 0, 7, 1, 12, 4, 2, 0, 9, 5, 6, 1, 8, 20, 3]
    static let unevenAreas = [1, 0.4, 1, 0.7, 0.85, 1, 0.3, 0.2, 1, 0.85, 0.5, 1, 1, 0.9, 0.7]

    @Test func oneFieldHasExactPoissonLimitsAndSaysSo() throws {
        for (grains, low, high) in [
            (1, 0.025317807984289876, 5.571643390938898), (5, 1.6234863901184207, 11.66833207932267),
            (20, 12.216519585403944, 30.8883779026746), (1000, 938.9730184076952, 1063.952136016302),
        ] {
            let found = try Self.estimate([grains])
            #expect(abs(found.lowPerCm2 - low) < 1e-9 * low)
            #expect(abs(found.highPerCm2 - high) < 1e-9 * high)
            #expect(found.method == .oneField && found.dispersion == nil)
        }
    }

    @Test func noGrainsHaveTheExactUpperLimit() throws {
        let found = try Self.estimate([0, 0, 0, 0], areas: [1, 1, 0.5, 0.5])
        #expect(found.densityPerCm2 == 0 && found.lowPerCm2 == 0)
        #expect(abs(found.highPerCm2 - 3.6888794541139354 / 3) < 1e-9)
        #expect(found.method == .noGrains && found.dispersion == nil && found.relativePrecision == nil)
    }

    @Test(
        arguments: [
            (clumped, nil, 4.166666666666667, 2.250053696450924, 8.500493660965272, 3.44),
            (random, nil, 5, 3.7390762309775942, 6.5168025833182845, 0.2666666666666667),
            ([10, 20], nil, 15, 3.1460010625875325, 243.92644689073524, 3.3333333333333335),
            (sparse, nil, 0.2, 0.04903309162923143, 0.7624495967990581, 1.3684210526315788),
            (uneven, unevenAreas, 7.105263157894738, 4.282789544965064, 11.301597796541076, 3.8941023322909394),
        ] as [([Int], [Double]?, Double, Double, Double, Double)])
    func theIntervalIsThatOfTheProfileLikelihood(
        _ grains: [Int], _ areas: [Double]?, _ density: Double, _ low: Double, _ high: Double, _ dispersion: Double
    ) throws {
        let found = try Self.estimate(grains, areas: areas)
        #expect(abs(found.densityPerCm2 - density) < 1e-9)
        #expect(abs(found.lowPerCm2 / low - 1) < 1e-5)
        #expect(abs(found.highPerCm2 / high - 1) < 1e-5)
        #expect(abs(try #require(found.dispersion) - dispersion) < 1e-9)
        #expect(found.method == (grains.count < 10 ? .fewFields : .negativeBinomial))
    }

    @Test func clumpingWidensTheIntervalAndMoreFieldsNarrowIt() throws {
        let even = try Self.estimate([5, 4, 6, 5, 5, 4, 6, 5, 4, 6, 5, 5])
        let clumped = try Self.estimate([0, 0, 20, 1, 0, 14, 0, 0, 22, 0, 3, 0])
        #expect(even.grains == clumped.grains)
        #expect(clumped.highPerCm2 - clumped.lowPerCm2 > 2 * (even.highPerCm2 - even.lowPerCm2))
        let twice = try Self.estimate(Self.clumped + Self.clumped), once = try Self.estimate(Self.clumped)
        #expect(twice.highPerCm2 < once.highPerCm2 && twice.lowPerCm2 > once.lowPerCm2)
    }

    @Test func densityScalesWithAreaAndRepeatedFieldsAreLeftOut() throws {
        let cm2 = try Self.estimate(Self.clumped)
        let small = try DensityEstimate(
            Self.clumped.map { FieldCount(grains: $0, areaUm2: 42_471.9) } + [FieldCount(grains: 0, areaUm2: 0)])
        #expect(small.fields == 12 && small.grains == 50)
        #expect(abs(small.areaCm2 - 12 * 42_471.9e-8) < 1e-12)
        for (a, b) in [
            (small.densityPerCm2, cm2.densityPerCm2), (small.lowPerCm2, cm2.lowPerCm2),
            (small.highPerCm2, cm2.highPerCm2),
        ] {
            #expect(abs(a * 42_471.9e-8 / b - 1) < 1e-6)
        }
        #expect(abs(try #require(small.dispersion) - 3.44) < 1e-9)
    }

    @Test func impossibleFieldsAreRefused() {
        func code(_ fields: [FieldCount]) -> StatisticsError.Code? {
            do {
                _ = try DensityEstimate(fields)
                return nil
            } catch {
                #expect(!error.message.isEmpty && !error.hint.isEmpty)
                return error.code
            }
        }
        #expect(code([]) == .noFields)
        #expect(code([FieldCount(grains: 0, areaUm2: 0)]) == .noFields)
        #expect(code([FieldCount(grains: 1, areaUm2: 0)]) == .badField)
        #expect(code([FieldCount(grains: -1, areaUm2: 1)]) == .badField)
        #expect(code([FieldCount(grains: 1, areaUm2: -1)]) == .badField)
        #expect(code([FieldCount(grains: 1, areaUm2: .nan)]) == .badField)
    }

    @Test func extremesHaveFiniteIntervals() throws {
        for grains in [[0, 1], [1, 0, 0], [0, 5000], [3000, 3000], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 900]] {
            let found = try Self.estimate(grains)
            #expect(found.lowPerCm2 > 0 && found.lowPerCm2 < found.densityPerCm2)
            #expect(found.highPerCm2 > found.densityPerCm2 && found.highPerCm2.isFinite)
        }
    }

    @Test func concentrationScalesTheDensity() throws {
        let slide = try Self.estimate(Self.clumped)
        // A Burkard day: 48 mm x 14 mm of tape, 14.4 m³.
        let air = try slide.concentration(depositAreaCm2: 6.72, airVolumeM3: 14.4)
        #expect(abs(air.perM3 - 50 / 12.0 * 6.72 / 14.4) < 1e-9)
        #expect(abs(air.lowPerM3 / slide.lowPerCm2 - 6.72 / 14.4) < 1e-9)
        #expect(abs(air.highPerM3 / slide.highPerCm2 - 6.72 / 14.4) < 1e-9)
        for bad in [0, -1, Double.nan, .infinity] {
            let volume = #expect(throws: StatisticsError.self) {
                _ = try slide.concentration(depositAreaCm2: 1, airVolumeM3: bad)
            }
            #expect(volume?.code == .badVolume)
            let area = #expect(throws: StatisticsError.self) {
                _ = try slide.concentration(depositAreaCm2: bad, airVolumeM3: 1)
            }
            #expect(area?.code == .badDepositArea)
        }
    }

    /// By SciPy 1.17, `scipy.stats.t.ppf(0.975, n)`. From a thousand on the quantile comes from an expansion.
    @Test(arguments: [
        (1, 12.706_204_736_174_7), (999, 1.962_341_461_133_449_3), (1000, 1.962_339_080_826_408_3),
        (1001, 1.962_336_705_280_879_8), (5001, 1.960_438_456_789_474),
    ])
    func quantilesOfStudentsT(n: Int, t: Double) { #expect(abs(Numerics.t975(degreesOfFreedom: n) - t) < 1e-11) }

    /// The most that may be asked for, of the least that was seen: bounded work, and an answer.
    @Test func theFinestPrecisionIsAnsweredAndAFinerOneRefusedWithTheRange() throws {
        let fields = [0, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 3]
        let estimate = try Self.estimate(fields)
        guard case .more(let coarse) = try estimate.fieldsNeeded(relativePrecision: 0.01),
            case .more(let fine) = try estimate.fieldsNeeded(relativePrecision: 0.001)
        else {
            Issue.record("no forecast")
            return
        }
        // A tenth of the interval takes a hundred times the fields.
        #expect(abs(Double(fine) / Double(coarse) / 100 - 1) < 0.01)
        for silly in [1e-5, 0.0009, 0, 1, .nan, -.infinity] {
            do throws(StatisticsError) {
                _ = try estimate.fieldsNeeded(relativePrecision: silly)
                Issue.record("\(silly) was taken")
            } catch {
                #expect(error.code == .badPrecision && error.hint == "give 0.001 to 0.999")
            }
        }
    }

    @Test func fieldsNeededSayWhyWhereTheyCannotBeSaid() throws {
        #expect(try Self.estimate([7]).fieldsNeeded(relativePrecision: 0.1) == .tooFewFields)
        #expect(try Self.estimate([0, 0]).fieldsNeeded(relativePrecision: 0.1) == .noGrains)
        #expect(try Self.estimate([20_000]).fieldsNeeded(relativePrecision: 0.1) == .more(0))
        #expect(try Self.estimate(Self.random).fieldsNeeded(relativePrecision: 0.9) == .more(0))
        for bad in [0, 1, -0.1, Double.nan] {
            let error = #expect(throws: StatisticsError.self) {
                _ = try Self.estimate(Self.random).fieldsNeeded(relativePrecision: bad)
            }
            #expect(error?.code == .badPrecision)
        }
        // At random, 1.96² / 0.1² grains: 384, of which 50 are there, at 5 a field.
        guard case .more(let more) = try Self.estimate(Self.random).fieldsNeeded(relativePrecision: 0.1) else {
            Issue.record("no number of fields")
            return
        }
        #expect(abs(more - 67) <= 1)
    }
}
