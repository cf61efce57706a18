package import ControlAPI
internal import Grains
internal import Imaging
internal import Lens
internal import Sampling
internal import SlideStore

/// Slides and captures in lists.
extension SlideBook {
    package func slides() async throws(Problem) -> [ControlAPI.SlideSummary] {
        let (summaries, runs) = try await asProblems { () throws(StoreError) in
            let summaries = try await store.slides()
            var runs: [Run.ID: Run] = [:]
            for run in summaries.compactMap(\.run) { runs[run] = try await store.run(run) }
            return (summaries, runs)
        }
        return summaries.map { wire($0, run: $0.run.flatMap { runs[$0] }) }
    }

    package func slide(_ name: String) async throws(Problem) -> ControlAPI.SlideSummary {
        let (summary, run) = try await asProblems { () throws(StoreError) in
            let slide = try await store.slide(named: name).id
            return (try await store.summary(ofSlide: slide), try await store.runInForce(ofSlide: slide))
        }
        return wire(summary, run: run)
    }

    func wire(_ summary: StoredSlide, run: Run?) -> ControlAPI.SlideSummary {
        let unidentified = summary.counts.first { $0.species == Grain.unidentified }?.grains ?? 0
        let isCounted = run != nil || summary.captures.isEmpty
        return ControlAPI.SlideSummary(
            name: summary.slide.name, note: summary.slide.note.isEmpty ? nil : summary.slide.note,
            createdAt: Microscope.iso8601(summary.slide.createdAt), captures: summary.captures.values.reduce(0, +),
            grains: isCounted ? summary.totalGrains - unidentified : nil, unidentified: isCounted ? unidentified : nil,
            sampledVolumeM3: summary.slide.sampledVolumeCubicMetres,
            depositAreaMm2: summary.slide.depositAreaSquareMillimetres, run: run.map { RunReference($0) },
            sampleDate: summary.sample.flatMap { try? KeptSample($0) }?.sample.part.date.description,
            pictures: ControlAPI.PicturePlace(rawValue: summary.pictures.rawValue) ?? .here)
    }

    /// Counts in the order of the lens, zeros included, then species that only an earlier lens knew.
    func wire(_ counts: [StoredCount]) -> (species: [ControlAPI.SpeciesCount], unidentified: Int) {
        var byKey = Dictionary(uniqueKeysWithValues: counts.map { ($0.species, $0.grains) })
        let unidentified = byKey.removeValue(forKey: Grain.unidentified) ?? 0
        var species: [ControlAPI.SpeciesCount] = []
        if case .ready(let lens) = lens.state {
            species = lens.manifest.species.map {
                ControlAPI.SpeciesCount(species: $0.name, key: $0.key, grains: byKey.removeValue(forKey: $0.key) ?? 0)
            }
        }
        species += byKey.sorted { $0.key < $1.key }.map {
            ControlAPI.SpeciesCount(species: name(ofSpecies: $0.key), key: $0.key, grains: $0.value)
        }
        return (species, unidentified)
    }

    package func captures(ofSlide name: String) async throws(Problem) -> [CaptureReport] {
        let (captures, counts) = try await asProblems { () throws(StoreError) in
            let slide = try await store.slide(named: name).id
            return (try await store.captures(ofSlide: slide), try await store.countsByCapture(ofSlide: slide))
        }
        return captures.map { wire($0, counts: counts[$0.id] ?? []) }
    }

    func report(capture id: Int64) async throws(Problem) -> CaptureReport {
        let (capture, counts) = try await asProblems { () throws(StoreError) in
            try await persistently(for: .seconds(2)) { () throws(StoreError) in
                (try await store.capture(id), try await store.counts(ofCapture: id))
            }
        }
        return wire(capture, counts: counts)
    }

    private func wire(_ capture: Capture, counts: [StoredCount]) -> CaptureReport {
        let (species, unidentified) = wire(counts)
        return CaptureReport(
            capture, timings: timings[capture.id], counts: capture.state == .done ? species : [],
            unidentified: unidentified)
    }

    func problem(_ capture: Capture) -> Problem? { capture.failure.map { Problem($0) } }

    package func image(ofCapture id: Int64, kind: ImageKind) async throws(Problem) -> [UInt8] {
        let pictures = try await asProblems { () throws(StoreError) in
            try await CapturePictures(ofCapture: id, in: store, for: kind.rawValue)
        }
        let png = try await drawn { (_) throws(Problem) in
            do throws(ImagingError) {
                return try pictures.png(kind.rawValue)
            } catch {
                throw Problem(.storeFailed, error.message, hint: error.hint)
            }
        }
        if let png { return png }
        let all = try await asProblems { () throws(StoreError) in try await CapturePictures(ofCapture: id, in: store) }
        let kinds = try await drawn { (_) throws(Problem) in (try? all.kinds()) ?? [] }
        throw Problem(
            .imageNotFound, "capture \(id) has no picture \"\(kind.rawValue)\"",
            hint: "it has: \(kinds.joined(separator: ", "))")
    }
}
