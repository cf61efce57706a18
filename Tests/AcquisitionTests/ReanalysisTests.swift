import Acquisition
import ControlAPI
import Foundation
import Testing

/// Stored inputs looked at again, the results beside the earlier ones.
@Suite struct ReanalysisTests {
    private func ended(_ microscope: Microscope, _ job: ReanalysisJob) async throws -> ReanalysisJob {
        var job = job
        while !job.state.isFinal {
            job = try await microscope.reanalysis(job.id, after: job.revision, timeout: .seconds(60))
        }
        return job
    }

    @Test func anotherThresholdMakesASecondRunBesideTheFirst() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.counted(fields: 2)
        let first = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        let grain = try #require(try await microscope.grains(ofCapture: 1, includingRejected: false).grains.first)
        _ = try await microscope.review(ReviewRequest(action: .reject, grains: [grain.id]), by: Bench.peer)
        let reviewed = try await microscope.counts(ofSlide: "s", untilPrecision: nil)

        var request = ReanalysisRequest(slide: "s")
        request.minimumConfidence = 0.97
        let job = try await ended(microscope, try await microscope.reanalyse(request, by: Bench.peer))
        #expect(job.state == .done && job.done == 2 && job.total == 2)
        let run = try #require(job.run)
        // The counts are still those of the first run, with its review.
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil) == reviewed)

        let difference = try #require(job.difference)
        var counted: [Int] = []
        for species in difference.species {
            #expect(species.first == species.matched + species.relabelled + species.onlyInFirst)
            counted.append(species.first)
        }
        #expect(counted == reviewed.species.map(\.grains) + [reviewed.unidentified])
        let unidentified = try #require(difference.species.last)
        #expect(unidentified.key == "unidentified" && unidentified.second > unidentified.first)
        // What was rejected in the first run is rejected in the second.
        #expect(job.reviewsCarried == 1 && job.reviewsLeft.isEmpty)
        #expect(difference.species.allSatisfy { $0.onlyInSecond == 0 })
        #expect(difference.species.allSatisfy { $0.onlyInFirst == 0 })

        _ = try await microscope.changeSlide("s", SlideChange(run: run), by: Bench.peer)
        let second = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(second.run?.id == run && second.total < first.total)
        #expect(second.species.map(\.grains) + [second.unidentified] == difference.species.map(\.second))
        _ = try await microscope.changeSlide("s", SlideChange(run: first.run!.id), by: Bench.peer)
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil) == reviewed)

        let runs = try await microscope.runs(ofSlide: "s")
        #expect(runs.map(\.isInForce) == [true, false] && runs[1].settings.minimumConfidence == 0.97)
        #expect(runs.map(\.capturesDone) == [2, 2] && runs.map(\.capturesTotal) == [2, 2])
        await #expect { try await microscope.changeSlide("s", SlideChange(run: 99), by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.runNotFound) == true
        }
        await microscope.stop()
    }

    /// What was said about a grain that the other run does not have is told where it is counted.
    @Test func aReviewWithoutItsGrainIsTold() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted()
        let grains = try await microscope.grains(ofCapture: 1, includingRejected: false).grains
        let small = try #require(grains.min { ($0.areaUm2 ?? 0) < ($1.areaUm2 ?? 0) })
        let large = try #require(grains.max { ($0.areaUm2 ?? 0) < ($1.areaUm2 ?? 0) })
        for grain in [small, large] {
            _ = try await microscope.review(ReviewRequest(action: .accept, grains: [grain.id]), by: Bench.peer)
        }
        let halves = try await microscope.review(ReviewRequest(action: .split, grains: [small.id]), by: Bench.peer)
        var request = ReanalysisRequest(slide: "s")
        request.minimumAreaUm2 = large.areaUm2
        let job = try await ended(microscope, try await microscope.reanalyse(request, by: Bench.peer))
        #expect(job.reviewsCarried + job.reviewsLeft.count == 3)
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil).doubts.isEmpty)
        _ = try await microscope.changeSlide("s", SlideChange(run: job.run), by: Bench.peer)
        let counts = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(counts.doubts.isEmpty == job.reviewsLeft.isEmpty)
        #expect(halves.review.made.count == 2)
        await microscope.stop()
    }

    /// Grains that fields share are told in a new run before it is compared with the one in force.
    @Test func anAnalysisLikeTheFirstDiffersInNothing() async throws {
        let bench = try Bench(scan: ())
        let microscope = try await bench.counted(fields: 6)
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil).doubles > 0)
        let job = try await ended(
            microscope, try await microscope.reanalyse(ReanalysisRequest(slide: "s"), by: Bench.peer))
        for species in try #require(job.difference).species {
            #expect(species.first == species.second && species.matched == species.first, "\(species)")
        }
        await microscope.stop()
    }

    @Test func aStoppedReanalysisGoesOnWhereItStopped() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted(fields: 4)
        let job = try await microscope.reanalyse(ReanalysisRequest(slide: "s"), by: Bench.peer)
        while try await microscope.reanalysis(job.id, after: nil, timeout: .zero).done < 1 {
            try await Task.sleep(for: .milliseconds(5))
        }
        _ = try await microscope.stopReanalysis(job.id, by: Bench.peer)
        let stopped = try await ended(microscope, job)
        #expect(stopped.state == .stopped && (1..<4).contains(stopped.done))
        let run = try #require(stopped.run)
        #expect(try await microscope.runs(ofSlide: "s")[1].capturesDone == stopped.done)
        let resumed = try await ended(
            microscope, try await microscope.reanalyse(ReanalysisRequest(slide: "s", run: run), by: Bench.peer))
        #expect(resumed.state == .done && resumed.done == 4 && resumed.run == run)
        let runs = try await microscope.runs(ofSlide: "s")
        #expect(runs.count == 2 && runs[1].capturesDone == 4)
        #expect(runs[0].counts == runs[1].counts && runs[0].unidentified == runs[1].unidentified)
        await microscope.stop()
    }

    @Test func aReanalysisOutlivesItsDaemon() async throws {
        let bench = try Bench()
        let first = try await bench.counted(fields: 4)
        let job = try await first.reanalyse(ReanalysisRequest(slide: "s"), by: Bench.peer)
        while try await first.reanalysis(job.id, after: nil, timeout: .zero).done < 1 {
            try await Task.sleep(for: .milliseconds(5))
        }
        await first.stop()
        #expect(try await first.reanalysis(job.id, after: nil, timeout: .zero).state == .parked)

        let second = try await bench.open()
        let unfinished = try await second.runs(ofSlide: "s")[1]
        #expect((1..<4).contains(unfinished.capturesDone) && unfinished.capturesTotal == 4)
        let resumed = try await ended(
            second, try await second.reanalyse(ReanalysisRequest(slide: "s", run: unfinished.id), by: Bench.peer))
        #expect(resumed.state == .done)
        let runs = try await second.runs(ofSlide: "s")
        #expect(runs[0].counts == runs[1].counts && runs[1].capturesDone == 4 && runs[0].isInForce)
        await second.stop()
    }

    @Test func anOfferedLensBelongsToWhoBroughtIt() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        let manifest = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Bench.lensFolder + "/lens.json")))
        let offer = try await microscope.offerLens(manifest: manifest, by: Bench.peer)
        #expect(offer.missing.count > 1 && offer.missing.allSatisfy { $0.hasSuffix(".safetensors") })
        let folder = bench.folder.appendingPathComponent("lenses/\(offer.digest)")
        #expect(try String(contentsOf: folder.appendingPathComponent(".brought-by"), encoding: .utf8) == "uid 1000")
        let file = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(Bench.lensFolder)/\(offer.missing[0])")))
        let after = try await microscope.storeLensFile(
            digest: offer.digest, name: offer.missing[0], bytes: file, piece: nil, by: Bench.peer)
        #expect(after.missing == Array(offer.missing.dropFirst()))
        // The second time nothing is written.
        #expect(try await microscope.offerLens(manifest: manifest, by: Bench.peer) == after)
        await microscope.stop()
    }

    /// One user fills half of the library at most; the refusal has the figures.
    @Test func oneUserBringsHalfOfTheLensesAtMost() async throws {
        let bench = try Bench()
        let text = try String(contentsOfFile: Bench.lensFolder + "/lens.json", encoding: .utf8)
        let microscope = try await bench.open()
        func offer(_ number: Int, by uid: UInt32) async throws -> LensOffer {
            try await microscope.offerLens(
                manifest: Array(text.utf8) + Array(repeating: UInt8(ascii: "\n"), count: number + 1),
                by: Peer(uid: uid, gid: 1000, pid: 42))
        }
        for number in 0..<64 { _ = try await offer(number, by: 1000) }
        await #expect { try await offer(64, by: 1000) } throws: { error in
            (error as? Problem)?.isKind(.lensesFull) == true
                && "\(error)".hasPrefix("uid 1000 has brought 64 lenses of 0.")
                && "\(error)".contains("64 of 4.0 GB may be kept")
        }
        // What is there already is no new one, and another user still has room.
        _ = try await offer(3, by: 1000)
        for number in 64..<128 { _ = try await offer(number, by: 1001) }
        await #expect { try await offer(128, by: 1002) } throws: {
            "\($0)".hasPrefix("clients have brought 128 lenses")
        }
        await microscope.stop()
    }

    @Test func aLensThatTheDaemonDoesNotHoldIsRefused() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted()
        let unknown = ReanalysisRequest(slide: "s", lensDigest: String(repeating: "0", count: 64))
        await #expect { try await microscope.reanalyse(unknown, by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.lensNotOffered) == true
        }
        await #expect { try await microscope.offerLens(manifest: Array("{}".utf8), by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.invalidLensFile) == true
        }
        await #expect {
            try await microscope.reanalyse(ReanalysisRequest(slide: "s", run: 7), by: Bench.peer)
        } throws: {
            ($0 as? Problem)?.isKind(.runNotFound) == true
        }
        #expect(try await microscope.runs(ofSlide: "s").count == 1)
        await microscope.stop()
    }
}
