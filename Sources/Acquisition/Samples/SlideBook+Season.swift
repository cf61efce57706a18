package import ControlAPI
internal import Export
internal import Sampling
internal import SlideStore

/// Daily values of a trap, day after day.
extension SlideBook {
    package func season(_ request: SeasonRequest) async throws(Problem) -> SeasonReport {
        let span = try (day(request.from), day(request.to))
        if let from = span.0, let to = span.1, to < from {
            throw Problem(
                .invalidSample, "the season ends on \(to), before it begins on \(from)", hint: "swap the two days")
        }
        guard (1...12).contains(request.firstMonth) else {
            throw Problem(
                .invalidSample, "no year begins with month \(request.firstMonth)", hint: "give 1 for January to 12")
        }
        let (trap, slides) = try await slides(station: request.station, trapName: request.trapName)
        let asked = slides.filter { slide in
            let date = slide.kept.sample.part.date
            return (span.0.map { $0 <= date } ?? true) && (span.1.map { date <= $0 } ?? true)
        }
        var days: [SeasonDay] = []
        for (date, slides) in Dictionary(grouping: asked, by: \.kept.sample.part.date).sorted(by: { $0.key < $1.key }) {
            days.append(SeasonDay(date, try await parts(slides)))
        }
        return await computed { [days] in SeasonReport(trap, days, firstMonth: request.firstMonth) }
    }

    package func season(_ request: SeasonRequest, as format: SeasonFormat) async throws(Problem) -> [UInt8] {
        let season = try await season(request)
        let colours = Dictionary(knownSpecies.map { ($0.key, $0.colour) }) { first, _ in first }
        return await computed {
            let page = SeasonPage(season, colours: colours, program: "NeuralLens \(Microscope.version)")
            let text: String =
                switch format {
                case .csv: season.csv
                case .aeRobiology: season.aeRobiologyTable
                case .report: page.html
                case .picture: page.picture
                }
            return Array(text.utf8)
        }
    }

    /// Stations and traps of all samples.
    package func traps() async throws(Problem) -> [TrapSummary] {
        // Traps are the same whatever the case of their names.
        let traps = Dictionary(grouping: try await samples().map(\.kept.sample)) {
            [$0.station.lowercased(), $0.trap.name.lowercased()]
        }
        return traps.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { _, samples in
            let days = samples.map(\.part.date)
            return TrapSummary(
                station: samples[0].station, trapName: samples[0].trap.name, slides: samples.count,
                first: days.min()?.description ?? "", last: days.max()?.description ?? "")
        }
    }

    private func day(_ text: String?) throws(Problem) -> CalendarDay? {
        guard let text else { return nil }
        guard let day = CalendarDay(text) else {
            throw Problem(.invalidSample, "\"\(text)\" is no day", hint: "give it as 2026-06-12")
        }
        return day
    }

    private func samples() async throws(Problem) -> [(name: String, kept: KeptSample)] {
        var found: [(name: String, kept: KeptSample)] = []
        for (slide, stored) in try await asProblems({ () throws(StoreError) in try await store.samples() }) {
            found.append((slide, try KeptSample(stored)))
        }
        return found
    }

    /// One of the samples, and all slides of its trap in the order of their exposure.
    private func slides(
        station: String?, trapName: String?
    ) async throws(Problem) -> (Sample, [(name: String, kept: KeptSample)]) {
        func isAsked(_ name: String, _ asked: String?) -> Bool {
            asked.map { $0.lowercased() == name.lowercased() } ?? true
        }
        let found = try await samples().filter {
            isAsked($0.kept.sample.station, station) && isAsked($0.kept.sample.trap.name, trapName)
        }
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
        return (first, found.sorted { ($0.kept.sample.part.begins, $0.name) < ($1.kept.sample.part.begins, $1.name) })
    }

    /// What each of a day's slides gives, or why it gives nothing.
    private func parts(_ slides: [(name: String, kept: KeptSample)]) async throws(Problem) -> [SeasonDay.Part] {
        var parts: [SeasonDay.Part] = []
        for (name, kept) in slides {
            let (hours, air) = (kept.sample.part.hours, kept.sample.part.airCubicMetres)
            func without(_ reason: String) -> SeasonDay.Part {
                SeasonDay.Part(slide: name, hours: hours, airCubicMetres: air, content: .missing(reason))
            }
            guard hours <= SeasonDay.longestHours else {
                parts.append(without("it bears \(Arithmetic.text(hours)) h of tape, and not one day"))
                continue
            }
            guard kept.plan != nil else {
                parts.append(without("how it is examined is not said"))
                continue
            }
            let evidence = try await evidence(ofSlide: name)
            guard evidence.run != nil else {
                parts.append(without("no lens has looked at it"))
                continue
            }
            guard let values = try await values(evidence) else {
                parts.append(without("no planned field is counted"))
                continue
            }
            parts.append(
                SeasonDay.Part(
                    slide: name, hours: hours, airCubicMetres: air,
                    content: .counted(
                        examinedShare: values.examinedShare, taxa: values.taxa.map { ($0.key, $0.species) },
                        value: { evidence.values($0)?.day }, doubts: values.doubts)))
        }
        return parts
    }
}
