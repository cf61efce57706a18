package import ControlAPI
internal import SlideStore

/// What clients read, past the instrument's queue.
extension Microscope {
    package nonisolated func slides() async throws(Problem) -> [ControlAPI.SlideSummary] { try await book.slides() }

    package nonisolated func slide(_ name: String) async throws(Problem) -> ControlAPI.SlideSummary {
        try await book.slide(name)
    }

    package nonisolated func captures(ofSlide name: String) async throws(Problem) -> [CaptureReport] {
        try await book.captures(ofSlide: name)
    }

    package nonisolated func image(ofCapture id: Int64, kind: ImageKind) async throws(Problem) -> [UInt8] {
        try await book.image(ofCapture: id, kind: kind)
    }

    package nonisolated func counts(
        ofSlide name: String, untilPrecision precision: Double?
    ) async throws(Problem) -> SlideCounts {
        try await book.counts(ofSlide: name, untilPrecision: precision)
    }

    package nonisolated func comparison(
        ofSlide name: String, with other: String
    ) async throws(Problem) -> SlideComparison {
        try await book.comparison(ofSlide: name, with: other)
    }

    package nonisolated func placements(ofSlide name: String) async throws(Problem) -> SlidePlacements {
        try await book.placements(ofSlide: name)
    }

    package nonisolated func map(ofSlide name: String) async throws(Problem) -> [UInt8] {
        try await book.map(ofSlide: name)
    }

    package nonisolated func export(
        slide name: String, format: ExportFormat, capture: Int64?
    ) async throws(Problem) -> [UInt8] {
        try await book.export(slide: name, format: format, capture: capture)
    }

    package nonisolated func dataSet(_ request: DataSetRequest) async throws(Problem) -> DataSetReport {
        try await book.dataSet(request)
    }

    package nonisolated func pair(ofCapture id: Int64, species keys: [String]) async throws(Problem) -> [UInt8] {
        try await book.pair(ofCapture: id, species: keys)
    }

    package nonisolated func export(capture id: Int64, as format: CaptureFormat) async throws(Problem) -> [UInt8] {
        try await book.export(capture: id, as: format)
    }

    package nonisolated func grains(
        ofCapture id: Int64, includingRejected: Bool
    ) async throws(Problem) -> GrainList {
        try await book.grains(ofCapture: id, includingRejected: includingRejected)
    }

    package nonisolated func grain(_ id: Int64) async throws(Problem) -> GrainReport { try await book.grain(id) }

    package nonisolated func crop(ofGrain id: Int64) async throws(Problem) -> [UInt8] {
        try await book.crop(ofGrain: id)
    }

    package nonisolated func vignette(ofGrain id: Int64) async throws(Problem) -> [UInt8] {
        try await book.vignette(ofGrain: id)
    }

    package nonisolated func nextForReview(
        ofSlide name: String, species: String?, limit: Int
    ) async throws(Problem) -> ReviewList {
        try await book.nextForReview(ofSlide: name, species: species, limit: limit)
    }

    package nonisolated func labels(ofSlide name: String) async throws(Problem) -> SlideLabels {
        try await book.labels(ofSlide: name)
    }

    package nonisolated func secondReadings(ofSlide name: String) async throws(Problem) -> [SecondReadingReport] {
        try await book.secondReadings(ofSlide: name)
    }

    package nonisolated func secondReading(_ id: Int64) async throws(Problem) -> SecondReadingReport {
        try await book.secondReading(id)
    }

    package nonisolated func field(
        _ capture: Int64, ofSecondReading id: Int64
    ) async throws(Problem) -> SecondReadingField {
        try await book.field(capture, ofSecondReading: id)
    }

    package nonisolated func agreement(ofSecondReading id: Int64) async throws(Problem) -> SecondReadingAgreement {
        try await book.agreement(ofSecondReading: id)
    }

    package nonisolated func differences(ofSecondReading id: Int64) async throws(Problem) -> [SecondReadingDifference] {
        try await book.differences(ofSecondReading: id)
    }

    package nonisolated var knownSpecies: [SpeciesReport] { book.knownSpecies }

    package nonisolated func reviews(ofSlide name: String) async throws(Problem) -> [ReviewReport] {
        try await book.reviews(ofSlide: name)
    }

    package nonisolated func runs(ofSlide name: String) async throws(Problem) -> [RunReport] {
        try await book.runs(ofSlide: name)
    }

    package nonisolated func difference(
        ofSlide name: String, run: Int64, to other: Int64
    ) async throws(Problem) -> RunDifference {
        try await book.difference(ofSlide: name, run: run, to: other)
    }
}
