import Acquisition
import ControlAPI
import Foundation
import Imaging
import Simulation
import Testing

/// A slide that is taken out and put back turned is told where it is counted.
@Suite struct TurnedSlideTests {
    @Test func aTurnedFieldIsADoubt() async throws {
        let bench = try Bench(fields: 1)
        let upright = try PNG.decode([UInt8](Data(contentsOf: bench.picture("000000.png"))), name: "field").rgb.eightBit
        var turned = upright
        for y in 0..<upright.height {
            for x in 0..<upright.width {
                for channel in 0..<3 {
                    turned[x, y, channel] = upright[upright.width - 1 - x, upright.height - 1 - y, channel]
                }
            }
        }
        try Data(PNG.encode(turned, nmPerPixel: nil)).write(to: bench.picture("000001.png"))
        let microscope = try await bench.counted(fields: 2)
        let counts = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(
            counts.doubts.contains {
                $0.hasPrefix("capture 2: it shows ") && $0.contains("capture 1 turned by about 180°")
            },
            "\(counts.doubts)")
        let captures = try await microscope.captures(ofSlide: "s")
        #expect(captures.map(\.doubtKeys) == [[], ["turned-repeat"]])
        // Left out, it is one slide again and nothing is doubtful but that.
        _ = try await microscope.exclude(capture: 2, ExclusionRequest(reason: "turned"), by: Bench.peer)
        let once = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(once.total < counts.total && once.doubts.count == 1 && once.doubts[0].contains("left out"))
        await microscope.stop()
    }

    /// Where a field has few grains, their looks tell it.
    @Test func aMirroredFieldOfFewGrainsIsADoubt() async throws {
        let density = FieldDensity(grainsPerSquareMillimetre: 60, othersPerSquareMillimetre: 0, emptyShare: 0)
        let sparse = try #require(
            (0..<20).lazy.map { SimulatedField(seed: 4, index: $0, view: .camera, density: density).render() }
                .first { field in (1...3).contains(field.truth.grains.count { !$0.onBorder }) })
        let bench = try Bench(fields: 0)
        var mirrored = sparse.optical
        for y in 0..<mirrored.height {
            for x in 0..<mirrored.width {
                for channel in 0..<3 { mirrored[x, y, channel] = sparse.optical[mirrored.width - 1 - x, y, channel] }
            }
        }
        for (name, picture) in [("1.png", sparse.optical), ("2.png", mirrored)] {
            try Data(PNG.encode(picture, nmPerPixel: nil)).write(to: bench.picture(name))
        }
        let microscope = try await bench.counted(fields: 2)
        let counts = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(counts.total + counts.unidentified >= 2)
        #expect(
            counts.doubts.contains {
                $0.hasPrefix("capture 2: it shows ") && $0.contains("of capture 1 mirrored, and")
            },
            "\(counts.doubts)")
        await microscope.stop()
    }
}
