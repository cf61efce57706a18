import Acquisition
import ControlAPI
import Foundation
import Imaging
import Testing

/// Labels of real fields for other programs to learn from.
@Suite struct DataSetTests {
    private func circle(_ x: Double, _ y: Double, _ radius: Double) -> [SIMD2<Double>] {
        (0..<24).map { step in
            let angle = Double(step) / 24 * 2 * .pi
            return SIMD2(x + radius * cos(angle), y + radius * sin(angle))
        }
    }

    /// Nothing in the field but what is drawn then, which is all of it.
    private func label(
        _ microscope: Microscope, capture: Int64, _ outlines: [(species: String, outline: [SIMD2<Double>])]
    ) async throws {
        // Also those that the border rule left out: they are labels.
        let found = try await microscope.grains(ofCapture: capture, includingRejected: true).grains
            .filter { $0.status != .replaced && $0.reason != "person" }
        if !found.isEmpty {
            let request = ReviewRequest(action: .reject, grains: found.map(\.id), reason: "small")
            _ = try await microscope.review(request, by: Bench.peer)
        }
        for (species, outline) in outlines {
            let request = ReviewRequest(
                action: .draw, grains: [], species: species, outlinesPx: [outline], capture: capture)
            _ = try await microscope.review(request, by: Bench.peer)
        }
        _ = try await microscope.finish(capture: capture, FinishRequest(reviewer: "Anna"), by: Bench.peer)
    }

    @Test func noSlideIsOnBothSides() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.open()
        for slide in ["Park", "Roof"] {
            _ = try await microscope.createSlide(SlideCreation(name: slide), by: Bench.peer)
            _ = try await microscope.captured(slide: slide)
        }
        await #expect { try await microscope.dataSet(DataSetRequest(slides: ["Park"])) } throws: {
            ($0 as? Problem)?.isKind(.exportRefused) == true && "\($0)".contains("no finished field")
        }
        // No labels.
        try await label(microscope, capture: 1, [])
        await #expect { try await microscope.dataSet(DataSetRequest(slides: ["Park"])) } throws: {
            "\($0)".contains("no grain of any species")
        }
        _ = try await microscope.reopen(capture: 1, FinishRequest(), by: Bench.peer)

        let square: [SIMD2<Double>] = [[200, 100], [240, 100], [240, 130], [200, 130]]
        let cut: [SIMD2<Double>] = [[-0.5, 300], [30, 300], [30, 340], [-0.5, 340]]
        try await label(
            microscope, capture: 1,
            [
                ("iva", square), ("iva", cut), ("galanthus", circle(500, 500, 40)),
                ("unidentified", circle(800, 200, 20)),
            ])
        try await label(microscope, capture: 2, [("iva", circle(300, 300, 30))])

        let report = try await microscope.dataSet(DataSetRequest(slides: ["park"], heldOut: ["Roof"]))
        #expect(report.slides.map(\.slide) == ["Park", "Roof"] && report.slides.map(\.isHeldOut) == [false, true])
        #expect(report.species.map(\.key) == ["galanthus", "iva"])
        #expect(report.species.map(\.grains) == [1, 2] && report.species.map(\.grainsHeldOut) == [0, 1])
        #expect(report.remarks.contains { $0.contains("holds no grain of Galanthus") })
        #expect(report.fields.map(\.nmPerPixel) == [180, 180])
        let drawn = report.fields[0].objects.filter { $0.species == "iva" }
        // From the upper left corner: half a pixel more than from the centre of the first; clipped at the border.
        #expect(Set(drawn[0].ringsPx[0]) == [[200.5, 100.5], [240.5, 100.5], [240.5, 130.5], [200.5, 130.5]])
        #expect(Set(drawn[1].ringsPx[0]) == [[0, 300.5], [30.5, 300.5], [30.5, 340.5], [0, 340.5]])
        #expect(drawn.map(\.onBorder) == [false, true])
        #expect(report.fields[0].objects.contains { $0.species == nil })
        for field in report.fields {
            for corner in field.objects.flatMap(\.ringsPx).joined() {
                #expect((0...Double(field.width)).contains(corner.x) && (0...Double(field.height)).contains(corner.y))
            }
        }

        // Of two slides one is held out by rule: without Park the galanthus would be missing.
        let ruled = try await microscope.dataSet(DataSetRequest(slides: ["Park", "Roof"], species: ["iva"]))
        #expect(ruled.slides.count { $0.isHeldOut } == 1 && ruled.remarks[0].contains("by rule"))
        #expect(
            Set(ruled.fields.filter(\.isHeldOut).map(\.slide)).isDisjoint(
                with: ruled.fields.filter { !$0.isHeldOut }.map(\.slide)))
        // Of a species that one slide alone shows, none can be held out.
        let alone = try await microscope.dataSet(DataSetRequest(slides: ["Park", "Roof"], species: ["galanthus"]))
        #expect(alone.slides.allSatisfy { !$0.isHeldOut } && alone.remarks[0].contains("No slide is held out"))
        await #expect { try await microscope.dataSet(DataSetRequest(slides: ["Park"], heldOut: ["PARK"])) } throws: {
            "\($0)".contains("named twice")
        }
        await #expect { try await microscope.dataSet(DataSetRequest(slides: ["Park"], species: ["betula"])) } throws: {
            "\($0)".contains("no grain of the species \"betula\"")
        }

        // The picture of labels: what was drawn is of its colour, beside the field as it is stored.
        let pair = try PNG.decode(await microscope.pair(ofCapture: 1, species: ["iva", "galanthus"]), name: "pair")
            .eightBitRGB
        let stored = try PNG.decode(await microscope.image(ofCapture: 1, kind: .input), name: "input").eightBitRGB
        #expect(pair.width == 2 * stored.width && pair.height == stored.height)
        func colour(_ x: Int, _ y: Int) -> [UInt8] { (0..<3).map { pair[x, y, $0] } }
        #expect(colour(stored.width + 220, 115) == [255, 0, 0] && colour(stored.width + 500, 500) == [0, 255, 0])
        #expect(colour(stored.width + 800, 200) == [0, 0, 255] && colour(stored.width + 15, 320) == [255, 0, 0])
        #expect(colour(stored.width + 220, 95) == [0, 0, 0])
        #expect((0..<3).map { stored[220, 115, $0] } == colour(220, 115))
        for wrong in [[], ["a", "b", "c", "d"], ["iva", "iva"]] {
            await #expect { try await microscope.pair(ofCapture: 1, species: wrong) } throws: {
                ($0 as? Problem)?.isKind(.exportRefused) == true
            }
        }
        _ = try await microscope.reopen(capture: 2, FinishRequest(), by: Bench.peer)
        await #expect { try await microscope.pair(ofCapture: 2, species: ["iva"]) } throws: {
            "\($0)".contains("not finished")
        }
        await microscope.stop()
    }

    @Test func anOutlineThatWasDrawnAnewIsNoOtherObject() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted(fields: 1)
        let found = try await microscope.grains(ofCapture: 1, includingRejected: false).grains.filter { !$0.onBorder }
        let (redrawn, nothing) = (try #require(found.first), try #require(found.last))
        try #require(redrawn.id != nothing.id)
        let reject = ReviewRequest(action: .reject, grains: [redrawn.id, nothing.id])
        _ = try await microscope.review(reject, by: Bench.peer)
        let box = redrawn.bboxPx
        let radius = min(box[2] - box[0], box[3] - box[1]) / 3
        let draw = ReviewRequest(
            action: .draw, grains: [], species: "iva",
            outlinesPx: [circle(redrawn.centroidPx.x, redrawn.centroidPx.y, radius)], capture: 1)
        _ = try await microscope.review(draw, by: Bench.peer)
        _ = try await microscope.finish(capture: 1, FinishRequest(), by: Bench.peer)
        let objects = try await microscope.dataSet(DataSetRequest(slides: ["s"])).fields[0].objects
        #expect(!objects.contains { $0.grain == redrawn.id })
        #expect(objects.first { $0.grain == nothing.id }?.species == nil && objects.contains { $0.grain == nothing.id })
    }
}
