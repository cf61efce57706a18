import Foundation
import Imaging
import Lens
import Testing

/// A lens says of fields like those that it learnt from that it knows them, and of others that it does not.
@Suite struct FamiliarityTests {
    private struct Numbers {
        var state: UInt64

        mutating func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }

        /// Of mean 0 and standard deviation 1.
        mutating func normal() -> Float { (0..<12).reduce(-6) { sum, _ in sum + next() } }
    }

    /// Cells of two classes whose features lie about different means, correlated.
    private func cells(seed: UInt64, glass: Int = 200, things: Int = 40, off: SIMD2<Float> = .zero) -> FieldCells {
        var numbers = Numbers(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        for _ in 0..<8 { _ = numbers.next() }
        var cells = FieldCells(channels: 3)
        for index in 0..<glass + things {
            let isThing = index >= glass
            let common = numbers.normal()
            let shift = isThing ? off.y : off.x
            let features = [
                (isThing ? 5 : 0) + common + 0.2 * numbers.normal(), common + 0.2 * numbers.normal() + shift,
                0.5 * numbers.normal(),
            ]
            features.withUnsafeBufferPointer { cells.add(class: isThing ? 1 : 0, $0) }
        }
        return cells
    }

    @Test func knownFieldsPassAndStrangeOnesDoNot() throws {
        let model = try FamiliarityModel(fitting: (1...200).map { cells(seed: $0) }, classes: 2)
        func passed(_ fields: [FieldCells]) -> Double {
            Double(fields.count { (model.familiarity(of: $0) ?? 0) >= 0.05 }) / Double(fields.count)
        }
        let known = passed((1001...1200).map { cells(seed: $0) })
        #expect(known > 0.88 && known <= 1)
        // Against the correlation a shift of a third of the spread is strange; along it, twice the spread is hardly.
        #expect(passed((1...50).map { cells(seed: $0 + 2000, off: SIMD2(0.7, 0)) }) < 0.05)
        // Strange objects on ordinary glass.
        #expect(passed((1...50).map { cells(seed: $0 + 3000, off: SIMD2(0, 1)) }) < 0.05)
        // A field without objects is none the stranger.
        #expect(passed((1...100).map { cells(seed: $0 + 4000, things: 0) }) > 0.88)
        #expect(model.familiarity(of: cells(seed: 1, glass: 2, things: 2)) == nil)
    }

    @Test func tooFewFieldsAreRefused() {
        #expect { try FamiliarityModel(fitting: (1...10).map { cells(seed: $0) }, classes: 2) } throws: {
            ($0 as? LensError)?.code == .tooFewFields
        }
    }

    private func field(seed: UInt64, frequency: Float) -> Picture<Float> {
        var numbers = Numbers(state: seed &* 0x9E37_79B9_7F4A_7C15 | 1)
        for _ in 0..<8 { _ = numbers.next() }
        let (phaseX, phaseY) = (numbers.next() * 6.28, numbers.next() * 6.28)
        var picture = Picture<Float>(width: 64, height: 48, channels: 3, filledWith: 0)
        for y in 0..<48 {
            for x in 0..<64 {
                let wave = sin(frequency * Float(x) + phaseX) * cos(frequency * Float(y) + phaseY)
                for channel in 0..<3 { picture[x, y, channel] = 0.5 + 0.3 * wave + 0.1 * (numbers.next() - 0.5) }
            }
        }
        return picture
    }

    @Test func aLensLearnsAndSays() throws {
        let folder = try LensFolder()
        let young = try NeuralLens(folder: folder.path, threads: 1)
        #expect(try young.apply(to: field(seed: 1, frequency: 0.2), nmPerPixel: 500).familiarity == nil)
        let known = try (1...60).map {
            try young.cells(of: PictureRows(field(seed: $0, frequency: 0.2)), nmPerPixel: 500)
        }
        _ = try young.familiarise(folder: folder.path, with: known, limit: 0.05)
        let lens = try NeuralLens(folder: folder.path, threads: 2)
        #expect(lens.manifest.familiarity?.limit == 0.05 && lens.digest != young.digest)
        func familiarity(_ seed: UInt64, _ frequency: Float) throws -> Double {
            try #require(try lens.apply(to: field(seed: seed, frequency: frequency), nmPerPixel: 500).familiarity)
        }
        let fresh = try (101...120).map { try familiarity($0, 0.2) }
        #expect(fresh.count { $0 >= 0.05 } >= 16)
        #expect(try (201...210).allSatisfy { try familiarity($0, 1.3) < 0.05 })
        // The same from one thread, and without what only draws.
        let alone = try NeuralLens(folder: folder.path, threads: 1)
        #expect(
            try alone.apply(to: field(seed: 101, frequency: 0.2), nmPerPixel: 500, part: .map).familiarity == fresh[0])
    }

    @Test func anotherFileOrNetworkIsRefused() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 1)
        let known = try (1...40).map {
            try lens.cells(of: PictureRows(field(seed: $0, frequency: 0.2)), nmPerPixel: 500)
        }
        _ = try lens.familiarise(folder: folder.path, with: known, limit: 0.05)
        func code() -> LensError.Code? {
            do {
                _ = try NeuralLens(folder: folder.path, threads: 1)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code() == nil)
        let sound = try folder.manifest()
        let faults: [(inout LensManifest.Familiarity) -> Void] = [
            { $0.level = 0 }, { $0.level = 77 }, { $0.limit = 1.5 },
        ]
        for fault in faults {
            var manifest = sound
            fault(&manifest.familiarity!)
            try folder.write(manifest: manifest)
            #expect(code() == .badManifest)
        }
        try folder.write(manifest: sound)
        var bytes = try Data(contentsOf: folder.file("familiarity.safetensors"))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: folder.file("familiarity.safetensors"))
        #expect(code() == .wrongHash)
    }
}
