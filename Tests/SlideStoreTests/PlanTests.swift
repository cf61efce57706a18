import Foundation
import SlideStore
import Testing

@Suite struct PlanTests {
    @Test func aPlanKeepsWhatItTookAndMissed() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        let start = Date(timeIntervalSince1970: 1_795_376_400)
        let wish = Plan.Wish(intervalSeconds: 30, captures: 20, grains: 400, precision: 0.1)
        let made = try await store.createPlan(ofSlide: slide, wish, start: start, by: botanist)
        #expect(made.wish == wish && made.state == .running && made.nextAt == start && made.agent == botanist)
        let capture = try await store.storeInput(sampleInput(), slide: slide, by: visitor).id
        let moved = try await store.addCapture(capture, toPlan: made.id, dueAt: start, nextAt: start + 30)
        #expect(moved.taken == 1 && moved.missed == 0 && moved.nextAt == start + 30)
        let gap = PlanGap(dueAt: start + 30, slots: 7, reason: "the daemon was not running")
        let late = try await store.addGap(gap, toPlan: made.id, nextAt: start + 240)
        #expect(late.missed == 7 && late.nextAt == start + 240 && late.reason == gap.reason)
        try store.close()

        let again = try SlideStore(at: folder.database)
        #expect(try await again.plan(made.id) == late)
        #expect(try await again.gaps(ofPlan: made.id) == [gap])
        let paused = try await again.setPlan(made.id, .paused, nextAt: nil, reason: "lunch", by: visitor)
        #expect(paused.nextAt == nil && paused.reason == "lunch")
        // A slot that ends meanwhile is kept and does not wake the plan.
        let kept = try await again.addGap(
            PlanGap(dueAt: start, slots: 1, reason: "busy"), toPlan: made.id, nextAt: start)
        #expect(kept.state == .paused && kept.nextAt == nil && kept.missed == 8)
        #expect(try await again.runningPlans().isEmpty)
        try await again.setPlan(made.id, .cancelled, nextAt: nil, reason: nil, by: visitor)
        await #expect { try await again.setPlan(made.id, .running, nextAt: start, reason: nil, by: visitor) } throws: {
            ($0 as? StoreError)?.code == .alreadyFinished
        }
        await #expect { try await again.plan(99) } throws: { ($0 as? StoreError)?.code == .noSuchPlan }
        #expect(
            try await again.events().map(\.what).prefix(2) == ["plan cancelled", "plan paused"])
    }

    @Test func figuresThatCannotBeAreRefused() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        for wish in [
            Plan.Wish(intervalSeconds: 0), Plan.Wish(intervalSeconds: .infinity),
            Plan.Wish(intervalSeconds: 1, captures: 0), Plan.Wish(intervalSeconds: 1, precision: 1),
        ] {
            await #expect(throws: StoreError.self) {
                try await store.createPlan(ofSlide: slide, wish, start: Date(), by: visitor)
            }
        }
        await #expect(throws: StoreError.self) {
            try await store.createPlan(ofSlide: 99, Plan.Wish(intervalSeconds: 1), start: Date(), by: visitor)
        }
    }
}
