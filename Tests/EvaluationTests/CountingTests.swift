import Evaluation
import Grains
import Testing

@Suite struct CountingTests {
    private func square(_ x: Double, _ y: Double, side: Double = 10) -> [Grain.Point] {
        [(0, 0), (1, 0), (1, 1), (0, 1)].map { Grain.Point(x: x + side * $0.0, y: y + side * $0.1) }
    }

    private func counted(_ species: String, _ x: Double, _ y: Double) -> Grain {
        Grain(
            species: species, centroidPixels: .init(x: x + 5, y: y + 5),
            boundingBoxPixels: .init(x0: x, y0: y, x1: x + 10, y1: y + 10), areaSquareMicrometres: 1, areaPixels: 100,
            equivalentDiameterMicrometres: 1, confidence: 0.9, isOnBorder: false, outlinePixels: square(x, y))
    }

    @Test func everyTrueObjectIsCountedOnceInTheTable() {
        var confusion = Confusion()
        let right = confusion.add(
            grains: [
                .init(species: "iva", polygon: square(0, 0)), .init(species: "iva", polygon: square(20, 0)),
                .init(species: "galanthus", polygon: square(40, 0)), .init(species: "iva", polygon: square(60, 0)),
            ],
            others: [[0, 40, 10, 50], [20, 40, 30, 50], [40, 40, 50, 50]],
            counted: [
                counted("iva", 1, 0),  // right
                counted("galanthus", 20, 1),  // iva taken for galanthus
                counted("unidentified", 40, 0),  // galanthus not recognised
                counted("iva", 66, 0),  // overlaps too little: a false one
                counted("iva", 0, 40),  // foreign object taken for iva
                counted("unidentified", 20, 40),  // foreign object as it should be
            ])
        #expect(right == [true, false, false, false, false, false])
        #expect(confusion.table["iva"] == ["iva": 1, "galanthus": 1, "nothing": 1])
        #expect(confusion.table["galanthus"] == ["unidentified": 1])
        #expect(confusion.table["other"] == ["iva": 1, "unidentified": 1, "nothing": 1])
        #expect(confusion.table["nothing"] == ["iva": 1])
        #expect(confusion.foreign == 3 && confusion.foreignAsSpecies == 1)
    }

    @Test func calibrationErrorIsTheWeightedGap() {
        var calibration = Calibration()
        for isRight in [true, true, true, false] { calibration.add(confidence: 0.85, isRight: isRight) }
        for isRight in [true, true] { calibration.add(confidence: 0.95, isRight: isRight) }
        calibration.add(confidence: 1, isRight: true)
        // 4 grains at 0.85 of which 0.75 are right; 3 grains at (0.95 * 2 + 1) / 3, all right.
        let expected = (4 * 0.10 + 3 * (1 - 2.9 / 3)) / 7
        #expect(abs(calibration.expectedError - expected) < 1e-12)
        #expect(Calibration().expectedError == 0)
    }
}
