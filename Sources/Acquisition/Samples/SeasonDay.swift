internal import ControlAPI
internal import Sampling

/// A day of a trap, from all slides that bear a part of it.
struct SeasonDay: Sendable {
    struct Part: Sendable {
        enum Content: Sendable {
            /// Why there is no value.
            case missing(String)
            /// - value: of a taxon; of one that was not seen that of no grain.
            case counted(
                examinedShare: Double, taxa: [(key: String, name: String)],
                value: @Sendable (String) -> SampleValue?, doubts: [String])
        }

        let slide: String
        let hours: Double
        let airCubicMetres: Double
        let content: Content
    }

    /// The day on which summer time ends.
    static let longestHours = 25.0
    /// A tape's change takes minutes.
    private static let tolerableGapHours = 0.5

    let date: CalendarDay
    let parts: [Part]
    /// Of all parts.
    let taxa: [(key: String, name: String)]

    init(_ date: CalendarDay, _ parts: [Part]) {
        self.date = date
        self.parts = parts
        var taxa: [(key: String, name: String)] = []
        for case .counted(_, let counted, _, _) in parts.map(\.content) {
            for taxon in counted where !taxa.contains(where: { $0.key == taxon.key }) { taxa.append(taxon) }
        }
        self.taxa = taxa
    }

    func report(year: String) -> SeasonReport.Day {
        var counted: [(part: Part, share: Double, value: @Sendable (String) -> SampleValue?)] = []
        var slides: [String] = [], doubts: [String] = [], reasons: [String] = []
        for part in parts {
            func named(_ text: String) -> String { parts.count > 1 ? "slide \(part.slide): \(text)" : text }
            switch part.content {
            case .missing(let reason): reasons.append(named(reason))
            case .counted(let share, _, let value, let told):
                counted.append((part, share, value))
                slides.append(part.slide)
                doubts += told.map(named)
            }
        }
        let hours = counted.reduce(0) { $0 + $1.part.hours }
        guard !counted.isEmpty else {
            return SeasonReport.Day(
                date: "\(date)", year: year, slides: parts.map(\.slide), hours: 0, airM3: 0, examinedShare: nil,
                values: [],
                missing: reasons.joined(separator: "; "), doubts: [])
        }
        doubts += reasons
        if hours < 23 - Self.tolerableGapHours {
            doubts.append("its value is of \(Arithmetic.text(hours)) h of the day")
        }
        return SeasonReport.Day(
            date: "\(date)", year: year, slides: slides, hours: hours,
            airM3: counted.reduce(0) { $0 + $1.part.airCubicMetres },
            examinedShare: counted.reduce(0) { $0 + $1.part.hours * $1.share } / hours,
            values: taxa.compactMap { taxon in
                let parts = counted.compactMap { part in
                    part.value(taxon.key).map { DayMean.Part(hours: part.part.hours, $0) }
                }
                return DayMean(parts).map {
                    SeasonReport.Value(
                        key: taxon.key, grains: $0.grains, perM3: $0.perM3, lowPerM3: $0.lowPerM3,
                        highPerM3: $0.highPerM3)
                }
            }, missing: nil, doubts: doubts)
    }
}

extension SeasonReport {
    /// - Parameter days: in order, each once.
    init(_ trap: Sample, _ days: [SeasonDay], firstMonth: Int) {
        let years = Dictionary(grouping: days) { SeasonYear(of: $0.date, firstMonth: firstMonth) }
            .sorted { $0.key < $1.key }
        var taxa: [(key: String, name: String)] = []
        for taxon in days.flatMap(\.taxa) where !taxa.contains(where: { $0.key == taxon.key }) { taxa.append(taxon) }
        let reports = years.flatMap { year, days in days.map { (year, $0.date, $0.report(year: year.name)) } }
        let valued = reports.filter { $0.2.missing == nil }
        self.init(
            station: trap.station, trapName: trap.trap.name, timeZone: trap.timeZone, days: reports.map(\.2),
            taxa: taxa.map { key, name in
                Taxon(
                    key: key, species: name,
                    seasons: years.map { year, _ in
                        Season(
                            year: year.name,
                            Sampling.Season(
                                valued.filter { $0.0 == year }.map { _, date, day in
                                    // What a lens or a person knew that day and did not see.
                                    .init(date, day.values.first { $0.key == key }?.perM3 ?? 0)
                                }))
                    })
            },
            years: years.map { year, _ in
                let dates = valued.filter { $0.0 == year }.map(\.1)
                return Year(
                    name: year.name, begins: "\(year.firstDay)", days: dates.count,
                    missingDates: Sampling.Season.missing(dates).map(\.description))
            }, remarks: Self.remarks(reports.map(\.2)))
    }

    private static func remarks(_ days: [Day]) -> [String] {
        let doubtful = days.count { !$0.doubts.isEmpty }
        return doubtful == 0
            ? []
            : [
                "\(doubtful) of \(days.count) days have something to know first: neurallens season --format csv, or "
                    + "neurallens sample values SLIDE"
            ]
    }
}

extension SeasonReport.Season {
    fileprivate init(year: String, _ season: Season) {
        let (peak, main) = (season.peak, season.main)
        self.init(
            year: year, integral: season.integral, peakDate: peak?.date.description, peakPerM3: peak?.perM3,
            begins: main?.first.description, ends: main?.last.description)
    }
}
