import ControlAPI
import ControlClient
import ControlServer
import Foundation
import Glibc
import Testing

/// Routes of slides' places, reviews, reanalyses, exports and calibrations, through the client.
@Suite struct AnalysisRoutesTests {
    private let me = Peer(uid: getuid(), gid: getgid(), pid: getpid())

    private func withSlide(_ body: (ControlClient, StandInInstrument) async throws -> Void) async throws {
        try await withServer { served throws in
            _ = try await served.instrument.createSlide(SlideCreation(name: "A"), by: Peer(uid: 0, gid: 0, pid: 0))
            try await body(served.client, served.instrument)
        }
    }

    @Test func slidesAnswer() async throws {
        try await withSlide { client, instrument throws in
            let change = SlideChange(note: "lime", sampledVolumeM3: 14.4, depositAreaMm2: 672, run: 1)
            let slide = try await blocking { try client.changeSlide("A", change) }
            #expect(slide.note == "lime" && slide.sampledVolumeM3 == 14.4 && slide.run == StandInInstrument.run)
            #expect(await instrument.slideChanges == [change])

            let counts = try await blocking { try client.counts(ofSlide: "A", untilPrecision: 0.1) }
            #expect(counts.species == StandInInstrument.sure)
            _ = try await blocking { try client.counts(ofSlide: "A") }
            #expect(await instrument.precisions == [0.1, nil])

            #expect(
                try await blocking { try client.comparison(ofSlide: "A", with: "b & c") }
                    == instrument.comparison(ofSlide: "A", with: "b & c"))
            #expect(try await blocking { try client.placements(ofSlide: "A") } == instrument.placements(ofSlide: "A"))
            #expect(try await blocking { try client.map(ofSlide: "A") } == StandInInstrument.picture)
            for format in ExportFormat.allCases {
                let bytes = try await blocking { try client.export(slide: "A", format: format) }
                #expect(bytes == Array("\(format.rawValue) of A".utf8))
            }
        }
    }

    @Test func exportsSayWhatTheyAre() async throws {
        try await withServer { served throws in
            _ = try await served.instrument.createSlide(SlideCreation(name: "A"), by: Peer(uid: 0, gid: 0, pid: 0))
            for (format, type) in [
                ("grains-csv", "text/csv; charset=utf-8; header=present"), ("geojson", "application/geo+json"),
                ("report", "text/html; charset=utf-8"),
            ] {
                let answer = try await served.raw(request("GET", "/v1/slides/A/export/\(format)"))
                #expect(answer.contains("\r\nContent-Type: \(type)\r\n"))
            }
        }
    }

    @Test func grainsAndReviewsAnswer() async throws {
        try await withSlide { client, instrument throws in
            let all = try await blocking { try client.grains(ofCapture: 7, includingRejected: true) }
            #expect(all.grains == [StandInInstrument.grain, StandInInstrument.dirt])
            #expect(
                try await blocking { try client.grains(ofCapture: 7) }.grains == [StandInInstrument.grain])
            #expect(try await blocking { try client.grain(1) } == instrument.grain(1))
            #expect(try await blocking { try client.crop(ofGrain: 1) } == StandInInstrument.picture)
            #expect(try await blocking { try client.export(capture: 7, as: .omeTIFF) } == StandInInstrument.picture)

            let next = try await blocking { try client.nextForReview(ofSlide: "A", limit: 5) }
            #expect(next.remaining == 4 && next.grains == [StandInInstrument.grain])
            let none = try await blocking { try client.nextForReview(ofSlide: "A", species: "galanthus", limit: 5) }
            #expect(none.grains.isEmpty)

            let request = ReviewRequest(
                action: .split, grains: [1], note: "two", reviewer: "M. Palyno",
                outlinesPx: [[[0, 0], [1.5, 0], [0, 1]], [[2, 0], [3, 0], [2, 1]]])
            let result = try await blocking { try client.review(request) }
            #expect(result.review == StandInInstrument.review && result.grains.map(\.status) == [.confirmed])
            #expect(await instrument.reviewRequests == [request])
            #expect(await instrument.peers.last == me)
            #expect(try await blocking { try client.reviews(ofSlide: "A") } == [StandInInstrument.review])
        }
    }

    @Test func fieldsAreLabelledAndFinished() async throws {
        try await withSlide { client, instrument throws in
            let labels = try await blocking { try client.labels(ofSlide: "A") }
            #expect(labels == SlideLabels(slide: "A", fields: StandInInstrument.labelled) && labels.next == 8)
            let finished = try await blocking {
                try client.finish(capture: 7, FinishRequest(revision: 4, reviewer: "Anna"))
            }
            #expect(finished.finished?.by == "Anna")
            #expect(try await blocking { try client.reopen(capture: 7, FinishRequest()) }.finished == nil)
            let late = await #expect(throws: ControlClientError.self) {
                try await blocking { try client.finish(capture: 7, FinishRequest(revision: 3)) }
            }
            #expect(try #require(late?.problem).isKind(.fieldChanged) && late?.problem?.status == 409)

            #expect(try await blocking { try client.species() }.map(\.key) == ["iva"])
            let added = try await blocking { try client.addSpecies(SpeciesRequest(name: "Betula pendula")) }
            #expect(added.key == "betula" && !added.isOfLens)
            let unnamed = await #expect(throws: ControlClientError.self) {
                try await blocking { try client.addSpecies(SpeciesRequest(name: " ")) }
            }
            #expect(try #require(unnamed?.problem).isKind(.invalidSpecies))
        }
    }

    @Test func wrongShapesAskNothing() async throws {
        try await withSlide { client, instrument throws in
            let error = await #expect(throws: ControlClientError.self) {
                try await blocking { try client.review(ReviewRequest(action: .merge, grains: [1])) }
            }
            #expect(try #require(error?.problem).isKind(.invalidReview))
            #expect(await instrument.reviewRequests.isEmpty)
        }
    }

    @Test func lensTravelsAndReanalysisIsFollowed() async throws {
        try await withTemporaryDirectory { directory in
            let manifest =
                "{\"name\":\"x\",\"networks\":[{\"file\":\"a.safetensors\",\"sha256\":\"\"},{\"file\":\"b.safetensors\",\"sha256\":\"\"}]}"
            try Data(manifest.utf8).write(to: URL(fileURLWithPath: "\(directory)/lens.json"))
            // Larger than any other request may be.
            try Data(StandInInstrument.picture).write(to: URL(fileURLWithPath: "\(directory)/b.safetensors"))
            try await withSlide { client, instrument throws in
                let digest = try await blocking {
                    var sent: [String] = []
                    let digest = try client.bring(LensFolder(directory)) { name, _ in sent.append(name) }
                    // The daemon had the other one.
                    #expect(sent == ["b.safetensors"])
                    return digest
                }
                let lens = try #require(await instrument.lenses[digest])
                #expect(lens.manifest == Array(manifest.utf8))
                #expect(lens.files == ["b.safetensors": StandInInstrument.picture])

                let request = ReanalysisRequest(slide: "A", lensDigest: digest, minimumConfidence: 0.5, border: .all)
                let states = try await blocking {
                    var states: [ReanalysisJob.State] = []
                    let ended = try client.follow(client.reanalyse(request)) { states.append($0.state) }
                    #expect(ended.difference == StandInInstrument.difference)
                    return states
                }
                #expect(states == [.queued, .running, .done])
                #expect(await instrument.reanalysisRequests == [request])
                #expect(await instrument.waits.map(\.revision) == [1, 2])
                #expect(try await blocking { try client.stopReanalysis("r1") }.state == .stopped)
                #expect(await instrument.peers.dropFirst().allSatisfy { $0 == me })
                #expect(try await blocking { try client.runs(ofSlide: "A") } == instrument.runs(ofSlide: "A"))
                #expect(
                    try await blocking { try client.difference(ofSlide: "A", run: 1, to: 2) }
                        == StandInInstrument.difference)
            }
        }
    }

    @Test func lensFolderGivesOnlyItsOwnFiles() async throws {
        try await withTemporaryDirectory { directory in
            func manifest(_ text: String) throws {
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/lens.json"))
            }
            #expect(throws: ControlClientError.self) { try LensFolder(directory) }
            for text in ["", "{}", "[1]", "{\"networks\":[{\"file\":3}]}"] {
                try manifest(text)
                #expect(throws: ControlClientError.self) { try LensFolder(directory) }
            }
            for name in ["../a", "/etc/passwd", "a/b", "..", ".", "", ".hidden", "a\\u0000b"] {
                try manifest("{\"name\":\"x\",\"networks\":[{\"file\":\"\(name)\",\"sha256\":\"\"}]}")
                let error = #expect(throws: ControlClientError.self) { try LensFolder(directory) }
                #expect(error?.code == .cannotRead && error?.exitStatus == 1, "\(name)")
            }
            let parts = ["a", "pipe", "absent"].map { "{\"file\":\"\($0)\",\"sha256\":\"\"}" }
            try manifest("{\"name\":\"x\",\"networks\":[\(parts.joined(separator: ","))]}")
            try Data([1, 2]).write(to: URL(fileURLWithPath: "\(directory)/a"))
            try Data([3]).write(to: URL(fileURLWithPath: "\(directory)/b"))
            mkfifo("\(directory)/pipe", 0o600)
            truncate("\(directory)/b", 0)
            let lens = try LensFolder(directory)
            #expect(try lens.size(of: "a") == 2 && lens.read("a", at: 1, count: 9) == [2])
            for name in ["b", "lens.json", "../a", "pipe", "absent"] {
                #expect(throws: ControlClientError.self, "\(name)") { try lens.size(of: name) }
                #expect(throws: ControlClientError.self, "\(name)") { try lens.read(name, at: 0, count: 1) }
            }
        }
    }

    @Test func calibrationsAnswer() async throws {
        try await withSlide { client, instrument throws in
            #expect(try await blocking { try client.calibrations() } == instrument.calibrations())
            let request = CalibrationRequest(objective: "20x", pixelPitchUm: 3.6, magnification: 20, binning: 2)
            #expect(try await blocking { try client.calibrate(request) } == StandInInstrument.calibration)
            #expect(await instrument.calibrationRequests == [request])
            #expect(try await blocking { try client.use(objective: "20x") } == StandInInstrument.calibration)
        }
    }

    @Test func flatFieldsAnswer() async throws {
        try await withSlide { client, _ throws in
            #expect(try await blocking { try client.flatFields() } == [StandInInstrument.flatField])
            let taken = try await blocking { try client.takeFlatField(FlatFieldRequest(frames: 16)) }
            #expect(taken == StandInInstrument.flatField)
            for frames in [7, -1, 257] {
                await #expect(throws: ControlClientError.self, "\(frames)") {
                    try await blocking { try client.takeFlatField(FlatFieldRequest(frames: frames)) }
                }
            }
            let report = try await blocking { try client.instrument() }
            #expect(Presentation.instrument(report).contains("note: the light has changed"))
            #expect(Presentation.flatField(taken).contains("at 80, 60 px: 24 px wide, 5 % darker"))
        }
    }

    @Test func stagePositionArrives() async throws {
        try await withSlide { client, instrument throws in
            let request = CaptureRequest(slide: "A", stageXUm: -1500.5, stageYUm: 0)
            _ = try await blocking { try client.startCaptures(request) }
            #expect(await instrument.requests == [request])
        }
    }
}
