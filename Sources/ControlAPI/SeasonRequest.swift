/// Which season is asked for; what is nil is not narrowed down.
package struct SeasonRequest: Sendable, Equatable {
    /// Of the trap; may be left out where there is one.
    package var station: String?
    /// Tells traps of a station apart; may be left out where it has one.
    package var trapName: String?
    /// First and last day, as 2026-03-01.
    package var from: String?
    package var to: String?
    /// With which years begin, 1...12: another than January where seasons span the turn of the year.
    package var firstMonth: Int

    package init(
        station: String? = nil, trapName: String? = nil, from: String? = nil, to: String? = nil, firstMonth: Int = 1
    ) {
        self.station = station
        self.trapName = trapName
        self.from = from
        self.to = to
        self.firstMonth = firstMonth
    }
}
