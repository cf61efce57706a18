import Acquisition
import Camera
import ControlAPI
import Foundation
import Grains
import Imaging
import Simulation
import SlideStore
import Testing

/// From a trigger to counts on disk, with a real lens and a real database.
@Suite struct MicroscopeTests {
    @Test func aFieldBecomesPicturesAndCounts() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.open()
        let slide = try await microscope.createSlide(SlideCreation(name: "Park, June"), by: Bench.peer)
        #expect(slide.captures == 0)
        let job = try await microscope.captured(2, slide: "Park, June")
        #expect(job.state == .done && job.problem == nil)
        #expect(job.captures.map(\.origin) == ["000000.png", "000001.png"])

        var agreement = Agreement()
        for (capture, truth) in zip(job.captures, try bench.truth().fields) {
            #expect(capture.state == .done && capture.nmPerPixel == 180)
            let grains = try await microscope.grains(ofCapture: capture.id, includingRejected: false).grains
            #expect(capture.counts.map(\.key) == ["iva", "galanthus"])
            #expect(
                capture.counts.map(\.grains) == ["iva", "galanthus"].map { key in grains.count { $0.species == key } })
            agreement.add(
                actual: truth.grains.map {
                    .init(species: $0.species, polygon: $0.outline.map { .init(x: $0[0], y: $0[1]) })
                },
                counted: grains.filter { $0.species != GrainReport.unidentified }
                    .map { .init(species: $0.species, polygon: $0.outlinePx.map { .init(x: $0.x, y: $0.y) }) })
            // What is stored is what the camera gave, bit for bit.
            let input = try await microscope.image(ofCapture: capture.id, kind: .input)
            let given = try [UInt8](Data(contentsOf: bench.picture(capture.origin)))
            #expect(try PNG.decode(input, name: "stored") == PNG.decode(given, name: "given"))
            for kind in [ImageKind.map, .magnified, .labelled, .only(species: "iva"), .only(species: "galanthus")] {
                let picture = try PNG.decode(
                    try await microscope.image(ofCapture: capture.id, kind: kind), name: kind.rawValue)
                #expect(picture.width == 694 && picture.height == 555)
            }
        }
        // The small lens is coarse; a broken scale, map or outline would give nothing at all.
        for key in ["iva", "galanthus"] {
            #expect(agreement.species[key]!.f1 > 0.7, "\(key): \(agreement.species[key]!)")
        }
        let counts = try await microscope.counts(ofSlide: "Park, June", untilPrecision: nil)
        #expect(counts.captures == 2 && counts.total == job.captures.flatMap(\.counts).reduce(0) { $0 + $1.grains })
        await microscope.stop()
    }

    /// The camera's mosaic is what is kept; its colours, and what the lens's pictures are painted from, are made of what is
    /// kept when somebody asks, the same bytes each time.
    @Test func whatCanBeDerivedIsMadeWhenItIsAskedFor() async throws {
        let bench = try Bench()
        bench.configuration.camera = "simulated:7"
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let id = try await microscope.captured(slide: "s").captures[0].id
        let raw = try await microscope.image(ofCapture: id, kind: .raw)
        let input = try await microscope.image(ofCapture: id, kind: .input)
        guard case .bits8(let mosaic) = try PNG.decode(raw, name: "raw"),
            case .bits8(let colours) = try PNG.decode(input, name: "input")
        else {
            Issue.record("not pictures of 8 bits")
            return
        }
        #expect(mosaic.channels == 1 && colours.channels == 3)
        let pattern = try #require(
            PNG.text(of: raw)["Mosaic"]?.split(separator: " ").first.flatMap { BayerPattern(rawValue: String($0)) })
        // At a place of each filter the colour is what the camera gave.
        for y in stride(from: 11, to: mosaic.height - 8, by: 97) {
            for x in stride(from: 10, to: mosaic.width - 8, by: 89) {
                #expect(mosaic[x, y] == colours[x, y, pattern.channel(x: x, y: y)])
            }
        }
        let kinds: [ImageKind] = [.input, .map, .magnified, .labelled, .only(species: "iva")]
        var pictures: [[UInt8]] = []
        for kind in kinds { pictures.append(try await microscope.image(ofCapture: id, kind: kind)) }
        await microscope.stop()

        // Also after a restart without a lens.
        bench.configuration.lensFolder = nil
        let again = try await bench.open()
        for (kind, picture) in zip(kinds, pictures) {
            #expect(try await again.image(ofCapture: id, kind: kind) == picture, "\(kind.rawValue)")
        }
        await #expect { try await again.image(ofCapture: id, kind: .only(species: "tilia")) } throws: { error in
            (error as? Problem)?.hint.contains("input, map, magnified, labelled, only-iva") == true
        }
        await again.stop()
    }

    /// Generated pictures say so in the file itself.
    @Test func generatedPicturesAreMarkedAndTheInputIsNot() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let id = try await microscope.captured(slide: "s").captures[0].id
        for kind in [ImageKind.map, .magnified, .labelled, .only(species: "iva")] {
            let bytes = try await microscope.image(ofCapture: id, kind: kind)
            #expect(Data(bytes).range(of: Data("Synthesised".utf8)) != nil)
        }
        let input = try await microscope.image(ofCapture: id, kind: .input)
        #expect(Data(input).range(of: Data("Synthesised".utf8)) == nil)
        await microscope.stop()
    }

    @Test func withoutAScaleTheLensRefusesAndTheFieldStays() async throws {
        let bench = try Bench()
        bench.configuration.nmPerPixel = nil
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let job = try await microscope.captured(slide: "s")
        #expect(job.state == .failed)
        let capture = try #require(job.captures.first)
        #expect(capture.state == .refused && capture.nmPerPixel == nil)
        #expect(capture.problem?.isKind(.scaleUnknown) == true)
        #expect(try await !microscope.image(ofCapture: capture.id, kind: .input).isEmpty)
        await #expect { try await microscope.grains(ofCapture: capture.id, includingRejected: false) } throws: {
            ($0 as? Problem)?.isKind(.scaleUnknown) == true
        }
        await microscope.stop()
    }

    @Test func withoutALensFieldsAreStoredAndNotCounted() async throws {
        let bench = try Bench()
        bench.configuration.lensFolder = nil
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let job = try await microscope.captured(slide: "s")
        #expect(job.captures.first?.state == .refused)
        #expect(job.problem?.isKind(.lensRefused) == true)
        // Nothing seen is not nothing there.
        await #expect { try await microscope.counts(ofSlide: "s", untilPrecision: nil) } throws: {
            ($0 as? Problem)?.isKind(.notCounted) == true
        }
        await microscope.stop()
    }

    /// What a daemon killed between input and results leaves is finished by the next.
    @Test func unfinishedCapturesAreFinishedAtStart() async throws {
        let bench = try Bench()
        let png = try [UInt8](Data(contentsOf: bench.picture("000000.png")))
        do {
            let store = try SlideStore(at: bench.folder.path + "/slides.sqlite")
            let slide = try await store.createSlide(name: "s", note: "", by: .current)
            for state in ["stored", "analysing"] {
                let capture = try await store.storeInput(
                    CaptureInput(
                        png: png, width: 1280, height: 1024, scale: FieldScale(nmPerPixel: 180, origin: "test"),
                        source: "test", origin: state, wireFormat: "PNG", bitDepth: 8, sequence: 0, controls: [:],
                        frames: .init(sequenceGaps: 0, errorFlagged: 0, discardedBeforeTrigger: 0), capturedAt: Date(),
                        exposedAtMonotonicNanoseconds: 0),
                    slide: slide.id, by: .current)
                if state == "analysing" { try await store.beginAnalysis(capture.id) }
            }
            try store.close()
        }
        let microscope = try await bench.open()
        var captures = try await microscope.captures(ofSlide: "s")
        while captures.contains(where: { $0.state == .pending }) {
            try await Task.sleep(for: .milliseconds(50))
            captures = try await microscope.captures(ofSlide: "s")
        }
        #expect(captures.map(\.state) == [.done, .done])
        #expect(captures[0].counts == captures[1].counts)
        await microscope.stop()
    }

    @Test func aStoppedMicroscopeParksItsJobsAndLosesNothing() async throws {
        let bench = try Bench()
        let first = try await bench.open()
        _ = try await first.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let job = try await first.startCaptures(CaptureRequest(slide: "s", count: 500), by: Bench.peer)
        while try await first.captures(ofSlide: "s").isEmpty { try await Task.sleep(for: .milliseconds(20)) }
        await first.stop()
        #expect(try await first.job(job.id, after: nil, timeout: .zero).state == .parked)
        let store = try SlideStore(at: bench.folder.path + "/slides.sqlite")
        let stored = try await store.captures(ofSlide: store.slide(named: "s").id).map(\.id)
        try store.close()

        let second = try await bench.open()
        // The job goes on with the fields that are left.
        _ = try await second.stopJob(job.id, by: Bench.peer)
        while try await second.captures(ofSlide: "s").contains(where: { $0.state == .pending }) {
            try await Task.sleep(for: .milliseconds(50))
        }
        let captures = try await second.captures(ofSlide: "s")
        #expect(captures.prefix(stored.count).map(\.id) == stored && captures.allSatisfy { $0.state == .done })
        await second.stop()
    }

    @Test func anAbsentCameraIsAStateWithAReason() async throws {
        let bench = try Bench(fields: 0)
        bench.configuration.camera = "/dev/video-nowhere"
        bench.configuration.lensFolder = nil
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let status = try await microscope.status()
        #expect(status.camera.state == .unavailable && status.camera.reason?.isEmpty == false)
        await #expect { try await microscope.startCaptures(CaptureRequest(slide: "s"), by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.cameraUnavailable) == true
        }
        await microscope.stop()
    }

    @Test func aPictureThatCannotBeReadIsNamedAndTheNextOneFollows() async throws {
        let bench = try Bench()
        try Data("not a picture".utf8).write(to: bench.picture("0-broken.png"))
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let broken = try await microscope.captured(slide: "s")
        #expect(broken.state == .failed && broken.problem?.detail.contains("0-broken.png") == true)
        #expect(broken.captures.isEmpty)
        #expect(try await microscope.captured(slide: "s").state == .done)
        await microscope.stop()
    }

    @Test(arguments: ["", "   ", String(repeating: "x", count: 300), "bell\u{7}", "two\nlines"])
    func aSlideNameThatCannotBeIsRefused(name: String) async throws {
        let bench = try Bench(fields: 0)
        bench.configuration.lensFolder = nil
        let microscope = try await bench.open()
        await #expect { try await microscope.createSlide(SlideCreation(name: name), by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.invalidSlideName) == true
        }
        await microscope.stop()
    }

    @Test func requestsThatMakeNoSenseAreRefused() async throws {
        let bench = try Bench(fields: 0)
        bench.configuration.lensFolder = nil
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        await #expect { try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.slideExists) == true
        }
        for (count, interval) in [(0, 0.0), (-1, 0), (1_000_000, 0), (1, -1), (1, .nan), (1, .infinity)] {
            await #expect {
                try await microscope.startCaptures(
                    CaptureRequest(slide: "s", count: count, intervalSeconds: interval), by: Bench.peer)
            } throws: { ($0 as? Problem)?.isKind(.invalidCaptureRequest) == true }
        }
        await #expect { try await microscope.startCaptures(CaptureRequest(slide: "t"), by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.slideNotFound) == true
        }
        await #expect { try await microscope.grains(ofCapture: 99, includingRejected: false) } throws: {
            ($0 as? Problem)?.isKind(.captureNotFound) == true
        }
        await microscope.stop()
    }
}
