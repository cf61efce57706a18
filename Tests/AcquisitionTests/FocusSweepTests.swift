import Acquisition
import ControlAPI
import Foundation
import Imaging
import Simulation
import Testing

/// Fields that are fused from focal planes, and what the motor does for them.
@Suite struct FocusSweepTests {
    /// A folder camera whose pictures are the planes of one field, as a hand that turns the focus gives them.
    private func bench(planes: Int, moved: Int? = nil) async throws -> (Bench, Microscope) {
        let bench = try Bench(fields: 1)
        let clear = try PNG.decode(
            [UInt8](try Data(contentsOf: bench.picture("000000.png"))), name: "field"
        ).rgb
        for plane in 0..<planes {
            var seen = clear.blurred(sigma: 0.2 + 1.5 * Double(abs(plane - planes / 2)))
            if let moved, plane >= moved {
                seen = seen.warped([1, 0, 150, 0, 1, 90], width: seen.width, height: seen.height, outside: 0.8)
            }
            try Data(try PNG.encode(seen.eightBit)).write(to: bench.picture("00000\(plane).png"))
        }
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        return (bench, microscope)
    }

    private func sweep(_ frames: Int) -> CaptureRequest {
        CaptureRequest(slide: "s", focusSweep: .init(frames: frames, seconds: 0.1))
    }

    @Test func aSweepIsOneFieldThatSaysSo() async throws {
        let (bench, microscope) = try await bench(planes: 5)
        let job = try await microscope.captured(sweep(5))
        #expect(job.state == .done, "\(String(describing: job.problem))")
        let capture = try #require(try await microscope.captures(ofSlide: "s").first)
        let swept = try #require(capture.focusSweep)
        #expect(swept.planes.count == 5 && swept.sharpest == 3)
        #expect(swept.planes[2].sharpness == 1 && swept.planes[0].sharpness < 0.9)
        #expect(swept.shiftPx < 1)
        #expect(capture.counts.reduce(0) { $0 + $1.grains } + capture.unidentified > 0, "the lens looks at it")
        // The sharpest frame lies beside it as it was taken.
        let sharpest = try await microscope.image(ofCapture: capture.id, kind: .sharpest)
        let taken = try PNG.decode([UInt8](try Data(contentsOf: bench.picture("000002.png"))), name: "plane")
        #expect(try PNG.decode(sharpest, name: "sharpest").eightBitRGB == taken.eightBitRGB)
        let heights = try PNG.decode(try await microscope.image(ofCapture: capture.id, kind: .heights), name: "heights")
        #expect(heights.width == (taken.width + 1) / 2 && heights.channels == 1)
        // Exports name it.
        let table = try await microscope.export(slide: "s", format: .json, capture: nil)
        #expect(String(decoding: table, as: UTF8.self).contains("fused from 5 focal planes"))
        #expect(try await microscope.export(capture: capture.id, as: .omeTIFF).count > 1000)
        await microscope.stop()
        // And all of it is there when the daemon starts again.
        let again = try await bench.open()
        #expect(try await again.captures(ofSlide: "s").first?.focusSweep == swept)
        await again.stop()
    }

    @Test func aFieldThatMovedKeepsItsSharpestFrame() async throws {
        let (bench, microscope) = try await bench(planes: 5, moved: 3)
        defer { withExtendedLifetime(bench) {} }
        let job = try await microscope.captured(sweep(5))
        #expect(job.state == .done)
        #expect(job.remarks.contains { $0.contains("is not fused") && $0.contains("plane") }, "\(job.remarks)")
        let capture = try #require(try await microscope.captures(ofSlide: "s").first)
        #expect(capture.focusSweep == nil && capture.state == .done)
        await microscope.stop()
    }

    @Test func aSlideOfSweepsIsDeletedWhole() async throws {
        let (bench, microscope) = try await bench(planes: 3)
        defer { withExtendedLifetime(bench) {} }
        try await microscope.captured(sweep(3))
        _ = try await microscope.deleteSlide("s", confirmation: "s", by: Bench.peer)
        #expect(try await microscope.slides().isEmpty)
        await microscope.stop()
    }

    @Test func impossibleSweepsAreRefused() {
        for request in [sweep(1), CaptureRequest(slide: "s", focusSweep: .init(frames: 5, seconds: 0))] {
            #expect(request.fault?.isKind(.invalidCaptureRequest) == true)
        }
    }
}
