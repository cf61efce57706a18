import Sampling
import Testing

/// Arithmetic against figures worked by hand from the published conversions.
@Suite struct TaxonValuesTests {
    private let part = SamplingStudy.part

    private func plan(_ method: SamplingMethod, bands: Int? = nil, fields: Int? = nil, side: Double) throws
        -> SamplingPlan
    {
        try SamplingPlan(
            method, of: part, fieldAlongMicrometres: side, fieldAcrossMicrometres: side, wantedShare: 0.01,
            bands: bands,
            fields: fields)
    }

    /// Each band wholly examined: all of its area, the grains spread over its fields one by one.
    private func bands(_ counts: [Int], _ plan: SamplingPlan) -> [ExaminedField] {
        let fields = plan.fields(on: part)
        let area = plan.plannedShare(on: part) * part.depositSquareMillimetres / Double(fields.count)
        return Dictionary(grouping: fields) { $0.band ?? 1 }.sorted { $0.key < $1.key }.flatMap { band, fields in
            fields.enumerated().map { place, field in
                let all = counts[band - 1], before = all * place / fields.count
                return ExaminedField(
                    band: field.band, alongMillimetres: field.alongMillimetres,
                    acrossMillimetres: field.acrossMillimetres, grains: all * (place + 1) / fields.count - before,
                    areaSquareMillimetres: area)
            }
        }
    }

    /// The factor of the Spanish network: 14 mm / (4 x 0.45 mm) / 14.4 m³ = 0.540 (Galán et al., *Spanish Aerobiology Network
    /// (REA): management and quality manual*, 2007).
    @Test func fourLongitudinalBands() throws {
        let plan = try plan(.longitudinal, bands: 4, side: 450)
        let values = try #require(TaxonValues(bands([50, 40, 60, 50], plan), plan: plan, part: part))
        #expect(abs(values.day.perM3 - 200 * 0.540_123) < 0.01)
        #expect(values.day.grains == 200 && abs(values.day.share - 4 * 0.45 / 14) < 1e-9)
        #expect(values.slots.isEmpty)
        let steps = plan.arithmetic(
            on: part, of: try Trap(model: .burkard),
            examinedSquareMillimetres: values.day.examinedSquareMillimetres)
        #expect(steps.map(\.words).first == "air sampled" && steps[0].working == "10 l/min x 24 h x 60 / 1000")
        #expect(abs(steps[0].value - 14.4) < 1e-9 && steps[2].working == "48 mm x 14 mm" && steps[2].value == 672)
        #expect(abs(steps[5].value - 0.540_123) < 1e-6 && steps[5].working == "672 mm² / 86.4 mm² / 14.4 m³")
    }

    /// Twelve transverse bands of 0.5 mm: 48 / (12 x 0.5) / 14.4 = 0.5556 a grain; two hours of which one band stands for, 4 / 0.5
    /// / 1.2 = 6.667 a grain.
    @Test func twelveTransverseBands() throws {
        let plan = try plan(.transverse, bands: 12, side: 500)
        let counts = [0, 1, 2, 5, 12, 30, 41, 28, 10, 4, 2, 1]
        let values = try #require(TaxonValues(bands(counts, plan), plan: plan, part: part))
        #expect(abs(values.day.perM3 - 136 * 0.555_556) < 1e-3)
        #expect(values.slots.count == 12)
        for (slot, count) in zip(values.slots, counts) {
            #expect(slot.value?.grains == count)
            #expect(abs(slot.value!.perM3 - Double(count) * 6.666_667) < 1e-3)
            #expect(slot.value!.lowPerM3 <= slot.value!.perM3 && slot.value!.perM3 <= slot.value!.highPerM3)
        }
        #expect(part.text(values.slots[6].begins) == "2026-06-12T12:00:00Z")
        // The mean of the two-hourly values is the day's.
        let mean = values.slots.reduce(0) { $0 + $1.value!.perM3 } / 12
        #expect(abs(mean - values.day.perM3) < 1e-9)
    }

    /// 500 random fields of 0.4 mm: 672 / 80 / 14.4 = 0.5833 a grain. Of counts that vary as those of a random scatter the
    /// interval is the score interval of a Poisson count of 100, (100 - µ)² = 1.965² (1 - 0.119) µ.
    @Test func randomFields() throws {
        let plan = try plan(.random, fields: 500, side: 400)
        let fields = plan.fields(on: part).enumerated().map { number, field in
            ExaminedField(
                band: nil, alongMillimetres: field.alongMillimetres, acrossMillimetres: field.acrossMillimetres,
                grains: number % 5 == 0 ? 1 : 0, areaSquareMillimetres: 0.16)
        }
        let value = try #require(TaxonValues(fields, plan: plan, part: part)).day
        #expect(abs(value.perM3 - 58.3333) < 1e-3)
        #expect(value.dispersion == 1)
        #expect(abs(value.lowPerM3 - 48.54) < 0.05 && abs(value.highPerM3 - 70.11) < 0.05)
    }

    /// What is examined wholly has no sampling error.
    @Test func theWholeDeposit() throws {
        let plan = try plan(.whole, side: 2000)
        let values = try #require(
            TaxonValues(
                plan.fields(on: part).map {
                    ExaminedField(
                        band: nil, alongMillimetres: $0.alongMillimetres, acrossMillimetres: $0.acrossMillimetres,
                        grains: 3, areaSquareMillimetres: 4)
                }, plan: plan, part: part))
        #expect(values.day.share == 1 && values.day.grains == 504)
        #expect(values.day.perM3 == 35 && values.day.lowPerM3 == 35 && values.day.highPerM3 == 35)
    }

    /// None seen: the upper end is 3.84 grains of the area examined, less what was examined.
    @Test func noGrain() throws {
        let plan = try plan(.longitudinal, bands: 4, side: 450)
        let values = try #require(TaxonValues(bands([0, 0, 0, 0], plan), plan: plan, part: part))
        #expect(values.day.perM3 == 0 && values.day.lowPerM3 == 0 && values.day.isDispersionAssumed)
        #expect(abs(values.day.highPerM3 - 3.8415 * (1 - 1.8 / 14) * 0.540_123) < 1e-3)
    }

    @Test func clumpsWidenTheInterval() throws {
        let plan = try plan(.random, fields: 500, side: 400)
        func width(_ clump: Int) throws -> Double {
            let fields = plan.fields(on: part).enumerated().map { number, field in
                ExaminedField(
                    band: nil, alongMillimetres: field.alongMillimetres, acrossMillimetres: field.acrossMillimetres,
                    grains: number % (5 * clump) == 0 ? clump : 0, areaSquareMillimetres: 0.16)
            }
            let day = try #require(TaxonValues(fields, plan: plan, part: part)).day
            #expect(day.grains == 100)
            return day.highPerM3 - day.lowPerM3
        }
        #expect(try width(4) > 1.8 * width(1))
    }

    @Test func nothingExaminedIsNoValue() throws {
        let plan = try plan(.random, fields: 500, side: 400)
        #expect(TaxonValues([], plan: plan, part: part) == nil)
    }

    /// Intervals of all methods hold the truth on 93 to 97 % of days.
    @Test(arguments: [SamplingMethod.longitudinal, .transverse, .random])
    func intervalsHoldTheTruth(_ method: SamplingMethod) throws {
        let plan = try SamplingPlan(
            method, of: part, fieldAlongMicrometres: 230, fieldAcrossMicrometres: 184)
        let study = SamplingStudy(plan, days: 200, seed: 1)
        #expect((0.93...0.97).contains(study.coverage), "\(study.coverage)")
        #expect(study.share > 0.1 && study.share < 0.12)
    }
}
