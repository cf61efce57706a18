import Acquisition
import ControlAPI
import Foundation
import Imaging
import Testing

/// Light that falls off by a third and dust on the sensor, taken from empty glass and out of every field.
@Suite struct FlatFieldTests {
    private static func light(_ x: Int, _ y: Int, towards side: Double) -> Double {
        let u = Double(x) / 640 - 1, v = Double(y) / 512 - 1
        let isDust = (x - 300) * (x - 300) + (y - 700) * (y - 700) < 900
        return (1 - 0.3 * (u * u + v * v) / 2 + side * u) * (isDust ? 0.9 : 1)
    }

    private func write(_ picture: Picture<UInt8>, towards side: Double = 0, to url: URL) throws {
        var lit = picture
        for y in 0..<picture.height {
            for x in 0..<picture.width {
                for channel in 0..<3 {
                    let at = (y * picture.width + x) * 3 + channel
                    lit.samples[at] = UInt8(Double(picture.samples[at]) * Self.light(x, y, towards: side))
                }
            }
        }
        try Data(try PNG.encode(lit)).write(to: url)
    }

    private func detail(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch { return (error as? Problem)?.detail }
    }

    @Test func fieldsAreDividedByTheirGlass() async throws {
        let bench = try Bench(fields: 1)
        let drawn = try PNG.decode([UInt8](Data(contentsOf: bench.picture("000000.png"))), name: "field").eightBitRGB
        // Under the light of the drawn field, whose own falls off too.
        let own = Glass(PictureRows(drawn))
        var glass = drawn
        for y in 0..<drawn.height {
            for x in 0..<drawn.width {
                let light = own(x: Double(x), y: Double(y))
                for channel in 0..<3 {
                    glass.samples[(y * drawn.width + x) * 3 + channel] = UInt8(min(250, light[channel] * 255))
                }
            }
        }
        // In the order of the camera: a field as drawn, glass, a shaded field, the same under another light.
        try write(glass, to: bench.picture("1a.png"))
        try write(glass, to: bench.picture("1b.png"))
        try write(drawn, to: bench.picture("2.png"))
        try write(drawn, towards: 0.2, to: bench.picture("3.png"))
        let microscope = try await bench.open()
        // A slide each: of one field that is captured twice the grains count once.
        func captured(_ slide: String) async throws -> CaptureReport {
            _ = try await microscope.createSlide(SlideCreation(name: slide), by: Bench.peer)
            try await microscope.captured(slide: slide)
            return try #require(try await microscope.captures(ofSlide: slide).last)
        }
        #expect(try await microscope.flatFields().isEmpty)
        let even = try await captured("even")
        let flat = try await microscope.takeFlatField(FlatFieldRequest(frames: 2), by: Bench.peer)
        #expect(flat.isInUse && flat.frames == 2 && flat.width == drawn.width && flat.objective.isEmpty)
        #expect((0.25...0.9).contains(flat.fallOff), "\(flat.fallOff)")
        let speck = try #require(flat.dust.first)
        #expect(flat.dust.count == 1 && abs(speck.xPx - 300) < 5 && abs(speck.yPx - 700) < 5)
        #expect(abs(speck.depth - 0.1) < 0.03 && abs(speck.diameterPx - 60) < 12)

        // As many grains as without the shade, and no doubt of the light.
        let shaded = try await captured("shaded")
        #expect(even.flatField == nil && shaded.flatField == flat.id && shaded.doubts.isEmpty, "\(shaded.doubts)")
        let counted = [even, shaded].map { $0.counts.reduce(0) { $0 + $1.grains } }
        #expect(counted[0] > 5 && abs(counted[1] - counted[0]) <= 2, "\(counted)")
        let moved = try await captured("moved")
        #expect(moved.doubtKeys == ["flat-field-unfit"], "\(moved.doubts)")
        #expect(moved.doubts.first?.contains("take a new one") == true)

        // A field is no empty glass, and none is an answer too.
        #expect(
            await detail { _ = try await microscope.takeFlatField(FlatFieldRequest(frames: 1), by: Bench.peer) }?
                .contains("something lies on the glass") == true)
        let none = try await microscope.takeFlatField(FlatFieldRequest(frames: 0), by: Bench.peer)
        #expect(none.frames == 0 && !none.isInUse)
        #expect(try await microscope.flatFields().map(\.isInUse) == [false, false])
        let after = try await captured("after")
        #expect(after.flatField == nil)
        await microscope.stop()
    }
}
