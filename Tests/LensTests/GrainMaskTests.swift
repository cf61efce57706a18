import Grains
import Imaging
import Lens
import Testing

@Suite struct GrainMaskTests {
    private let scale = MapScale(inputPixelsPerMapPixelX: 0.5, inputPixelsPerMapPixelY: 0.5, nmPerInputPixel: 200)

    /// - Parameters:
    ///   - x, y, side: of the square, in map pixels, between pixel edges.
    private func square(_ x: Double, _ y: Double, side: Double) -> Grain {
        func point(_ u: Double, _ v: Double) -> Grain.Point { .init(x: u * 0.5 - 0.5, y: v * 0.5 - 0.5) }
        return Grain(
            species: "a", centroidPixels: .init(x: 0, y: 0), boundingBoxPixels: .init(x0: 0, y0: 0, x1: 1, y1: 1),
            areaSquareMicrometres: 1, areaPixels: 1, equivalentDiameterMicrometres: 1, confidence: 1,
            isOnBorder: false,
            outlinePixels: [point(x, y), point(x + side, y), point(x + side, y + side), point(x, y + side)])
    }

    @Test func theEdgeRisesOverFourPixels() throws {
        let mask = GrainMask([square(20, 20, side: 20)], scale: scale, width: 64, height: 64)
        let weights = try #require(mask.weights(columns: 0..<64, rows: 0..<64))
        let row = (0..<64).map { weights[30 * 64 + $0] }
        #expect(row[..<18].allSatisfy { $0 == 0 } && row[22...37].allSatisfy { abs($0 - 1) < 1e-6 })
        #expect(row[18] < row[19] && row[19] < 0.5 && row[20] > 0.5 && row[20] < row[21] && row[21] < 1)
        // The outline itself, between pixels 19 and 20, is half-way.
        #expect(abs(row[19] + row[20] - 1) < 1e-6)
    }

    /// A part of the mask is the mask's part, wherever it is cut.
    @Test func partsAgree() throws {
        let mask = GrainMask(
            [square(20, 20, side: 20), square(36, 30, side: 20)], scale: scale, width: 64, height: 64)
        let whole = try #require(mask.weights(columns: 0..<64, rows: 0..<64))
        for (columns, rows) in [(10..<33, 5..<25), (39..<64, 39..<64), (21..<22, 19..<41)] {
            let part = try #require(mask.weights(columns: columns, rows: rows))
            for (j, y) in rows.enumerated() {
                for (i, x) in columns.enumerated() { #expect(part[j * columns.count + i] == whole[y * 64 + x]) }
            }
        }
        #expect(mask.weights(columns: 0..<17, rows: 0..<64) == nil)
    }

    @Test func atTheBorderOfTheFieldTheEdgeIsNotSoft() throws {
        let mask = GrainMask([square(0, 10, side: 20)], scale: scale, width: 64, height: 64)
        let weights = try #require(mask.weights(columns: 0..<64, rows: 0..<64))
        #expect(abs(weights[20 * 64] - 1) < 1e-6)
    }
}
