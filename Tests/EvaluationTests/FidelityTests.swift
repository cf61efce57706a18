import Evaluation
import Foundation
import Imaging
import Pairing
import Testing

/// Fields of one disc each whose surface is known noise: what is left of it is what the measure must say.
struct FidelityTests {
    private static let side = 256
    private static let dataset = Dataset(
        nmPerPixel: 83, species: [.init(key: "iva", name: "Iva xanthiifolia", mapChannel: 0, colour: "#ff0000")],
        otherChannel: 1, splits: .init(train: [], val: [], test: []))

    private struct Field {
        var map = Picture<Float>(width: side, height: side, channels: 3, filledWith: 0)
        var sem = Picture<Float>(width: side, height: side, channels: 3, filledWith: 0.25)
        var truth = FieldTruth(grains: [], others: [.init(kind: "foreign pollen", box: [170, 170, 230, 230])])

        init() {
            var random = SystemRandomNumberGenerator()
            for y in 0..<side {
                for x in 0..<side {
                    let at = (y * side + x) * 3
                    let inDisc = (x - 90) * (x - 90) + (y - 90) * (y - 90) < 70 * 70
                    let inOther = (170..<230).contains(x) && (170..<230).contains(y)
                    if inDisc { map.samples[at] = 1 }
                    if inOther { map.samples[at + 1] = 1 }
                    let value: Float = inDisc ? 0.5 + .random(in: -0.2...0.2, using: &random) : 0.25
                    for channel in 0..<3 { sem.samples[at + channel] = value }
                }
            }
        }

        func measured(_ generated: Picture<Float>) -> SurfaceFidelity {
            var fidelity = SurfaceFidelity()
            fidelity.add(generated: generated, true: sem, map: map, truth: truth, dataset: dataset)
            return fidelity
        }
    }

    @Test func theTruePictureIsTrue() {
        let field = Field()
        let found = field.measured(field.sem)
        #expect(abs(found.finePower("iva") - 1) < 1e-6)
        #expect(abs(found.detailCorrelation("iva") - 1) < 1e-6)
        #expect(found.foreignObjects == 1 && found.ghostShare == 0)
    }

    @Test func aBlurredSurfaceLosesPower() {
        let field = Field()
        #expect(field.measured(field.sem.blurred(sigma: 3)).finePower("iva") < 0.1)
    }

    @Test func halfTheContrastIsAQuarterOfThePower() {
        let field = Field()
        var faint = field.sem
        for at in faint.samples.indices where field.map.samples[at / 3 * 3] == 1 {
            faint.samples[at] = 0.5 + (faint.samples[at] - 0.5) / 2
        }
        let found = field.measured(faint)
        #expect(abs(found.finePower("iva") - 0.25) < 0.01)
        #expect(found.detailCorrelation("iva") > 0.98)
    }

    @Test func detailOfAnotherGrainDoesNotCorrelate() {
        #expect(abs(Field().measured(Field().sem).detailCorrelation("iva")) < 0.1)
    }

    @Test func anOutlineInAForeignObjectIsAGhost() {
        let field = Field()
        var ghostly = field.sem
        for step in 180..<220 {
            for (x, y) in [(step, 185), (step, 186), (185, step), (186, step)] {
                for channel in 0..<3 { ghostly.samples[(y * Self.side + x) * 3 + channel] = 0.6 }
            }
        }
        #expect(field.measured(ghostly).ghostShare == 1)
    }
}
