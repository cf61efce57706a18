package import ControlAPI
internal import Logging
internal import Sampling
internal import SlideStore

/// Samples stated and taken back.
extension Microscope {
    package func changeSample(
        ofSlide name: String, _ change: SampleChange, by peer: Peer
    ) async throws(Problem) -> SampleReport {
        let (slide, old) = try await asProblems { () throws(StoreError) in
            let slide = try await store.slide(named: name)
            return (slide, try await store.sample(ofSlide: slide.id))
        }
        let earlier = try old.map { (stored) throws(Problem) in try KeptSample(stored) }
        let field = try await asProblems { () throws(StoreError) in try await store.fieldSize(ofSlide: slide.id) }
        let kept = try KeptSample(change, over: earlier, field: field, seed: .random(in: 1...9999))
        let new = try kept.new()
        let stored = try await asProblems { () throws(StoreError) in
            try await store.setSample(new, ofSlide: slide.id, by: Agent(peer))
        }
        logger.notice("sample set", metadata: ["slide": "\(slide.name)", "peer": "\(peer)"])
        await tellCounts(ofSlide: slide.name)
        return SampleReport(slide: slide.name, kept, stored)
    }

    package func clearSample(ofSlide name: String, by peer: Peer) async throws(Problem) -> ControlAPI.SlideSummary {
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
        let wasThere = try await asProblems { () throws(StoreError) in
            try await store.clearSample(ofSlide: slide.id, by: Agent(peer))
        }
        guard wasThere else {
            throw Problem(
                .sampleNotFound, "nothing is said of what the slide \"\(slide.name)\" bears",
                hint: "there is nothing to take back")
        }
        logger.notice("sample cleared", metadata: ["slide": "\(slide.name)", "peer": "\(peer)"])
        await tellCounts(ofSlide: slide.name)
        return try await book.slide(slide.name)
    }

    package nonisolated func sample(ofSlide name: String) async throws(Problem) -> SampleReport {
        try await book.sample(ofSlide: name)
    }

    package nonisolated func samplePlan(ofSlide name: String) async throws(Problem) -> SamplePlanReport {
        try await book.samplePlan(ofSlide: name)
    }

    package nonisolated func plannedFields(ofSlide name: String) async throws(Problem) -> [SamplePlanReport.Field] {
        try await book.plannedFields(ofSlide: name)
    }

    package nonisolated func sampleValues(ofSlide name: String) async throws(Problem) -> SampleValues {
        try await book.sampleValues(ofSlide: name)
    }

    package nonisolated func traps() async throws(Problem) -> [TrapSummary] { try await book.traps() }

    package nonisolated func season(_ request: SeasonRequest) async throws(Problem) -> SeasonReport {
        try await book.season(request)
    }

    package nonisolated func season(
        _ request: SeasonRequest, as format: SeasonFormat
    ) async throws(Problem) -> [UInt8] {
        try await book.season(request, as: format)
    }
}
