import Imaging
import Simulation
import Testing

struct SimulatedSlideTests {
    private func slide(_ change: (inout SimulatedSlide.Layout) -> Void = { _ in }) -> SimulatedSlide {
        var layout = SimulatedSlide.Layout()
        (layout.columns, layout.rows, layout.overlap) = (2, 1, 0.5)
        (layout.widthPixels, layout.heightPixels) = (640, 480)
        layout.sensorDirt = 1
        change(&layout)
        return SimulatedSlide(seed: 4, layout: layout, density: FieldDensity(grainsPerSquareMillimetre: 2000))
    }

    @Test func aGrainHasOneNumberInAllFieldsAndLiesWhereTheStageSays() {
        let slide = slide { $0.rotationDegrees = 2 }
        let fields = (0..<2).map { slide.render($0).truth }
        let shift = slide.captures[1].stageMicrometres - slide.captures[0].stageMicrometres
        var shared = 0
        for grain in fields[0].grains where !grain.onBorder {
            guard let again = fields[1].grains.first(where: { $0.id == grain.id }), !again.onBorder else { continue }
            shared += 1
            // The camera is turned against the stage, and so is the way it went.
            let x = (0.99939083 * shift.x + 0.0348995 * shift.y) / 0.18
            let y = (0.99939083 * shift.y - 0.0348995 * shift.x) / 0.18
            #expect(abs(grain.centroid[0] - again.centroid[0] - x) < 0.2)
            #expect(abs(grain.centroid[1] - again.centroid[1] - y) < 0.2)
            #expect(abs(grain.areaSquareMicrometres / again.areaSquareMicrometres - 1) < 0.01)
        }
        #expect(shared > 0)
        #expect(Set(fields[0].grains.compactMap(\.id)).count == fields[0].grains.count)
        #expect(fields.map(\.stageMicrometres).allSatisfy { $0?.count == 2 })
    }

    @Test func dirtStaysWithTheCamera() throws {
        let slide = slide()
        let boxes = try (0..<2).map { index in
            try #require(slide.render(index).truth.others.first { $0.kind == "sensor dirt" }).box
        }
        #expect(boxes[0] == boxes[1])
    }

    @Test func fieldsCapturedTwiceFollowTheirFirstCapture() {
        let captures = slide { $0.capturedTwice = 1 }.captures
        #expect(captures.count == 3 && captures.map(\.repeats).compactMap { $0 }.count == 1)
        for (number, capture) in captures.enumerated() {
            guard let first = capture.repeats else { continue }
            #expect(first == number - 1)
            let off = capture.stageMicrometres - captures[first].stageMicrometres
            #expect(max(abs(off.x), abs(off.y)) <= 1)
        }
    }
}
