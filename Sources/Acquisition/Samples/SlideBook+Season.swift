package import ControlAPI
internal import Sampling
internal import SlideStore

/// Daily values of a trap, one slide after the other.
extension SlideBook {
    /// On which summer time ends.
    private static let longestDayHours = 25.0

    /// - Parameters:
    ///   - station: of the trap; may be left out where there is one.
    ///   - trapName: tells traps of a station apart; may be left out where it has one.
    ///   - first, last: days of the calendar, as 2026-06-12; all where nil.
    package func season(
        station: String?, trapName: String?, from first: String?, to last: String?
    ) async throws(Problem) -> SeasonReport {
        let span = try (day(first), day(last))
        if let from = span.0, let to = span.1, to < from {
            throw Problem(
                .invalidSample, "the season ends on \(to), before it begins on \(from)", hint: "swap the two days")
        }
        let (trap, slides) = try await slides(station: station, trapName: trapName)
        var days: [SeasonReport.Day] = [], names: [(key: String, name: String)] = []
        for (name, kept) in slides {
            let date = kept.sample.part.date
            guard span.0.map({ $0 <= date }) ?? true, span.1.map({ date <= $0 }) ?? true else { continue }
            let (day, taxa) = try await day(ofSlide: name, date, kept)
            days.append(day)
            for taxon in taxa where !names.contains(where: { $0.key == taxon.key }) { names.append(taxon) }
        }
        return SeasonReport(
            station: trap.station, trapName: trap.trap.name, timeZone: trap.timeZone, days: days,
            taxa: names.map { SeasonReport.Taxon($0.key, $0.name, days) },
            missingDates: Season.missing(days.filter { $0.missing == nil }.compactMap { CalendarDay($0.date) })
                .map(\.description), remarks: Self.remarks(days))
    }

    private func day(_ text: String?) throws(Problem) -> CalendarDay? {
        guard let text else { return nil }
        guard let day = CalendarDay(text) else {
            throw Problem(.invalidSample, "\"\(text)\" is no day", hint: "give it as 2026-06-12")
        }
        return day
    }

    /// One of the samples, and all slides of its trap by the days of their values.
    private func slides(
        station: String?, trapName: String?
    ) async throws(Problem) -> (Sample, [(name: String, kept: KeptSample)]) {
        var found: [(name: String, kept: KeptSample)] = []
        for (slide, stored) in try await asProblems({ () throws(StoreError) in try await store.samples() }) {
            found.append((slide, try KeptSample(stored)))
        }
        func isAsked(_ name: String, _ asked: String?) -> Bool {
            asked.map { $0.lowercased() == name.lowercased() } ?? true
        }
        found = found.filter { isAsked($0.kept.sample.station, station) && isAsked($0.kept.sample.trap.name, trapName) }
        guard let first = found.first?.kept.sample else {
            throw Problem(
                .sampleNotFound,
                station.map { "no slide has a sample of the station \"\($0)\"" } ?? "no slide has a sample",
                hint: "state what slides bear with neurallens sample set")
        }
        for (word, name) in [
            ("stations", \Sample.station), ("traps of the station \"\(first.station)\"", \Sample.trap.name),
        ] {
            let all = Set(found.map { $0.kept.sample[keyPath: name] }).sorted()
            guard all.count <= 1 || Set(all.map { $0.lowercased() }).count <= 1 else {
                throw Problem(
                    .sampleRefused,
                    "there are \(all.count) \(word): \(all.map { "\"\($0)\"" }.joined(separator: ", "))",
                    hint: "a season is one trap's: say which, by --station and --trap-name")
            }
        }
        return (first, found.sorted { ($0.kept.sample.part.date, $0.name) < ($1.kept.sample.part.date, $1.name) })
    }

    /// A day that nothing is counted of says why.
    private func day(
        ofSlide name: String, _ date: CalendarDay, _ kept: KeptSample
    ) async throws(Problem) -> (SeasonReport.Day, taxa: [(key: String, name: String)]) {
        func without(_ reason: String) -> (SeasonReport.Day, taxa: [(key: String, name: String)]) {
            (
                SeasonReport.Day(
                    date: "\(date)", slide: name, examinedShare: nil, values: [], missing: reason, doubts: []), []
            )
        }
        let hours = kept.sample.part.hours
        guard hours <= Self.longestDayHours else {
            return without("it bears \(Arithmetic.text(hours)) h of tape, and not one day")
        }
        guard kept.plan != nil else { return without("how it is examined is not said") }
        let evidence = try await evidence(ofSlide: name)
        guard evidence.run != nil else { return without("no lens has looked at it") }
        guard let values = try await values(evidence) else { return without("no planned field is counted") }
        return (
            SeasonReport.Day(
                date: "\(date)", slide: name, examinedShare: values.examinedShare,
                values: values.taxa.map {
                    .init(
                        key: $0.key, grains: $0.day.grains, perM3: $0.day.perM3, lowPerM3: $0.day.lowPerM3,
                        highPerM3: $0.day.highPerM3)
                }, missing: nil, doubts: values.doubts), values.taxa.map { ($0.key, $0.species) }
        )
    }

    private static func remarks(_ days: [SeasonReport.Day]) -> [String] {
        var remarks: [String] = []
        let twice = Dictionary(grouping: days.filter { $0.missing == nil }, by: \.date).filter { $0.value.count > 1 }
        for (date, slides) in twice.sorted(by: { $0.key < $1.key }) {
            remarks.append(
                "\(date) has \(slides.count) slides (\(slides.map(\.slide).joined(separator: ", "))); "
                    + "the first of them is the day's value")
        }
        let doubtful = days.count { !$0.doubts.isEmpty }
        if doubtful > 0 {
            remarks.append(
                "\(doubtful) of \(days.count) days have something to know first: neurallens sample values SLIDE")
        }
        return remarks
    }
}

extension SeasonReport.Taxon {
    fileprivate init(_ key: String, _ species: String, _ days: [SeasonReport.Day]) {
        let season = Season(
            days.compactMap { day in
                guard day.missing == nil, let date = CalendarDay(day.date) else { return nil }
                // What a lens or a person knew that day and did not see.
                return Season.Day(date, day.values.first { $0.key == key }?.perM3 ?? 0)
            })
        let (peak, main) = (season.peak, season.main)
        self.init(
            key: key, species: species, integral: season.integral, peakDate: peak?.date.description,
            peakPerM3: peak?.perM3, begins: main?.first.description, ends: main?.last.description)
    }
}
