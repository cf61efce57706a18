import Mosaic
import Testing

/// Which fields are samples of the slide of their own.
struct ExaminedAreaTests {
    private func area(_ corners: [SIMD2<Double>?]) -> ExaminedArea {
        ExaminedArea(
            SlidePlacement(fields: corners.map { .init(positionMicrometres: $0, group: $0 == nil ? nil : 0) }),
            descriptions: corners.map { _ in FieldDescription(width: 320, height: 240, nmPerPixel: 1000) })
    }

    @Test func aFieldCapturedAgainIsNoSampleOfItsOwn() {
        // A neighbour shares a fifth, the third repeats the first, and the fourth lies across both.
        let area = area([[0, 0], [256, 4], [3, -2], [120, 1], nil])
        #expect(area.sampleOf == [0, 1, 0, 0, 4])
        #expect(abs(area.squareMicrometres - area.exclusiveSquareMicrometres.reduce(0, +)) < 1e-9)
        #expect(area.exclusiveSquareMicrometres[4] == 320 * 240)
    }

    @Test func aRowOfNarrowStepsHasSamplesOfAboutAField() {
        let area = area((0..<20).map { SIMD2(48 * Double($0), 0) })
        #expect(Set(area.sampleOf) == [0, 7, 14])
        #expect(area.squareMicrometres == (320 + 19 * 48) * 240)
    }
}
