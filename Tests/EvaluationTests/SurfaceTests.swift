import Evaluation
import Foundation
import Imaging
import Pairing
import Testing

@Suite struct SurfaceTests {
    /// A grain of 400 pixels with bright cones where told.
    private func grain(_ spines: [SIMD2<Double>]) -> Picture<Float> {
        var picture = Picture<Float>(width: 400, height: 400, channels: 1, filledWith: 0.4)
        for spine in spines {
            for y in Int(spine.y) - 25...Int(spine.y) + 25 {
                for x in Int(spine.x) - 25...Int(spine.x) + 25 {
                    let d = SIMD2(Double(x), Double(y)) - spine
                    picture[x, y] += Float(0.4 * exp(-(d * d).sum() / (2 * 16)))
                }
            }
        }
        return picture
    }

    private var places: [SIMD2<Double>] {
        stride(from: 60.0, to: 350, by: 40).flatMap { y in
            stride(from: 60.0, to: 350, by: 40).map { SIMD2($0 + y / 50, y) }
        }
    }

    private func truth(_ spines: [SIMD2<Double>]) -> FieldTruth {
        var grain = FieldTruth.Grain(species: "iva", outline: [[1, 1], [398, 1], [398, 398], [1, 398]])
        grain.spines = spines.map { [$0.x, $0.y] }
        return FieldTruth(grains: [grain], others: [])
    }

    @Test func spinesAreFoundToAFractionOfAPixel() throws {
        let found = SpineDetector().find(in: grain(places), nmPerPixel: 83)
        #expect(found.count == places.count)
        for place in places {
            let error = found.map { (($0 - place) * ($0 - place)).sum().squareRoot() }.min() ?? .infinity
            #expect(error < 0.15)
        }
    }

    @Test func positionErrorsAreThoseThatWerePutIn() throws {
        // Every other spine 3 px further right, every third one 2 px higher; one in eight is missing.
        var errors: [SIMD2<Double>] = []
        var moved: [SIMD2<Double>] = []
        for (index, place) in places.enumerated() where index % 8 != 5 {
            let error = SIMD2(index % 2 == 0 ? 3.0 : 0, index % 3 == 0 ? -2.0 : 0)
            errors.append(error)
            moved.append(place + error)
        }
        let detector = SpineDetector()
        var agreement = SpineAgreement(nmPerPixel: 83)
        agreement.add(
            truth(places), generated: detector.find(in: grain(moved), nmPerPixel: 83),
            trueSpots: detector.find(in: grain(places), nmPerPixel: 83))
        func deviation(_ values: [Double]) -> Double {
            let mean = values.reduce(0, +) / Double(values.count)
            return (values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(values.count - 1)).squareRoot()
        }
        #expect(agreement.trueSpines == places.count)
        #expect(agreement.paired.count == moved.count)
        #expect(abs(agreement.paired.deviationX - deviation(errors.map(\.x))) < 0.1)
        #expect(abs(agreement.paired.deviationY - deviation(errors.map(\.y))) < 0.1)
        #expect(agreement.detector.deviationX < 0.1)
        #expect(agreement.chance.deviationX > 2 * agreement.paired.deviationX)
    }

    @Test func aFurrowIsSeenOnlyWhereItIs() {
        var furrowed = Picture<Float>(width: 300, height: 300, channels: 1, filledWith: 0.5)
        for y in 0..<300 { for x in 144..<156 { furrowed[x, y] = 0.2 } }
        let plain = Picture<Float>(width: 300, height: 300, channels: 1, filledWith: 0.5)
        var inverted = furrowed
        for i in inverted.samples.indices { inverted.samples[i] = 0.7 - inverted.samples[i] }
        var grain = FieldTruth.Grain(species: "galanthus", outline: [[20, 20], [280, 20], [280, 280], [20, 280]])
        grain.sulcus = [[150, 60], [150, 240]]
        let field = FieldTruth(grains: [grain], others: [])
        func shown(_ generated: Picture<Float>, true sem: Picture<Float>) -> (shown: Int, generated: Int) {
            var visibility = SulcusVisibility()
            visibility.add(field, species: "galanthus", generated: generated, true: sem, nmPerPixel: 83)
            return (visibility.grains.count, visibility.visible)
        }
        #expect(shown(furrowed, true: furrowed) == (1, 1))
        #expect(shown(plain, true: furrowed) == (1, 0))
        #expect(shown(inverted, true: furrowed) == (1, 0))  // a ridge is no furrow
        #expect(shown(furrowed, true: plain) == (0, 0))

        // The same furrow on the lower side: light shows it, electrons do not.
        var below = grain
        below.sulcus = []
        below.centroid = [150, 150]
        below.axesMicrometres = [28, 18, 18]
        below.orientation = [[0, 1, 0], [1, 0, 0], [0, 0, -1]]
        func invented(_ generated: Picture<Float>) -> (grains: Int, invented: Int) {
            var visibility = SulcusVisibility()
            visibility.add(field, species: "galanthus", generated: furrowed, true: furrowed, nmPerPixel: 83)
            visibility.add(
                FieldTruth(grains: [below], others: []), species: "galanthus", generated: generated, true: plain,
                nmPerPixel: 83)
            return (visibility.contrastsFacingDown.count, visibility.invented)
        }
        #expect(invented(plain) == (1, 0))
        var faint = furrowed
        for i in faint.samples.indices { faint.samples[i] = 0.5 + 0.25 * (faint.samples[i] - 0.5) }
        #expect(shown(faint, true: furrowed) == (1, 0))
        var visibility = SulcusVisibility()
        visibility.add(field, species: "galanthus", generated: faint, true: furrowed, nmPerPixel: 83)
        #expect(visibility.drawn == 1)
        #expect(invented(furrowed) == (1, 1))
    }
}
