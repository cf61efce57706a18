import Acquisition
import ControlAPI
import FaultyDisk
import Foundation
import MovableClock
import Testing

/// Disks that fail for a moment, and clocks that are moved.
@Suite(.serialized) struct FaultTests {
    private func opened(_ bench: Bench) async throws -> Microscope {
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        return microscope
    }

    /// One call on the database fails, whichever: the field is counted all the same, and nobody waits for ever.
    @Test(arguments: [(FAULTY_DISK_SYNC, EIO), (FAULTY_DISK_WRITE, ENOSPC), (FAULTY_DISK_READ, EIO)])
    func oneFailedCallLosesNothing(call: faulty_disk_call, number: Int32) async throws {
        defer { faulty_disk_set(FAULTY_DISK_NONE, 0, 0, 0) }
        let bench = try Bench()
        let microscope = try await opened(bench)
        var expected = 0
        for nth in [1, 2, 3, 4, 6, 9] {
            faulty_disk_set(call, nth, 1, number)
            let job: CaptureJob
            do {
                job = try await microscope.captured(slide: "s")
            } catch {
                // Refused before anything was begun.
                #expect((error as? Problem)?.isKind(.storeFailed) == true, "\(error)")
                continue
            }
            expected += 1
            #expect(job.state == .done, "call \(nth): \(String(describing: job.problem))")
        }
        faulty_disk_set(FAULTY_DISK_NONE, 0, 0, 0)
        let captures = try await microscope.captures(ofSlide: "s")
        #expect(captures.count == expected && captures.allSatisfy { $0.state == .done })
        #expect(try await microscope.openJobs().isEmpty)
        await microscope.stop()
    }

    /// The disk is full for longer than anybody waits: the job ends with the reason, the captured field waits, and is
    /// counted when there is room again.
    @Test func aFullDiskEndsTheJobAndNotTheField() async throws {
        defer { faulty_disk_set(FAULTY_DISK_NONE, 0, 0, 0) }
        let bench = try Bench()
        let microscope = try await opened(bench)
        let job = try await microscope.startCaptures(CaptureRequest(slide: "s"), by: Bench.peer)
        while try await microscope.captures(ofSlide: "s").isEmpty { try await Task.sleep(for: .milliseconds(2)) }
        faulty_disk_set(FAULTY_DISK_WRITE, 1, .max, ENOSPC)
        var ended = job
        while !ended.state.isFinal {
            ended = try await microscope.job(job.id, after: ended.revision, timeout: .seconds(60))
        }
        #expect(faulty_disk_failures() > 0, "the field was counted before the disk was full")
        #expect(ended.state == .failed && ended.captures.first?.state == .pending)
        #expect(ended.problem?.detail.contains("waits") == true)
        let refused = await #expect(throws: Problem.self) {
            try await microscope.startCaptures(CaptureRequest(slide: "s"), by: Bench.peer)
        }
        #expect(refused?.isKind(.storeFull) == true)

        faulty_disk_set(FAULTY_DISK_NONE, 0, 0, 0)
        var capture = try #require(try await microscope.captures(ofSlide: "s").first)
        while capture.state == .pending {
            try await Task.sleep(for: .milliseconds(50))
            capture = try #require(try await microscope.captures(ofSlide: "s").first)
        }
        #expect(capture.state == .done)
        await microscope.stop()
    }

    /// Two hours ahead and put right: the plan goes on at its interval, and says what happened.
    @Test func aPlanDoesNotFollowAWallClockThatIsMoved() async throws {
        defer { movable_clock_set(0) }
        let bench = try Bench(fields: 1)
        let microscope = try await opened(bench)
        let made = try await microscope.createPlan(
            CapturePlanRequest(slide: "s", intervalSeconds: 2), by: Bench.peer)
        let started = ContinuousClock.now
        func taken(_ wanted: Int, until remark: String? = nil) async throws -> CapturePlan {
            var plan = try await microscope.plan(made.id)
            while plan.taken + plan.missed < wanted || remark.map({ !plan.remarks.joined().contains($0) }) ?? false,
                started.duration(to: .now) < .seconds(60)
            {
                try await Task.sleep(for: .milliseconds(50))
                plan = try await microscope.plan(made.id)
            }
            return plan
        }
        var plan = try await taken(1)
        movable_clock_set(7200)
        plan = try await taken(plan.taken + 2, until: "moved on by 7200 s")
        #expect(plan.missed < 100, "slots were counted as missed that never were")
        movable_clock_set(0)
        plan = try await taken(plan.taken + 2, until: "moved back by 7200 s")
        #expect(started.duration(to: .now) < .seconds(60), "the plan waits for the wall clock")
        let next = try Date(#require(plan.nextAt), strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        #expect(next.timeIntervalSinceNow < 10)
        await microscope.stop()

        // Moved while no daemon runs, it makes no slots either.
        movable_clock_set(7200)
        let second = try await bench.open()
        let resumed = try await second.plan(made.id)
        #expect(resumed.remarks.contains { $0.contains("moved on by 7200 s while the daemon was not running") })
        #expect(resumed.missed < 100, "slots were counted as missed that never were")
        await second.stop()
    }
}
