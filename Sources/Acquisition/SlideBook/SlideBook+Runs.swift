package import ControlAPI
internal import Grains
internal import Lens
internal import SlideStore

/// Runs of a slide, and what they differ in.
extension SlideBook {
    package func runs(ofSlide name: String) async throws(Problem) -> [RunReport] {
        let runs = try await asProblems { () throws(StoreError) in
            try await store.runs(ofSlide: try await store.slide(named: name).id)
        }
        var reports: [RunReport] = []
        for run in runs {
            let counts = try await asProblems { () throws(StoreError) in try await store.counts(ofRun: run.id) }
            let byKey = Dictionary(uniqueKeysWithValues: counts.map { ($0.species, $0.grains) })
            let settings = CountingSettings(stored: run.settings)
            reports.append(
                RunReport(
                    id: run.id, lens: run.lens.name, lensDigest: run.lens.sha256,
                    settings: RunSettings(
                        minimumConfidence: settings.minimumConfidence,
                        minimumAreaUm2: settings.minimumAreaSquareMicrometres,
                        border: RunSettings.Border(rawValue: settings.borderRule.rawValue)),
                    startedAt: Microscope.iso8601(run.begunAt), capturesDone: run.done,
                    capturesTotal: run.done + run.failed + run.missing, isInForce: run.isInForce,
                    counts: names(of: counts, run: run).map {
                        ControlAPI.SpeciesCount(species: $0.name, key: $0.key, grains: byKey[$0.key] ?? 0)
                    },
                    unidentified: byKey[Grain.unidentified] ?? 0))
        }
        return reports
    }

    package func difference(ofSlide name: String, run: Int64, to other: Int64) async throws(Problem) -> RunDifference {
        let (slide, runs) = try await asProblems { () throws(StoreError) in
            let slide = try await store.slide(named: name)
            return (slide, try await store.runs(ofSlide: slide.id))
        }
        func known(_ id: Int64) throws(Problem) -> Run {
            guard let run = runs.first(where: { $0.id == id }) else {
                throw Problem(
                    .runNotFound, "the slide \"\(slide.name)\" has no run \(id)",
                    hint: "`neurallens slide runs NAME` lists its runs")
            }
            return run
        }
        let (first, second) = (try known(run), try known(other))
        let one = try await grains(ofRun: first.id), two = try await grains(ofRun: second.id)
        let comparison = await computed { RunComparison(one, two) }
        var names = species(ofLens: first.lens.sha256).map { ($0.key, $0.name) }
        for other in species(ofLens: second.lens.sha256) where !names.contains(where: { $0.0 == other.key }) {
            names.append((other.key, other.name))
        }
        names += comparison.species.filter { key in key != Grain.unidentified && !names.contains { $0.0 == key } }
            .map { ($0, self.name(ofSpecies: $0)) }
        names.append((Grain.unidentified, Grain.unidentified))
        return RunDifference(
            slide: slide.name, first: RunReference(first), second: RunReference(second),
            species: names.map { key, name in comparison.difference(of: key, name: name) })
    }
}
