internal import Foundation

/// How often intervals hold the truth, on simulated slides whose truth is known.
package struct IntervalCoverage: Sendable {
    /// Slides of one kind.
    package struct Setting: Sendable, Equatable {
        package var fields: Int
        package var grainsPerField: Double
        /// The k of the negative binomial distribution; nil for grains that lie at random.
        package var k: Double?
        /// Areas between this and 1 of the whole field, as overlapping neighbours leave them.
        package var smallestArea = 1.0

        package init(fields: Int, grainsPerField: Double, k: Double?, smallestArea: Double = 1) {
            self.fields = fields
            self.grainsPerField = grainsPerField
            self.k = k
            self.smallestArea = smallestArea
        }

        /// 10, 25 and 60 fields of 0.5 to 30 grains, at random and clumped as pollen slides are.
        package static let usual: [Setting] = [nil, 5, 2, 1].flatMap { k in
            [10, 25, 60].flatMap { fields in
                [0.5, 2, 8, 30].map { Setting(fields: fields, grainsPerField: $0, k: k) }
            }
        }

        /// Outside of what is claimed: few fields, and clumps stronger than k = 1.
        package static let unusual: [Setting] =
            [nil, 2, 1].flatMap { k in
                [2, 3, 5].flatMap { fields in [2, 8, 30].map { Setting(fields: fields, grainsPerField: $0, k: k) } }
            }
            + [0.5, 0.2].flatMap { k in
                [10, 25, 60].flatMap { fields in [2, 30].map { Setting(fields: fields, grainsPerField: $0, k: k) } }
            }
    }

    package let setting: Setting
    package let slides: Int
    /// Shares of the slides whose interval lies below and above the truth.
    package let below: Double
    package let above: Double
    /// Mean of width over true density.
    package let meanRelativeWidth: Double

    /// Share of the slides whose interval holds the truth.
    package var coverage: Double { 1 - below - above }

    /// The density of a slide.
    package init(_ setting: Setting, slides: Int, seed: UInt64) {
        var random = RandomCounts(seed: seed)
        self.init(setting, slides: slides) {
            let found = Self.slide(setting, &random)
            let truth = setting.grainsPerField
            return (found.lowPerCm2 / truth, found.highPerCm2 / truth)
        }
    }

    private init(_ setting: Setting, slides: Int, _ interval: () -> (low: Double, high: Double)) {
        precondition(slides > 0)
        var below = 0, above = 0, width = 0.0
        for _ in 0..<slides {
            let (low, high) = interval()
            if high < 1 { below += 1 }
            if low > 1 { above += 1 }
            width += high - low
        }
        self.setting = setting
        self.slides = slides
        self.below = Double(below) / Double(slides)
        self.above = Double(above) / Double(slides)
        meanRelativeWidth = width / Double(slides)
    }

    /// Share of pairs of slides of equal density that are called different at p < 0.05.
    package static func falsePositiveRate(_ first: Setting, _ second: Setting, pairs: Int, seed: UInt64) -> Double {
        var random = RandomCounts(seed: seed)
        let found = (0..<pairs).count { _ in
            DensityRatio(slide(first, &random), slide(second, &random)).pValue < 0.05
        }
        return Double(found) / Double(pairs)
    }

    /// Share of slides that reach a precision with as many fields as `fieldsNeeded` asked for after those of the
    /// setting.
    package static func precisionReached(
        _ setting: Setting, relativePrecision: Double, slides: Int, seed: UInt64
    ) throws(StatisticsError) -> Double {
        var random = RandomCounts(seed: seed), reached = 0, asked = 0
        for _ in 0..<slides {
            let counts = self.counts(setting, &random)
            let needed = try DensityEstimate(counts).fieldsNeeded(relativePrecision: relativePrecision)
            guard case .more(let more) = needed else { continue }
            asked += 1
            var rest = setting
            rest.fields = more
            let all = try DensityEstimate(counts + self.counts(rest, &random))
            if let precision = all.relativePrecision, precision <= relativePrecision { reached += 1 }
        }
        return Double(reached) / Double(asked)
    }

    /// Whole fields of 1 cm².
    private static func counts(_ setting: Setting, _ random: inout RandomCounts) -> [FieldCount] {
        (0..<setting.fields).map { _ in
            let area = setting.smallestArea + (1 - setting.smallestArea) * random.uniform()
            let grains = random.count(mean: setting.grainsPerField * area, clumping: setting.k.map { 1 / $0 } ?? 0)
            return FieldCount(grains: grains, areaUm2: area * DensityEstimate.um2PerCm2)
        }
    }

    private static func slide(_ setting: Setting, _ random: inout RandomCounts) -> DensityEstimate {
        do {
            return try DensityEstimate(counts(setting, &random))
        } catch {
            preconditionFailure("a setting needs fields with an area: \(error)")
        }
    }
}
