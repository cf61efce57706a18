import SlideStore
import Testing

/// Rows of lenses that were taught.
@Suite struct TeachingTests {
    @Test func aTeachingIsKeptUntilItIsDeletedAndItsNumberIsNotGivenAgain() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let agent = Agent(userID: 1, processID: 2, userName: "anna")
        let first = try await store.beginTeaching("mine", plan: "{}", steps: nil, by: agent)
        #expect(first.id == 1 && first.state == .preparing && first.agent.userName == "anna" && first.steps == nil)
        await #expect { try await store.beginTeaching("Mine", plan: "{}", steps: 3, by: agent) } throws: {
            ($0 as? StoreError)?.code == .duplicateName
        }
        try await store.setTeaching(1, .done, done: 7, steps: 9, lens: String(repeating: "a", count: 64), result: "[1]")
        let done = try await store.teaching(1)
        #expect(done.done == 7 && done.steps == 9 && done.result == "[1]" && done.state.isFinal)
        try await store.deleteTeaching(1, by: agent)
        #expect(try await store.teachings().isEmpty)
        await #expect { try await store.teaching(1) } throws: { ($0 as? StoreError)?.code == .noSuchTeaching }
        #expect(try await store.beginTeaching("mine", plan: "{}", steps: 1, by: agent).id == 2)
    }
}
