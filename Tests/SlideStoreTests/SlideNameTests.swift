import SlideStore
import Testing

@Suite struct SlideNameTests {
    @Test(arguments: ["Meadow 7", "Östra ängen №3", "2026-11-22/A", "花粉", String(repeating: "x", count: 200)])
    func goodNamesAreKept(name: String) async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        #expect(try await store.createSlide(name: "  \(name)\n", note: "", by: visitor).name == name)
        #expect(try await store.slide(named: name).name == name)
    }

    @Test(arguments: [
        ("", "name"), (" \t\n ", "name"), (String(repeating: "x", count: 300), "300"), ("a\u{7}b", "U+0007"),
        ("a\nb", "U+000A"), ("a\u{0}b", "U+0000"), ("a\u{202e}b", "U+202E"), ("a\u{2028}b", "U+2028"),
    ])
    func badNamesAreExplained(name: String, told: String) async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let error = await #expect(throws: StoreError.self) {
            try await store.createSlide(name: name, note: "", by: visitor)
        }
        #expect(error?.code == .invalidName)
        #expect(error?.message.contains(told) == true)
        #expect(error?.hint.isEmpty == false)
        #expect(try await store.slides().isEmpty)
    }

    @Test(arguments: [("Meadow", "meadow "), ("ÄNGEN", "ängen"), ("caf\u{e9}", "cafe\u{301}"), ("a", "a")])
    func namesThatPeopleReadAsEqualAreEqual(first: String, second: String) async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: first, note: "", by: visitor)
        let error = await #expect(throws: StoreError.self) {
            try await store.createSlide(name: second, note: "", by: visitor)
        }
        #expect(error?.code == .duplicateName)
        #expect(try await store.slide(named: second) == slide)
        #expect(try await store.slides().count == 1)
    }
}
