import Acquisition
import Camera
import ControlAPI
import Foundation
import Imaging
import SlideStore
import Testing

/// The live view of a whole microscope: what it shows, that it stores nothing, and that captures come first.
@Suite struct LiveViewTests {
    private func picture(
        _ microscope: Microscope, _ name: String, after: Int = 0, width: Int = 640
    ) async throws -> LivePicture? {
        let view = try #require(LivePicture.View(rawValue: name))
        return try await microscope.livePicture(
            LivePicture.Request(view: view, after: after, width: width), by: Bench.peer)
    }

    @Test func everyViewIsShownAndMarked() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.open()
        #expect(try await microscope.liveState().state == .off)
        let camera = try #require(try await picture(microscope, "camera"))
        #expect(camera.widthPx == 640 && camera.heightPx == 512 && camera.nmPerPixel == 360 && !camera.isSynthesised)
        #expect(try PictureFile.decode(camera.bytes, name: "camera").width == 640)
        for name in ["map", "magnified", "labelled", "only-iva", "only-galanthus"] {
            let made = try #require(try await picture(microscope, name, width: 320), "\(name)")
            // The map says what lies where and draws no surface.
            #expect(made.isSynthesised == (name != "map"), "\(name)")
            // One tile in the middle has fewer pixels than were asked for.
            #expect(made.covers == nil ? made.widthPx == 320 : (64...320).contains(made.widthPx), "\(name)")
            let mark = Data(made.bytes).range(of: Data("Synthesised by the neural lens".utf8))
            #expect((mark != nil) == (name != "map"), "\(name)")
            let covers = made.covers ?? SIMD4(0, 0, 1, 1)
            #expect(covers.x < covers.z && covers.y < covers.w && covers.min() >= 0 && covers.max() <= 1)
        }
        #expect(Data(camera.bytes).range(of: Data("Synthesised".utf8)) == nil)
        let raw = try #require(
            try await microscope.livePicture(
                LivePicture.Request(view: .lens(.magnified), format: .raw, width: 64), by: Bench.peer))
        #expect(raw.bytes.count == raw.widthPx * raw.heightPx * 3)

        let state = try await microscope.liveState()
        #expect(state.state == .running && state.widthPx == 1280 && state.nmPerPixel == 180 && state.viewers >= 1)
        #expect(state.counts.map(\.key) == ["iva", "galanthus"])
        await microscope.stop()
    }

    /// Beside a picture of the lens stands the frame it was made of, under the same number, although newer ones came.
    @Test func theFieldIsTheFrameThatTheLensLookedAt() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        _ = try await microscope.setLiveOptions(LiveOptions(lens: .map, region: .field), by: Bench.peer)
        func raw(_ view: LivePicture.View) async throws -> LivePicture {
            try #require(
                try await microscope.livePicture(
                    LivePicture.Request(view: view, format: .raw, width: 64), by: Bench.peer))
        }
        let map = try await raw(.lens(.map)), field = try await raw(.field), camera = try await raw(.camera)
        #expect(field.sequence >= map.sequence && !field.isSynthesised && field.bytes == camera.bytes)
        _ = try await microscope.setLiveOptions(LiveOptions(lens: .off), by: Bench.peer)
        #expect(try await raw(.field).bytes == camera.bytes, "without the lens it is the newest frame")
        _ = try await microscope.captured(slide: "s")
        _ = try await microscope.setLiveOptions(LiveOptions(lens: .map), by: Bench.peer)
        // The stage has moved on: pictures of one number are of one place.
        var seen: [Int: (map: [UInt8]?, field: [UInt8]?)] = [:]
        let end = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < end {
            let (newMap, newField) = (try await raw(.lens(.map)), try await raw(.field))
            seen[newMap.sequence, default: (nil, nil)].map = newMap.bytes
            seen[newField.sequence, default: (nil, nil)].field = newField.bytes
            if seen.values.contains(where: { $0.map != nil && ![nil, camera.bytes].contains($0.field) }) {
                for (number, pair) in seen where pair.map != nil && pair.field != nil {
                    #expect(
                        (pair.field == camera.bytes) == (pair.map == map.bytes), "picture \(number): of two places")
                }
                return await microscope.stop()
            }
        }
        Issue.record("the view never showed the second field")
        await microscope.stop()
    }

    /// The counts of the view are those that a capture of the same field gets, and only the capture's are kept.
    @Test func countsOfTheViewAreNeverStored() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        _ = try await microscope.setLiveOptions(LiveOptions(lens: .map, region: .field), by: Bench.peer)
        _ = try #require(try await picture(microscope, "map"))
        let seen = try await microscope.liveState()
        #expect(seen.counts.reduce(0) { $0 + $1.grains } > 0 && seen.lensCovers == nil)
        #expect(seen.outlines.count == seen.counts.reduce(0) { $0 + $1.grains } + seen.unidentified)
        #expect(seen.outlines.allSatisfy { $0.outlinePx.allSatisfy { $0.x >= -1 && $0.x <= 1281 && $0.y <= 1025 } })
        let store = try SlideStore(at: bench.folder.path + "/slides.sqlite")
        #expect(try await store.totals().captures == 0)
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil).total == 0)
        let capture = try await microscope.captured(slide: "s").captures[0]
        #expect(capture.origin == "000000.png", "the live view took a field from the captures")
        #expect(capture.counts.map(\.grains) == seen.counts.map(\.grains))
        #expect(try await store.totals().captures == 1)
        await microscope.stop()
    }

    @Test func optionsAreTakenAndWhatTheyExcludeIsSaid() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        _ = try await microscope.setLiveOptions(LiveOptions(lens: .map), by: Bench.peer)
        await #expect { try await picture(microscope, "magnified") } throws: {
            ($0 as? Problem)?.isKind(.liveViewRefused) == true
        }
        _ = try #require(try await picture(microscope, "map"))
        #expect(try await microscope.liveState().lensMode == .map)
        _ = try await microscope.setLiveOptions(LiveOptions(lens: .full, region: .centre), by: Bench.peer)
        let centre = try #require(try await picture(microscope, "magnified"))
        #expect(centre.mode == .centre && centre.covers != nil)
        let state = try await microscope.liveState()
        #expect(state.region == .centre && state.lensCovers == centre.covers, "counts are of the centre too")
        await #expect { try await picture(microscope, "only-tilia") } throws: {
            ($0 as? Problem)?.isKind(.invalidLiveView) == true
        }
        let off = try await microscope.setLiveOptions(LiveOptions(lens: .off), by: Bench.peer)
        #expect(off.lensMode == .off && off.counts.isEmpty && off.region == .centre)
        await #expect { try await picture(microscope, "map") } throws: {
            ($0 as? Problem)?.isKind(.liveViewRefused) == true
        }
        await microscope.stop()
    }

    @Test func whatIsMissingIsSaid() async throws {
        let bench = try Bench(fields: 0)
        let empty = try await bench.open()
        // The first attempt may come before the camera's answer, and then waits for it.
        await #expect { try await picture(empty, "camera") } throws: {
            ($0 as? Problem)?.isKind(.cameraUnavailable) == true
        }
        let state = try await empty.liveState()
        #expect(state.state == .waiting && state.reason?.contains("holds no picture") == true)
        await empty.stop()

        let unscaled = try Bench()
        unscaled.configuration.nmPerPixel = nil
        let microscope = try await unscaled.open()
        _ = try #require(try await picture(microscope, "camera"))
        await #expect { try await picture(microscope, "map") } throws: {
            ($0 as? Problem)?.isKind(.scaleUnknown) == true
        }
        await microscope.stop()
    }

    /// The camera comes back by itself, and the picture with it.
    @Test func theCameraMayGoAndComeBack() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        let first = try #require(try await picture(microscope, "camera"))
        let (there, away) = (bench.picture("000000.png"), bench.folder.appendingPathComponent("away.png"))
        try FileManager.default.moveItem(at: there, to: away)
        var problem: Problem?
        for _ in 0..<100 where problem == nil {
            do { _ = try await picture(microscope, "camera") } catch { problem = error as? Problem }
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(problem?.isKind(.cameraUnavailable) == true)
        try FileManager.default.moveItem(at: away, to: there)
        var again: LivePicture?
        for _ in 0..<100 where again == nil {
            again = try? await picture(microscope, "camera", after: first.sequence)
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try #require(again).sequence > first.sequence)
        await microscope.stop()
    }

    /// A lens that is broken is said and the camera goes on; one that works is looked through at once.
    @Test func theLensMayBeReplaced() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        let first = try #require(try await picture(microscope, "map"))
        var other = bench.configuration
        other.lensFolder = bench.folder.appendingPathComponent("no-lens").path
        await microscope.reload(other)
        await #expect { try await picture(microscope, "map") } throws: {
            ($0 as? Problem)?.isKind(.lensRefused) == true
        }
        let camera = try #require(try await picture(microscope, "camera"))
        #expect(camera.sequence > first.sequence)
        #expect(try await microscope.liveState().counts.isEmpty)
        await microscope.reload(bench.configuration)
        #expect(try #require(try await picture(microscope, "map", after: first.sequence)).sequence > first.sequence)
        await microscope.stop()
    }

    /// While somebody watches everything, a capture is taken and analysed first.
    @Test func aTriggeredCaptureWins() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        _ = try await microscope.setLiveOptions(LiveOptions(lens: .full), by: Bench.peer)
        let watcher = Task {
            var after = 0
            while !Task.isCancelled {
                after = (try? await picture(microscope, "labelled", after: after))?.sequence ?? after
            }
        }
        _ = try #require(try await picture(microscope, "labelled"))
        let state = Task {
            var reasons: Set<String> = []
            while !Task.isCancelled {
                if let reason = try await microscope.liveState().lensModeReason { reasons.insert(reason) }
                try? await Task.sleep(for: .milliseconds(5))
            }
            return reasons
        }
        let job = try await microscope.captured(4, slide: "s")
        #expect(
            job.state == .done
                && job.captures.map(\.origin) == ["000000.png", "000001.png", "000000.png", "000001.png"])
        state.cancel()
        #expect(try await state.value.contains("a capture comes first"))
        let last = try await microscope.liveState().sequence
        // And then it goes on.
        _ = try #require(try await picture(microscope, "labelled", after: last - 1))
        watcher.cancel()
        await microscope.stop()
    }

    @Test func itEndsWhenNobodyWatches() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        _ = try await picture(microscope, "camera")
        #expect(try await microscope.liveState().state == .running)
        var state = LiveState.State.running
        for _ in 0..<100 where state != .off {
            try await Task.sleep(for: .milliseconds(100))
            state = try await microscope.liveState().state
        }
        #expect(state == .off)
        #expect(try await picture(microscope, "camera") != nil)
        await microscope.stop()
    }

    @Test func eventsTellOfCapturesCountsAndSlides() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        var (cursor, hasGap) = microscope.followEvents(after: nil)
        #expect(!hasGap)
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let job = try await microscope.captured(slide: "s")
        var names: [ServiceEvent.Name] = []
        var numbers: [Int] = []
        while !names.contains(.counts) {
            let batch = await microscope.events(after: cursor, timeout: .seconds(5))
            cursor = batch.cursor
            names += batch.events.map(\.name)
            numbers += batch.events.compactMap(\.number)
        }
        #expect(names.first == .slide && names.contains(.job) && names.count { $0 == .capture } >= 2)
        #expect(numbers == Array(1...numbers.count))
        let grain = try await microscope.grains(ofCapture: job.captures[0].id, includingRejected: false).grains[0]
        _ = try await microscope.review(ReviewRequest(action: .reject, grains: [grain.id]), by: Bench.peer)
        var more: [ServiceEvent] = []
        while !more.contains(where: { $0.name == .review }) {
            let batch = await microscope.events(after: cursor, timeout: .seconds(5))
            cursor = batch.cursor
            more += batch.events
        }
        let notice = try #require(more.first { $0.name == .review })
        let told = #"{"capture":\#(job.captures[0].id),"grains":[\#(grain.id)],"slide":"s"}"#
        #expect(String(decoding: notice.json, as: UTF8.self) == told)
        await microscope.stop()
    }
}
