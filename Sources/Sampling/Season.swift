/// The daily values of one taxon over a season, and what a season is told by.
///
/// Terms of Galán et al. 2017, *Recommended terminology for aerobiological studies*, Aerobiologia 33, 293-295: the seasonal
/// integral is the sum of the daily means, in pollen x day / m³.
package struct Season: Sendable, Equatable {
    /// Mean of a day in grains per m³.
    package struct Day: Sendable, Equatable {
        package let date: CalendarDay
        package let perM3: Double

        package init(_ date: CalendarDay, _ perM3: Double) {
            self.date = date
            self.perM3 = perM3
        }
    }

    /// In order, each once. Days without a value are not among them, and are no zeros.
    package let days: [Day]

    /// - Parameter days: in any order, each once.
    package init(_ days: [Day]) { self.days = days.sorted { $0.date < $1.date } }

    /// Sum of the values: missing days add nothing.
    package var integral: Double { days.reduce(0) { $0 + $1.perM3 } }

    /// The day with the highest value, of equal ones the first; nil without grains.
    package var peak: Day? {
        days.filter { $0.perM3 > 0 }.max { ($0.perM3, $1.date) < ($1.perM3, $0.date) }
    }

    /// First and last day of the main season by the 95 % rule: those on which the sum since the first day reaches 2.5 % and
    /// 97.5 % of the integral (Andersen 1991, *A model to predict the beginning of the pollen season*, Grana 30, 269-275). Nil
    /// without grains.
    package var main: (first: CalendarDay, last: CalendarDay)? {
        let sums = cumulative
        guard let whole = sums.last, whole > 0, let first = sums.firstIndex(where: { $0 >= 0.025 * whole }),
            let last = sums.firstIndex(where: { $0 >= 0.975 * whole })
        else { return nil }
        return (days[first].date, days[last].date)
    }

    /// Sum since the first day, a value a day.
    package var cumulative: [Double] {
        var sum = 0.0
        return days.map { day in
            sum += day.perM3
            return sum
        }
    }

    /// Days between the first and the last of all that have no value.
    package static func missing(_ known: [CalendarDay]) -> [CalendarDay] {
        let days = Set(known)
        guard let first = days.min(), let last = days.max() else { return [] }
        return (first.daysSinceEpoch...last.daysSinceEpoch).map(CalendarDay.init(sinceEpoch:))
            .filter { !days.contains($0) }
    }
}
