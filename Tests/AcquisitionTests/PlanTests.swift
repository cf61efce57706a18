import Acquisition
import ControlAPI
import Foundation
import SlideStore
import Testing

/// Plans: slots in their time, across restarts.
@Suite struct PlanTests {
    private func wait(
        _ microscope: Microscope, _ id: Int64, until isEnough: (CapturePlan) -> Bool
    ) async throws -> CapturePlan {
        var plan = try await microscope.plan(id)
        for _ in 0..<600 where !isEnough(plan) {
            try await Task.sleep(for: .milliseconds(50))
            plan = try await microscope.plan(id)
        }
        return plan
    }

    private func opened(_ bench: Bench) async throws -> Microscope {
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        return microscope
    }

    @Test func aPlanTakesItsCapturesAndEnds() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await opened(bench)
        let made = try await microscope.createPlan(
            CapturePlanRequest(slide: "s", count: 3, intervalSeconds: 1), by: Bench.peer)
        #expect(made.state == .running && made.taken == 0 && made.nextAt != nil)
        let plan = try await wait(microscope, made.id) { $0.state.isFinal }
        #expect(plan.state == .done && plan.taken == 3 && plan.nextAt == nil)
        #expect(plan.reason == "3 captures are taken")
        let captures = try await microscope.captures(ofSlide: "s")
        #expect(captures.count == 3)
        let times = captures.compactMap {
            try? Date($0.capturedAt, strategy: .iso8601.time(includingFractionalSeconds: true))
        }
        for (one, next) in zip(times, times.dropFirst()) where plan.missed == 0 {
            #expect((0.5...1.6).contains(next.timeIntervalSince(one)))
        }
        await microscope.stop()
    }

    @Test func enoughGrainsEndAPlan() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await opened(bench)
        let made = try await microscope.createPlan(
            CapturePlanRequest(slide: "s", intervalSeconds: 1, untilGrains: 1), by: Bench.peer)
        let plan = try await wait(microscope, made.id) { $0.state.isFinal }
        #expect(plan.state == .done && plan.reason?.contains("grains") == true && plan.taken >= 1)
        await microscope.stop()
    }

    @Test func pausedAndCancelledPlansTakeNothing() async throws {
        let bench = try Bench()
        let microscope = try await opened(bench)
        let made = try await microscope.createPlan(
            CapturePlanRequest(slide: "s", intervalSeconds: 0.5), by: Bench.peer)
        _ = try await wait(microscope, made.id) { $0.taken >= 1 }
        let paused = try await microscope.change(plan: made.id, .pause, by: Bench.peer)
        #expect(paused.state == .paused && paused.nextAt == nil && paused.reason?.contains("paused by") == true)
        try await Task.sleep(for: .milliseconds(300))
        let rested = try await microscope.plan(made.id)
        try await Task.sleep(for: .milliseconds(1200))
        #expect(try await microscope.plan(made.id) == rested)
        let resumed = try await microscope.change(plan: made.id, .resume, by: Bench.peer)
        #expect(resumed.state == .running)
        let after = try await wait(microscope, made.id) { $0.taken > rested.taken }
        #expect(after.missed == rested.missed, "slots of a paused plan were counted as missed")
        let cancelled = try await microscope.change(plan: made.id, .cancel, by: Bench.peer)
        #expect(cancelled.state == .cancelled)
        await #expect { try await microscope.change(plan: made.id, .resume, by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.planRefused) == true
        }
        await #expect { try await microscope.plan(99) } throws: { ($0 as? Problem)?.isKind(.planNotFound) == true }
        await microscope.stop()
    }

    /// Slots that passed while no daemon ran are missed, and not made up for.
    @Test func aPlanSurvivesARestartAndRecordsWhatItMissed() async throws {
        let bench = try Bench()
        let first = try await opened(bench)
        let made = try await first.createPlan(
            CapturePlanRequest(slide: "s", count: 1000, intervalSeconds: 2), by: Bench.peer)
        _ = try await wait(first, made.id) { $0.taken >= 1 }
        await first.stop()
        try await Task.sleep(for: .seconds(6))

        let second = try await bench.open()
        let before = try await second.plan(made.id)
        #expect(before.state == .running)
        let plan = try await wait(second, made.id) { $0.taken > before.taken }
        #expect(plan.missed >= 2 && plan.missed <= 5 && plan.taken == before.taken + 1)
        let captures = try await second.captures(ofSlide: "s").count
        #expect(captures == plan.taken, "missed slots were made up for")
        let store = try SlideStore(at: bench.folder.path + "/slides.sqlite")
        let gaps = try await store.gaps(ofPlan: made.id)
        #expect(gaps.first?.reason == "the daemon was not running" && gaps.reduce(0) { $0 + $1.slots } == plan.missed)
        #expect(
            plan.remarks.contains { remark in
                remark.hasPrefix("\(gaps[0].slots) slots due ") && remark.contains(" to ")
                    && remark.hasSuffix("missed: the daemon was not running")
            }, "\(plan.remarks)")
        await second.stop()

        // Another start of the machine: nobody knows what became of its clock.
        try FileManager.default.removeItem(atPath: bench.folder.path + "/wall-clock.json")
        try await Task.sleep(for: .seconds(4))
        let third = try await bench.open()
        let later = try await wait(third, made.id) { $0.missed > plan.missed }
        #expect(later.remarks.contains { $0.contains("whether the wall clock was moved meanwhile is not known") })
        _ = try await third.change(plan: made.id, .cancel, by: Bench.peer)
        await third.stop()
    }

    @Test func aCameraThatIsAwayMissesSlotsAndGoesOn() async throws {
        let bench = try Bench(fields: 1)
        let microscope = try await opened(bench)
        let (there, away) = (bench.picture("000000.png"), bench.folder.appendingPathComponent("away.png"))
        try FileManager.default.moveItem(at: there, to: away)
        let made = try await microscope.createPlan(
            CapturePlanRequest(slide: "s", intervalSeconds: 0.5), by: Bench.peer)
        let waiting = try await wait(microscope, made.id) { $0.missed >= 2 }
        #expect(waiting.state == .running && waiting.taken == 0 && waiting.reason?.contains("picture") == true)
        try FileManager.default.moveItem(at: away, to: there)
        let again = try await wait(microscope, made.id) { $0.taken >= 1 }
        #expect(again.state == .running)
        _ = try await microscope.change(plan: made.id, .cancel, by: Bench.peer)
        await microscope.stop()
    }

    /// One plan's camera time, reading of counts or long interval is none of the other's business.
    @Test func plansDoNotWaitForEachOther() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await opened(bench)
        _ = try await microscope.createSlide(SlideCreation(name: "t"), by: Bench.peer)
        let slow = try await microscope.createPlan(
            CapturePlanRequest(slide: "s", count: 2, intervalSeconds: 3600, untilPrecision: 0.1), by: Bench.peer)
        let quick = try await microscope.createPlan(
            CapturePlanRequest(slide: "t", count: 2, intervalSeconds: 2), by: Bench.peer)
        let ended = try await wait(microscope, quick.id) { $0.state.isFinal }
        #expect(ended.state == .done && ended.taken == 2)
        let waiting = try await wait(microscope, slow.id) { $0.taken == 1 }
        #expect(waiting.state == .running && waiting.taken == 1 && waiting.missed == 0)
        _ = try await microscope.change(plan: slow.id, .cancel, by: Bench.peer)
        await microscope.stop()
    }
}
