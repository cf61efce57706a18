import Acquisition
import ControlAPI
import Foundation
import Grains
import Imaging
import Simulation
import SlideStore
import Testing

/// Where fields lie is found beside captures: counts are there at once, say how far the slide is surveyed, and end the
/// same however the daemon was ended in between.
@Suite struct SurveyingTests {
    /// Six overlapping fields and the first again, each with two grains of the same truth, analysed and not surveyed.
    private func filled(_ bench: Bench) async throws -> [Int64] {
        let store = try SlideStore(at: bench.configuration.stateDirectory + "/slides.sqlite")
        defer { try? store.close() }
        let slide = try await store.createSlide(name: "s", note: "", by: .current).id
        let truth = try bench.truth().fields
        var captures: [Int64] = []
        for field in truth + [truth[0]] {
            let png = try [UInt8](Data(contentsOf: bench.picture(field.file)))
            let input = CaptureInput(
                png: png, width: 1280, height: 1024, scale: FieldScale(nmPerPixel: 180, origin: "test"), source: "test",
                origin: field.file, wireFormat: "PNG", bitDepth: 8, sequence: 0, controls: [:],
                frames: .init(sequenceGaps: 0, errorFlagged: 0, discardedBeforeTrigger: 0), capturedAt: Date(),
                exposedAtMonotonicNanoseconds: 0)
            let id = try await store.storeInput(input, slide: slide, by: .current).id
            let grains = field.grains.map { grain in
                let outline = grain.outline.map { Grain.Point(x: $0[0], y: $0[1]) }
                let (xs, ys) = (outline.map(\.x), outline.map(\.y))
                return Grain(
                    species: grain.species, centroidPixels: .init(x: grain.centroid[0], y: grain.centroid[1]),
                    boundingBoxPixels: .init(x0: xs.min()!, y0: ys.min()!, x1: xs.max()!, y1: ys.max()!),
                    areaSquareMicrometres: 300, areaPixels: 9000, equivalentDiameterMicrometres: 20, confidence: 0.9,
                    isOnBorder: grain.onBorder, outlinePixels: outline)
            }
            try await store.finish(
                id,
                with: CaptureResults(
                    pictures: [], grains: grains,
                    lens: LensIdentity(name: "truth", sha256: String(repeating: "0", count: 64)), engineVersion: "",
                    settings: [:], stageSeconds: [:]))
            captures.append(id)
        }
        return captures
    }

    @Test func countsAreProvisionalUntilTheSlideIsSurveyed() async throws {
        let bench = try Bench(scan: ())
        let captures = try await filled(bench)
        var microscope = try await Microscope(configuration: bench.configuration, logger: Bench.logger)
        // Not started: nothing surveys.
        let before = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(before.surveyedFields == 0 && before.fieldsToSurvey == 7 && before.doubles == 0)
        #expect(before.doubts.first?.contains("provisional: the slide is surveyed up to field 0 of 7") == true)
        let places = try await microscope.placements(ofSlide: "s").fields
        #expect(places.allSatisfy { $0.reason == "it is not surveyed yet" })
        await microscope.stop(patience: .seconds(10))

        microscope = try await bench.open()
        try await microscope.surveyed(slide: "s", timeout: .seconds(60))
        let after = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(after.surveyedFields == 7 && after.fieldsToSurvey == 7)
        #expect(!after.doubts.contains { $0.contains("provisional") })
        // Each true grain counts once.
        let truth = try bench.truth().fields
        #expect(after.total == Set(truth.flatMap { $0.grains.compactMap(\.id) }).count)
        #expect(after.doubles == truth.reduce(truth[0].grains.count) { $0 + $1.grains.count } - after.total)
        #expect(try await microscope.placements(ofSlide: "s").fields.map(\.repeats).last == captures[0])
        await microscope.stop(patience: .seconds(10))
    }

    /// Ended in the middle again and again, before, within and after any field.
    @Test func aSurveyThatIsEndedGoesOnToTheSameCounts() async throws {
        let (one, other) = (try Bench(scan: ()), try Bench(scan: ()))
        let (expectedIDs, captures) = (try await filled(one), try await filled(other))
        #expect(expectedIDs == captures)
        var microscope = try await one.open()
        try await microscope.surveyed(slide: "s", timeout: .seconds(60))
        let expected = try await (
            microscope.counts(ofSlide: "s", untilPrecision: nil), microscope.placements(ofSlide: "s")
        )
        await microscope.stop(patience: .seconds(10))

        var starts = 0
        while true {
            microscope = try await other.open()
            starts += 1
            try await microscope.surveyed(slide: "s", timeout: .milliseconds(40 * starts))
            await microscope.stop(patience: .seconds(10))
            let seen = try await Microscope(configuration: other.configuration, logger: Bench.logger)
            let counts = try await seen.counts(ofSlide: "s", untilPrecision: nil)
            await seen.stop(patience: .seconds(10))
            if counts.surveyedFields == 7 { break }
            #expect(starts < 100)
        }
        microscope = try await other.open()
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil) == expected.0)
        #expect(try await microscope.placements(ofSlide: "s") == expected.1)
        await microscope.stop(patience: .seconds(10))
        #expect(starts > 1)
    }

    /// What a person says of a grain that several fields show is heard by the slide.
    @Test func aFieldThatIsLeftOutGivesItsGrainsToItsNeighbours() async throws {
        let bench = try Bench(scan: ())
        let captures = try await filled(bench)
        let microscope = try await bench.open()
        try await microscope.surveyed(slide: "s", timeout: .seconds(60))
        let before = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        // The seventh shows the same as the first.
        _ = try await microscope.exclude(capture: captures[0], ExclusionRequest(reason: "blurred"), by: Bench.peer)
        try await microscope.surveyed(slide: "s", timeout: .seconds(60))
        let without = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(without.total == before.total && without.surveyedFields == 6)
        _ = try await microscope.include(capture: captures[0], by: Bench.peer)
        try await microscope.surveyed(slide: "s", timeout: .seconds(60))
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil) == before)
        await microscope.stop(patience: .seconds(10))
    }
}
