import SlideStore
import Testing

/// What is doubtful about a field stays with it, and is told once.
@Suite struct DoubtTests {
    private static let dark = FieldDoubt.Key(rawValue: "underexposed")

    @Test func doubtsAreStoredWithTheFieldAndWithTheRunThatHasThem() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        var input = sampleInput()
        input.doubts = [FieldDoubt(Self.dark, "its mean is 0.02 of full scale")]
        let id = try await store.storeInput(input, slide: slide, by: visitor).id
        #expect(try await store.capture(id).doubts == input.doubts)
        var results = sampleResults()
        results.doubts = [FieldDoubt(FieldDoubt.Key(rawValue: "crowded"), "3 % of it is grain")]
        let done = try await store.finish(id, with: results)
        #expect(done.doubts == input.doubts + results.doubts)

        // Of another run in force, only what holds for the field.
        let run = try await store.beginRun(
            ofSlide: slide, lens: sampleLens("other"), engineVersion: "1", settings: [:], by: visitor)
        try await store.setRunInForce(run.id, by: visitor)
        #expect(try await store.capture(id).doubts == input.doubts)

        // Found again, it is told once.
        try await store.recordDoubts([FieldDoubt(Self.dark, "its mean is 0.03 of full scale")], ofCapture: id)
        #expect(
            try await store.captures(ofSlide: slide)[0].doubts.map(\.sentence) == ["its mean is 0.03 of full scale"])
        let error = await refusal { try await store.recordDoubts(input.doubts, ofCapture: 99) }
        #expect(error?.code == .noSuchCapture)
    }

    /// By the lens whose run is in force, and by no other.
    @Test func fieldIsVouchedForByItsLens() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        var ids: [Capture.ID] = []
        for (familiarity, doubts) in [
            (0.6, []), (0.01, [FieldDoubt(.notVouchedFor, "not vouched for: unlike the fields that it knows")]),
            (nil, []),
        ] as [(Double?, [FieldDoubt])] {
            let id = try await store.storeInput(sampleInput(), slide: slide, by: visitor).id
            #expect(try await store.capture(id).isVouchedFor == nil)
            var results = sampleResults()
            (results.familiarity, results.doubts) = (familiarity, doubts)
            _ = try await store.finish(id, with: results)
            ids.append(id)
        }
        let captures = try await store.captures(ofSlide: slide)
        #expect(captures.map(\.familiarity) == [0.6, 0.01, nil])
        #expect(captures.map(\.isVouchedFor) == [true, false, nil])

        let run = try await store.beginRun(
            ofSlide: slide, lens: sampleLens("other"), engineVersion: "1", settings: [:], by: visitor)
        try await store.setRunInForce(run.id, by: visitor)
        #expect(try await store.capture(ids[1]).isVouchedFor == nil)
    }
}
