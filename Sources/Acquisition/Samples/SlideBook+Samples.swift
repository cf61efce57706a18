package import ControlAPI
internal import Sampling
internal import SlideStore

/// What slides bear of traps' tapes, where they are examined, and what comes of it.
extension SlideBook {
    package func sample(ofSlide name: String) async throws(Problem) -> SampleReport {
        let (slide, stored) = try await storedSample(ofSlide: name)
        return SampleReport(slide: slide.name, try KeptSample(stored), stored)
    }

    package func samplePlan(ofSlide name: String) async throws(Problem) -> SamplePlanReport {
        let (slide, progress) = try await progress(ofSlide: name)
        return await computed { SamplePlanReport(slide: slide.name, progress) }
    }

    package func plannedFields(ofSlide name: String) async throws(Problem) -> [SamplePlanReport.Field] {
        let (_, progress) = try await progress(ofSlide: name)
        return await computed { progress.fields.map { SamplePlanReport.Field($0, progress.part) } }
    }

    package func sampleValues(ofSlide name: String) async throws(Problem) -> SampleValues {
        let evidence = try await evidence(ofSlide: name)
        try requireCount(evidence)
        if let values = try await values(evidence) { return values }
        // Says what is missing.
        let (slide, _) = try await progress(ofSlide: name)
        throw Problem(
            .notCounted,
            evidence.isScaled || evidence.tallies.isEmpty
                ? "no planned field of the slide \"\(slide.name)\" is counted"
                : "the slide \"\(slide.name)\" has fields whose scale is unknown",
            hint: "capture its fields with neurallens capture --planned, at a known scale")
    }

    /// Nil where nothing is planned or examined.
    func values(_ evidence: SlideEvidence) async throws(Problem) -> SampleValues? {
        guard let sample = evidence.sample else { return nil }
        let slide = evidence.summary.slide.name
        let names = names(of: evidence.summary.counts, run: evidence.run)
        return await computed {
            SampleValues(
                sample: SampleReport(slide: slide, sample.kept, sample.stored),
                plan: SamplePlanReport(slide: slide, sample.progress), fields: sample.fields,
                examinedMm2: sample.examinedSquareMillimetres, examinedShare: sample.share,
                arithmetic: sample.plan.arithmetic(
                    on: sample.part, of: sample.kept.sample.trap,
                    examinedSquareMillimetres: sample.examinedSquareMillimetres
                ).map { .init($0) },
                taxa: names.compactMap { key, name in
                    evidence.values(key).map { .init(species: name, key: key, $0, sample.part) }
                }, doubts: sample.doubts + evidence.doubts.sentences)
        }
    }

    private func storedSample(ofSlide name: String) async throws(Problem) -> (Slide, StoredSample) {
        let (slide, stored) = try await asProblems { () throws(StoreError) in
            let slide = try await store.slide(named: name)
            return (slide, try await store.sample(ofSlide: slide.id))
        }
        guard let stored else {
            throw Problem(
                .sampleNotFound, "nothing is said of what the slide \"\(slide.name)\" bears",
                hint: "state its sample with neurallens sample set")
        }
        return (slide, stored)
    }

    private func progress(ofSlide name: String) async throws(Problem) -> (Slide, SampleProgress) {
        let (slide, stored) = try await storedSample(ofSlide: name)
        let kept = try KeptSample(stored)
        guard let plan = kept.plan else {
            throw Problem(
                .sampleRefused, "how the slide \"\(slide.name)\" is examined is not said",
                hint: "choose a method with neurallens sample set NAME --method")
        }
        let captures = try await asProblems { () throws(StoreError) in
            try await store.plannedCaptures(ofSlide: slide.id)
        }
        return (slide, await computed { SampleProgress(plan, of: kept.sample, captures) })
    }

    /// Where the planned field lies that is to be captured next.
    /// - Parameter band: of this one; 0: of any.
    func nextPlannedPlace(ofSlide name: String, band: Int) async throws(Problem) -> TapePlace {
        let (slide, progress) = try await progress(ofSlide: name)
        if band > 0, !progress.fields.contains(where: { $0.band == band }) {
            throw Problem(
                .sampleRefused, "the plan of the slide \"\(slide.name)\" has no band \(band)",
                hint: "neurallens sample plan NAME lists its bands")
        }
        guard let next = progress.next(ofBand: band) else {
            throw Problem(
                .sampleRefused,
                "all planned fields of \(band > 0 ? "band \(band) of " : "")the slide \"\(slide.name)\" are captured",
                hint: "leave one out with neurallens capture exclude to take it again, or plan more")
        }
        return TapePlace(alongMillimetres: next.alongMillimetres, acrossMillimetres: next.acrossMillimetres)
    }
}
