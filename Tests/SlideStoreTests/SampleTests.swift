import Foundation
import GRDB
import SlideStore
import Testing

/// What slides bear of traps' tapes.
@Suite struct SampleTests {
    private func sample(
        _ trap: String = "leipzig", from hour: Double = 0, hours: Double = 24, plan: String? = nil
    ) -> NewSample {
        let begins = Date(timeIntervalSince1970: 1_781_222_400 + hour * 3600)
        return NewSample(
            trapKey: trap, begins: begins, ends: begins.addingTimeInterval(hours * 3600), sample: #"{"hour":\#(hour)}"#,
            plan: plan, sampledVolumeCubicMetres: 0.6 * hours, depositAreaSquareMillimetres: 28 * hours)
    }

    @Test func volumeAndAreaFollow() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "A", note: "", by: botanist).id
        try await store.setDeposit(
            ofSlide: slide, sampledVolumeCubicMetres: 7, depositAreaSquareMillimetres: 100, by: botanist)
        #expect(try await store.sample(ofSlide: slide) == nil)
        let stored = try await store.setSample(sample(plan: #"{"bands":3}"#), ofSlide: slide, by: botanist)
        #expect(stored.sample == #"{"hour":0.0}"# && stored.plan == #"{"bands":3}"# && stored.agent == botanist)
        let now = try await store.slide(named: "A")
        #expect(now.sampledVolumeCubicMetres == 0.6 * 24 && now.depositAreaSquareMillimetres == 672)
        // Not said twice.
        await #expect {
            try await store.setDeposit(
                ofSlide: slide, sampledVolumeCubicMetres: 7, depositAreaSquareMillimetres: nil, by: botanist)
        } throws: { ($0 as? StoreError)?.code == .followsFromSample }
        // What was said before is in the journal.
        let event = try #require(try await store.events().first { $0.what == "sample set" })
        #expect(event.detail["earlier_sampled_volume_m3"] == "7.0")

        #expect(try await store.clearSample(ofSlide: slide, by: botanist))
        #expect(try await store.sample(ofSlide: slide) == nil)
        #expect(try await store.slide(named: "A").sampledVolumeCubicMetres == nil)
        #expect(try await store.clearSample(ofSlide: slide, by: botanist) == false)
        await #expect {
            try await store.setSample(sample(), ofSlide: 99, by: botanist)
        } throws: { ($0 as? StoreError)?.code == .noSuchSlide }
    }

    @Test func oneTrapIsUnderOneSlideAtATime() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        var slides: [Slide.ID] = []
        for name in ["A", "B", "C"] {
            slides.append(try await store.createSlide(name: name, note: "", by: botanist).id)
        }
        try await store.setSample(sample(), ofSlide: slides[0], by: botanist)
        await #expect {
            try await store.setSample(sample(from: 23), ofSlide: slides[1], by: botanist)
        } throws: { error in
            (error as? StoreError)?.message
                == "the slide \"A\" is of the same trap from 2026-06-12T00:00 to 2026-06-13T00:00 UTC, and one piece of tape "
                + "lies under one slide"
        }
        #expect(try await store.sample(ofSlide: slides[1]) == nil)
        // One after the other, another trap, and the same slide corrected.
        try await store.setSample(sample(from: 24), ofSlide: slides[1], by: botanist)
        try await store.setSample(sample("roof"), ofSlide: slides[2], by: botanist)
        try await store.setSample(sample(from: 1, hours: 23), ofSlide: slides[0], by: botanist)
    }

    @Test func capturesSayWhereTheyWerePlanned() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "A", note: "", by: botanist).id
        try await store.setSample(sample(), ofSlide: slide, by: botanist)
        let place = TapePlace(alongMillimetres: 0.115, acrossMillimetres: 2.333)
        var input = sampleInput()
        input.tapePlace = place
        let planned = try await store.storeInput(input, slide: slide, by: botanist)
        let free = try await store.storeInput(sampleInput(), slide: slide, by: botanist)
        #expect(planned.tapePlace == place && free.tapePlace == nil)
        #expect(try await store.capture(planned.id).tapePlace == place)
        let all = try await store.plannedCaptures(ofSlide: slide)
        #expect(all.map(\.place) == [place, nil] && all.allSatisfy(\.isKept))
        try await store.finish(planned.id, with: sampleResults())
        try await store.exclude(planned.id, reason: "hair", by: botanist)
        #expect(try await store.plannedCaptures(ofSlide: slide).map(\.isKept) == [false, true])
        // Of 1280 x 1024 pixels of 180 nm.
        let size = try #require(try await store.fieldSize(ofSlide: slide))
        #expect(abs(size.x - 230.4) < 1e-9 && abs(size.y - 184.32) < 1e-9)
        let record = try await store.record(ofSlide: "A")
        #expect(record.summary.sample != nil && record.captures[0].tapePlace == place)
    }

    @Test func jobsKeepTheirBand() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "A", note: "", by: botanist).id
        for band in [nil, 0, 3] {
            let job = try await store.createJob(
                "job \(band ?? -1)", ofSlide: slide, Job.Wish(fields: 2, plannedBand: band), nextAt: Date(),
                by: botanist)
            #expect(job.wish.plannedBand == band)
        }
    }

    @Test func aSampleGoesWithItsSlide() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "A", note: "", by: botanist).id
        try await store.setSample(sample(), ofSlide: slide, by: botanist)
        var input = sampleInput()
        input.tapePlace = TapePlace(alongMillimetres: 1, acrossMillimetres: 1)
        let capture = try await store.storeInput(input, slide: slide, by: botanist)
        try await store.finish(capture.id, with: sampleResults())
        try store.delete(slide: slide, archive: nil, by: botanist)
        let other = try await store.createSlide(name: "B", note: "", by: botanist).id
        try await store.setSample(sample(), ofSlide: other, by: botanist)
    }
}
