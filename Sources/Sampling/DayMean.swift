/// The mean of a day whose tape lies on several slides, as on the one on which the tape is changed: each part weighs as much as
/// the hours that it was exposed.
package struct DayMean: Sendable, Equatable {
    /// What one slide says of its hours.
    package struct Part: Sendable {
        let hours: Double
        let grains: Int
        let perM3: Double
        let lowPerM3: Double
        let highPerM3: Double

        /// - Parameter hours: more than none.
        package init(hours: Double, grains: Int, perM3: Double, lowPerM3: Double, highPerM3: Double) {
            self.hours = hours
            self.grains = grains
            self.perM3 = perM3
            self.lowPerM3 = lowPerM3
            self.highPerM3 = highPerM3
        }

        package init(hours: Double, _ value: SampleValue) {
            self.init(
                hours: hours, grains: value.grains, perM3: value.perM3, lowPerM3: value.lowPerM3,
                highPerM3: value.highPerM3)
        }
    }

    package let hours: Double
    package let grains: Int
    /// In grains per m³.
    package let perM3: Double
    /// 95 % interval.
    package let lowPerM3: Double
    package let highPerM3: Double

    /// The parts are counted independently, and their intervals are not symmetric: the distances of each limit from its value add
    /// up by squares (Zou & Donner 2008, *Construction of confidence limits about effect measures: a general approach*, Statist.
    /// Med. 27, 1693-1702). One part is itself.
    /// - Parameter parts: of one taxon; nil of none.
    package init?(_ parts: [Part]) {
        let hours = parts.reduce(0) { $0 + $1.hours }
        guard hours > 0 else { return nil }
        self.hours = hours
        grains = parts.reduce(0) { $0 + $1.grains }
        let mean = parts.reduce(0) { $0 + $1.hours / hours * $1.perM3 }
        func distance(_ limit: (Part) -> Double) -> Double {
            parts.reduce(0) { sum, part in
                let distance = part.hours / hours * (part.perM3 - limit(part))
                return sum + distance * distance
            }.squareRoot()
        }
        perM3 = mean
        lowPerM3 = max(0, mean - distance(\.lowPerM3))
        highPerM3 = mean + distance(\.highPerM3)
    }
}
