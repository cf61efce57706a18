import Foundation
import SlideStore
import Testing

/// Which lens was put in force, and how far back one goes.
@Suite struct LensChoiceTests {
    private func lens(_ letter: String) -> LensIdentity {
        LensIdentity(name: letter, sha256: String(repeating: letter, count: 64))
    }

    private func goBack(_ store: SlideStore, _ slide: Slide.ID? = nil) async throws -> LensIdentity? {
        let earlier = try #require(try await store.earlierLensChoice(forSlide: slide))
        try await store.chooseLens(earlier.lens, forSlide: slide, restoring: earlier.restoring, by: botanist)
        return try await store.lensChoices().last(forSlide: slide)?.lens
    }

    @Test func goingBackAgainGoesFurtherBack() async throws {
        let folder = try Folder()
        var store = try SlideStore(at: folder.database)
        #expect(try await store.earlierLensChoice(forSlide: nil) == nil)
        for letter in ["a", "b", "c"] {
            try await store.chooseLens(lens(letter), forSlide: nil, by: botanist)
        }
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        try await store.chooseLens(lens("d"), forSlide: slide, by: visitor)
        #expect(try await goBack(store) == lens("b"))
        try store.close()
        store = try SlideStore(at: folder.database)
        #expect(try await goBack(store) == lens("a"))
        #expect(try await store.lensChoices().ofSlides == [slide: lens("d")])
        // What is chosen then is gone back from to where one was.
        try await store.chooseLens(lens("e"), forSlide: nil, by: botanist)
        #expect(try await goBack(store) == lens("a"))
        #expect(try await goBack(store) == nil)
        #expect(try await store.earlierLensChoice(forSlide: nil) == nil)
        #expect(try await goBack(store, slide) == nil)
        #expect(try await store.lensChoices().ofSlides.isEmpty)
        let choices = try await store.lensChoices()
        #expect(choices[3].slideName == "Meadow" && choices[3].agent == visitor)
        #expect(choices.map(\.restores) == [nil, nil, nil, nil, 2, 1, nil, 1, 0, 0])
    }

    @Test func choicesGoWithTheirSlide() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        try await store.chooseLens(lens("a"), forSlide: slide, by: botanist)
        try await store.chooseLens(lens("b"), forSlide: nil, by: botanist)
        _ = try store.delete(slide: slide, archive: nil, by: botanist)
        #expect(try await store.lensChoices().map(\.lens) == [lens("b")])
        await #expect(throws: StoreError.self) {
            try await store.chooseLens(lens("a"), forSlide: slide, by: botanist)
        }
    }

    @Test func whatOtherLensesCountedIsTold() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let first = try await store.slide(withFields: [[sampleGrain("iva")], []], name: "Meadow")
        _ = try await store.slide(withFields: [[]], name: "Roof")
        let counted = try await store.lensRecord().captures
        #expect(counted == [sampleLens("iva-galanthus").sha256: 3])
        let other = sampleLens("other").sha256
        let all = try await store.counted(otherwiseThanBy: other, ofSlide: nil)
        #expect(all.map(\.slide) == ["Roof", "Meadow"] && all.map(\.fields) == [1, 2])
        #expect(all[0].lenses == ["iva-galanthus"])
        #expect(try await store.counted(otherwiseThanBy: sampleLens("iva-galanthus").sha256, ofSlide: nil).isEmpty)
        // One that has a lens of its own is not asked about, unless by name; a field that is left out neither.
        try await store.chooseLens(lens("a"), forSlide: first, by: botanist)
        #expect(try await store.counted(otherwiseThanBy: other, ofSlide: nil).map(\.slide) == ["Roof"])
        _ = try await store.exclude(1, reason: "blurred", by: botanist)
        #expect(try await store.counted(otherwiseThanBy: other, ofSlide: first).map(\.fields) == [1])
    }
}
