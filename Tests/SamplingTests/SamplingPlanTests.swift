import Foundation
import Sampling
import Testing

@Suite struct SamplingPlanTests {
    private let part = SamplingStudy.part

    private func plan(
        _ method: SamplingMethod, share: Double = 0.1, bands: Int? = nil, at: [Double]? = nil, fields: Int? = nil,
        seed: UInt32 = 1, along: Double = 230, across: Double = 184
    ) throws -> SamplingPlan {
        try SamplingPlan(
            method, of: part, fieldAlongMicrometres: along, fieldAcrossMicrometres: across, wantedShare: share,
            bands: bands, bandsMillimetres: at, fields: fields, seed: seed)
    }

    private func faults(_ plan: SamplingPlan) -> [String] { plan.faults(on: part) }

    /// A tenth of 14 mm is 1.4 mm: 7.6 bands of 0.184 mm. A tenth of 48 mm is 4.8 mm: 20.9 of 0.23 mm, and 24 are the next
    /// that lie evenly on twelve times two hours. A tenth of 672 mm² is 1588 times 0.04232 mm².
    @Test func asManyAsTheShareTakes() throws {
        #expect(try plan(.longitudinal).bandsMillimetres.count == 8)
        #expect(try plan(.transverse).bandsMillimetres.count == 24)
        #expect(try plan(.random).fields == 1588)
        #expect(try plan(.whole).plannedShare(on: part) == 1)
        // Never fewer than the standard has, however large the fields.
        #expect(try plan(.longitudinal, along: 600, across: 600).bandsMillimetres.count == 3)
        #expect(try plan(.transverse, along: 600, across: 600).bandsMillimetres.count == 12)
        #expect(try plan(.random, along: 600, across: 600).fields == 500)
        for method in SamplingMethod.allCases { #expect(faults(try plan(method)).isEmpty) }
    }

    @Test func bandsLieEvenly() throws {
        let three = try plan(.longitudinal, bands: 3, across: 500)
        #expect(three.bandsMillimetres.map { ($0 * 1000).rounded() } == [2333, 7000, 11_667])
        let fields = three.fields(on: part)
        // 48 mm of fields of 0.23 mm: 209 of them, from end to end.
        #expect(fields.count == 627 && fields.count == three.count(on: part))
        #expect(fields.map(\.number) == Array(1...627))
        #expect(fields[0].band == 1 && fields[0].alongMillimetres == 0.115 && fields[0].acrossMillimetres == 2.333)
        #expect(fields[208].alongMillimetres == 47.885)
        // There, and back on the next band.
        #expect(fields[209].band == 2 && fields[209].alongMillimetres == 47.885)
        let twelve = try plan(.transverse, bands: 12, along: 500)
        #expect(twelve.bandsMillimetres == (0..<12).map { 2 + 4 * Double($0) })
    }

    @Test func noGapAndNothingOutside() throws {
        for method in [SamplingMethod.longitudinal, .transverse, .whole, .random] {
            let plan = try plan(method, share: 0.1, along: 731, across: 517)
            let fields = plan.fields(on: part)
            #expect(fields.count == plan.count(on: part))
            for field in fields {
                #expect(field.alongMillimetres >= 0.365 && field.alongMillimetres <= 47.635)
                #expect(field.acrossMillimetres >= 0.258 && field.acrossMillimetres <= 13.742)
            }
            if let band = fields.first?.band {
                let places = fields.filter { $0.band == band }
                    .map { method == .longitudinal ? $0.alongMillimetres : $0.acrossMillimetres }.sorted()
                let side = method == .longitudinal ? 0.731 : 0.517
                for (one, next) in zip(places, places.dropFirst()) { #expect(next - one <= side + 0.0015) }
            }
        }
    }

    @Test func randomFieldsNeverOverlapAndAreReproducible() throws {
        let plan = try plan(.random, seed: 7)
        let fields = plan.fields(on: part)
        #expect(fields == plan.fields(on: part))
        #expect(try self.plan(.random, seed: 8).fields(on: part) != fields)
        var places: Set<SIMD2<Int>> = []
        for field in fields {
            let cell = SIMD2(
                Int((field.alongMillimetres / 0.23).rounded(.down)),
                Int((field.acrossMillimetres / 0.184).rounded(.down)))
            #expect(places.insert(cell).inserted)
        }
        for (index, one) in fields.enumerated() {
            for other in fields[..<index] {
                #expect(
                    abs(one.alongMillimetres - other.alongMillimetres) >= 0.229
                        || abs(one.acrossMillimetres - other.acrossMillimetres) >= 0.183)
            }
        }
        // All over the deposit: each quarter of the day has about a quarter of them.
        for quarter in 0..<4 {
            let inside = fields.count { Int($0.alongMillimetres / 12) == quarter }
            #expect((300...500).contains(inside))
        }
    }

    @Test func faultsAreTold() throws {
        #expect(
            faults(try plan(.longitudinal, bands: 2, across: 1000))
                == ["2 longitudinal bands are too few: EN 16868 asks for 3 or more"])
        #expect(
            faults(try plan(.longitudinal, bands: 3)) == [
                "the plan covers 3.9 % of the deposit, and 10.0 % were to be examined"
            ])
        #expect(
            faults(try plan(.longitudinal, share: 0.03, bands: 3)) == [
                "EN 16868 asks for 10 % of the deposit, and the plan covers 3.9 %"
            ])
        #expect(
            faults(try plan(.random, fields: 100, along: 1000, across: 1000))
                == ["100 random fields are too few: EN 16868 asks for 500 or more"])
        #expect(
            faults(try plan(.longitudinal, at: [3, 3.1, 7], across: 600)).first
                == "the bands at 3 and 3.1 mm overlap: they are 0.6 mm wide")
        // What was planned for another part of the tape may lie outside of this one.
        let plan = try plan(.transverse, at: (0..<12).map { 2 + 4 * Double($0) }, along: 500)
        let clock = try CivilClock("UTC")
        let short = try Sample(
            station: "s", trap: Trap(model: .burkard), begins: clock.instant("2026-06-12T00:00"),
            ends: clock.instant("2026-06-12T22:30"), timeZone: "UTC"
        ).part
        #expect(plan.faults(on: short).contains("the band at 46 mm is outside of the deposit of 45 mm"))
    }

    @Test func impossiblePlansAreRefused() {
        let outside = #expect(throws: SamplingError.self) { try plan(.longitudinal, at: [3, 13.95]) }
        #expect(outside?.message == "the band at 13.95 mm is outside of the deposit, which is 14 mm wide")
        #expect(outside?.hint == "give 0.092 to 13.91 mm, the middle of each band")
        #expect(throws: SamplingError.self) { try plan(.transverse, at: [-1]) }
        #expect(throws: SamplingError.self) { try plan(.longitudinal, bands: 0) }
        #expect(throws: SamplingError.self) { try plan(.random, fields: 20_000) }
        #expect(throws: SamplingError.self) { try plan(.random, share: 0) }
        #expect(throws: SamplingError.self) { try plan(.random, along: 0) }
        #expect(throws: SamplingError.self) { try plan(.random, along: .nan) }
        #expect(throws: SamplingError.self) { try plan(.longitudinal, across: 20_000) }
        #expect(throws: SamplingError.self) { try plan(.whole, along: 10, across: 10) }
    }

    /// A day of 23 hours has its twelve bands too, and each stands for 1 h 55 min.
    @Test func bandsOfAShortDay() throws {
        let clock = try CivilClock("Europe/Berlin")
        let short = try Sample(
            station: "s", trap: Trap(model: .burkard), begins: clock.instant("2026-03-23T09:00"),
            ends: clock.instant("2026-03-30T09:00"), timeZone: "Europe/Berlin", day: CalendarDay("2026-03-29")
        ).part
        let plan = try SamplingPlan(
            .transverse, of: short, fieldAlongMicrometres: 500, fieldAcrossMicrometres: 400)
        #expect(plan.bandsMillimetres.count == 12 && plan.faults(on: short).isEmpty)
        #expect(abs(plan.bandsMillimetres[11] - 46.0 * 23 / 24) < 1e-9)
    }
}
