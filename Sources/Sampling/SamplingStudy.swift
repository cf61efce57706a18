internal import Foundation
internal import Quantities
internal import Randomness

/// How often the intervals of daily values hold the truth, on simulated days whose truth is known.
package struct SamplingStudy: Sendable {
    /// One taxon of a day: what lies on the tape, and what was made of the fields examined.
    package struct Day: Sendable {
        package let taxon: String
        package let truePerM3: Double
        package let value: SampleValue
        /// Of transverse bands: two-hourly values, and how many of them hold the truth.
        package let slots: Int
        package let slotsHeld: Int

        package var isHeld: Bool { value.lowPerM3 <= truePerM3 && truePerM3 <= value.highPerM3 }
        package var relativeError: Double { abs(value.perM3 - truePerM3) / truePerM3 }
    }

    package let plan: SamplingPlan
    package let part: SamplePart
    package let days: [Day]

    /// Two species that are counted and what is foreign to the lens: all are clumped, and all have their values.
    package static let taxa = ["first species", "second species", "foreign grains"]

    /// A calendar day in UTC on a Burkard trap.
    package static let part: SamplePart = {
        do {
            let begins = try CivilClock("UTC").instant("2026-06-12T00:00Z")
            return try Sample(
                station: "simulated", trap: Trap(model: .burkard), begins: begins,
                ends: begins.addingTimeInterval(86_400), timeZone: "UTC"
            ).part
        } catch { preconditionFailure("\(error)") }
    }()

    /// - Parameters:
    ///   - days: of 5 to 1000 grains per m³, evenly on a logarithmic scale, and one to three grains a clump.
    ///   - seed: equal seeds give equal days, whatever the plan.
    package init(_ plan: SamplingPlan, days: Int, seed: UInt64) {
        let part = Self.part
        let places = FieldPlaces(plan, part)
        self.plan = plan
        self.part = part
        self.days = (0..<days).flatMap { day in
            var random = SplitMix64(seed: SplitMix64.mixed(seed) &+ UInt64(day))
            return Self.taxa.map { taxon in
                let mean = 5 * pow(200, random.uniform())
                let clump = 1 + 2 * random.uniform()
                let grains = SimulatedDay(perM3: mean, grainsAClump: clump, on: part, &random).grains
                guard let values = TaxonValues(places.examined(grains), plan: plan, part: part) else {
                    preconditionFailure("a plan has fields")
                }
                let count = values.slots.count
                var held = 0
                for (number, slot) in values.slots.enumerated() {
                    let from = Double(number) * part.lengthMillimetres / Double(count)
                    let to = Double(number + 1) * part.lengthMillimetres / Double(count)
                    let truth =
                        Double(grains.count { $0.x >= from && $0.x < to }) / part.airCubicMetres * Double(count)
                    if let value = slot.value, value.lowPerM3 <= truth + 1e-9, truth <= value.highPerM3 + 1e-9 {
                        held += 1
                    }
                }
                return Day(
                    taxon: taxon, truePerM3: Double(grains.count) / part.airCubicMetres, value: values.day,
                    slots: count, slotsHeld: held)
            }
        }
    }

    package var coverage: Double { Double(days.count { $0.isHeld }) / Double(days.count) }

    package var slotCoverage: Double? {
        let slots = days.reduce(0) { $0 + $1.slots }
        return slots > 0 ? Double(days.reduce(0) { $0 + $1.slotsHeld }) / Double(slots) : nil
    }

    /// Of the values, over the truth.
    package var meanRelativeError: Double { days.reduce(0) { $0 + $1.relativeError } / Double(days.count) }

    /// Of the values: mean of half the interval over the truth.
    package var meanHalfWidth: Double {
        days.reduce(0) { $0 + ($1.value.highPerM3 - $1.value.lowPerM3) / 2 / $1.truePerM3 } / Double(days.count)
    }

    package var share: Double { days.reduce(0) { $0 + $1.value.share } / Double(days.count) }
}

/// The fields of a plan by where they lie.
private struct FieldPlaces: Sendable {
    private let fields: [PlannedField]
    private let area: Double
    private let along: Double
    private let across: Double
    private let columns: Int
    private let rows: Int
    /// Fields whose centre lies in a square of the size of a field.
    private let buckets: [[Int]]

    init(_ plan: SamplingPlan, _ part: SamplePart) {
        fields = plan.fields(on: part)
        area = plan.plannedShare(on: part) * part.depositSquareMillimetres / Double(fields.count)
        along = plan.fieldAlongMicrometres / 1000
        across = plan.fieldAcrossMicrometres / 1000
        columns = Int(saturating: part.lengthMillimetres / along) + 1
        rows = Int(saturating: part.widthMillimetres / across) + 1
        var buckets = [[Int]](repeating: [], count: columns * rows)
        for (index, field) in fields.enumerated() {
            let column = Int(saturating: field.alongMillimetres / along)
            let row = Int(saturating: field.acrossMillimetres / across)
            buckets[column * rows + row].append(index)
        }
        self.buckets = buckets
    }

    /// Each grain that a field shows, once.
    func examined(_ grains: [SIMD2<Double>]) -> [ExaminedField] {
        var counts = [Int](repeating: 0, count: fields.count)
        for grain in grains {
            let column = Int(saturating: grain.x / along), row = Int(saturating: grain.y / across)
            search: for c in max(0, column - 1)...min(columns - 1, column + 1) {
                for r in max(0, row - 1)...min(rows - 1, row + 1) {
                    for index in buckets[c * rows + r]
                    where abs(fields[index].alongMillimetres - grain.x) <= along / 2
                        && abs(fields[index].acrossMillimetres - grain.y) <= across / 2
                    {
                        counts[index] += 1
                        break search
                    }
                }
            }
        }
        return zip(fields, counts).map { field, grains in
            ExaminedField(
                band: field.band, alongMillimetres: field.alongMillimetres, acrossMillimetres: field.acrossMillimetres,
                grains: grains, areaSquareMillimetres: area)
        }
    }
}
