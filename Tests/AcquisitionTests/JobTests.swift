import Acquisition
import ControlAPI
import Foundation
import SlideStore
import Testing

/// Jobs go on, end, and hold nothing between their fields.
@Suite struct JobTests {
    private func opened(_ bench: Bench) async throws -> Microscope {
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        return microscope
    }

    private func wait(
        _ microscope: Microscope, _ id: String, until isEnough: (CaptureJob) -> Bool
    ) async throws -> CaptureJob {
        var job = try await microscope.job(id, after: nil, timeout: .zero)
        for _ in 0..<2000 where !isEnough(job) && !job.state.isFinal {
            job = try await microscope.job(id, after: job.revision, timeout: .seconds(5))
        }
        return job
    }

    @Test func aJobGoesOnAfterARestartWithTheFieldsThatAreLeft() async throws {
        let bench = try Bench(fields: 2)
        let first = try await opened(bench)
        let request = CaptureRequest(slide: "s", count: 3, intervalSeconds: 2)
        let job = try await first.startCaptures(request, by: Bench.peer)
        _ = try await wait(first, job.id) { $0.captures.count == 1 }
        await first.stop()
        let parked = try await first.job(job.id, after: nil, timeout: .zero)
        #expect(parked.state == .parked)

        let second = try await bench.open()
        let ended = try await wait(second, job.id) { $0.state.isFinal }
        #expect(ended.state == .done && ended.captures.count == 3 && ended.missed == 0)
        #expect(ended.captures.prefix(parked.captures.count).map(\.id) == parked.captures.map(\.id))
        #expect(ended.remarks.first?.contains("started again") == true)
        #expect(try await second.captures(ofSlide: "s").count == 3, "a field was taken twice or not at all")
        await second.stop()

        // Whoever comes back still later is told how it ended.
        let third = try await bench.open()
        let known = try await third.job(job.id, after: nil, timeout: .zero)
        #expect(known.state == .done && known.captures.count == 3)
        await third.stop()
    }

    @Test func aStoppedJobKeepsWhatItTookAndTakesNoMore() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await opened(bench)
        let job = try await microscope.startCaptures(
            CaptureRequest(slide: "s", count: 100, intervalSeconds: 3600), by: Bench.peer)
        _ = try await wait(microscope, job.id) { $0.captures.first?.state == .done }
        let stopped = try await microscope.stopJob(job.id, by: Bench.peer)
        #expect(stopped.state == .stopped && stopped.captures.count == 1)
        #expect(stopped.problem?.isKind(.jobStopped) == true)
        #expect(stopped.problem?.detail.contains("after 1 of 100 fields") == true)
        #expect(try await microscope.openJobs().isEmpty)
        // Nothing is left to stop, and that is no error.
        #expect(try await microscope.stopJob(job.id, by: Bench.peer) == stopped)
        await #expect { try await microscope.stopJob("nobody", by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.jobNotFound) == true
        }
        await microscope.stop()

        let again = try await bench.open()
        #expect(try await again.openJobs().isEmpty)
        #expect(try await again.job(job.id, after: nil, timeout: .zero).state == .stopped)
        #expect(try await again.captures(ofSlide: "s").map(\.state) == [.done])
        await again.stop()
    }

    @Test func aSleepingJobLeavesTheCameraToOthers() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await opened(bench)
        let sleeping = try await microscope.startCaptures(
            CaptureRequest(slide: "s", count: 2, intervalSeconds: 3600), by: Bench.peer)
        _ = try await wait(microscope, sleeping.id) { !$0.captures.isEmpty }
        #expect(try await microscope.captured(slide: "s").state == .done)
        #expect(try await microscope.openJobs().map(\.id) == [sleeping.id])
        await microscope.stop()
    }

    @Test func aLongJobWithoutPausesDoesNotKeepAPlanFromItsSlots() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await opened(bench)
        let long = try await microscope.startCaptures(CaptureRequest(slide: "s", count: 200), by: Bench.peer)
        _ = try await wait(microscope, long.id) { !$0.captures.isEmpty }
        _ = try await microscope.createSlide(SlideCreation(name: "p"), by: Bench.peer)
        let job = try await microscope.startCaptures(
            CaptureRequest(slide: "p", count: 2, intervalSeconds: 0.5), by: Bench.peer)
        _ = try await wait(microscope, job.id) { $0.captures.count == 2 }
        #expect(try await microscope.job(long.id, after: nil, timeout: .zero).captures.count < 200)
        #expect(try await microscope.captures(ofSlide: "p").count == 2)
        await microscope.stop()
    }

    /// One picture that cannot be read is on record; the others are taken.
    @Test func oneBadPictureDoesNotEndTheJob() async throws {
        let bench = try Bench(fields: 2)
        try Data("not a picture".utf8).write(to: bench.picture("000000a.png"))
        let microscope = try await opened(bench)
        let job = try await microscope.captured(3, slide: "s")
        #expect(job.captures.map(\.origin) == ["000000.png", "000001.png"] && job.missed == 1)
        #expect(job.captures.allSatisfy { $0.state == .done })
        #expect(job.state == .failed && job.problem?.detail.contains("1 of 3 fields") == true)
        #expect(job.problem?.detail.contains("000000a.png") == true)
        #expect(job.remarks.contains { $0.contains("field 2") && $0.contains("000000a.png") })
        await microscope.stop()
        let store = try SlideStore(at: bench.folder.path + "/slides.sqlite")
        let stored = try await store.job(job.id)
        #expect(stored.state == .done && stored.taken == 2 && stored.gaps.count == 1)
        #expect(try await store.events().contains { $0.what == "field not taken" })
    }

    @Test func tooManyJobsAreRefusedWithTheFigure() async throws {
        let bench = try Bench(fields: 1)
        bench.configuration.lensFolder = nil
        let microscope = try await opened(bench)
        let request = CaptureRequest(slide: "s", count: 2, intervalSeconds: 3600)
        for _ in 0..<64 { _ = try await microscope.startCaptures(request, by: Bench.peer) }
        await #expect { try await microscope.startCaptures(request, by: Bench.peer) } throws: { error in
            guard let problem = error as? Problem else { return false }
            return problem.isKind(.queueFull) && problem.detail.contains("64") && problem.hint.contains("--stop")
        }
        let oldest = try #require(try await microscope.openJobs().first)
        _ = try await microscope.stopJob(oldest.id, by: Bench.peer)
        _ = try await microscope.startCaptures(request, by: Bench.peer)
        await microscope.stop()
    }

    /// Three orderly restarts in the middle of an analysis are no sign that the field ends the daemon.
    @Test func orderlyRestartsDoNotCountAgainstAField() async throws {
        let bench = try Bench()
        var microscope = try await opened(bench)
        _ = try await microscope.startCaptures(CaptureRequest(slide: "s"), by: Bench.peer)
        while try await microscope.captures(ofSlide: "s").isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        for _ in 0..<5 {
            await microscope.stop()
            let store = try SlideStore(at: bench.folder.path + "/slides.sqlite")
            #expect(try await store.capture(1).attempts <= 1)
            try store.close()
            microscope = try await bench.open()
        }
        var capture = try #require(try await microscope.captures(ofSlide: "s").first)
        while capture.state == .pending {
            try await Task.sleep(for: .milliseconds(20))
            capture = try #require(try await microscope.captures(ofSlide: "s").first)
        }
        #expect(capture.state == .done, "\(String(describing: capture.problem))")
        await microscope.stop()
    }
}
