/// A year of seasons: from January, or where seasons span the turn of the year from another month on.
package struct SeasonYear: Sendable, Hashable, Comparable {
    /// Of its first day.
    package let year: Int
    /// 1...12.
    package let firstMonth: Int

    /// That a day lies in.
    package init(of day: CalendarDay, firstMonth: Int = 1) {
        self.firstMonth = firstMonth
        year = day.month >= firstMonth ? day.year : day.year - 1
    }

    /// `2026`; `2026/27` where it begins later than in January.
    package var name: String {
        let next = (year + 1) % 100
        return firstMonth == 1 ? "\(year)" : "\(year)/\(next < 10 ? "0" : "")\(next)"
    }

    package var firstDay: CalendarDay { CalendarDay(firstOf: firstMonth, year) }

    package static func < (one: SeasonYear, other: SeasonYear) -> Bool {
        (one.year, one.firstMonth) < (other.year, other.firstMonth)
    }
}
