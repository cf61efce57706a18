import Foundation
import Grains
import Imaging
import Lens
import Network
import Testing

/// What is drawn, and that it does not matter in which parts it is made.
@Suite struct DrawingTests {
    static let red = SIMD3<Float>(1, 0, 0), green = SIMD3<Float>(0, 1, 0), blue = SIMD3<Float>(0, 0, 1)
    static let yellow = SIMD3<Float>(1, 1, 0)

    @Test func onlyDecidedGrainsAreDrawn() throws {
        let lens = try ColourLens().lens
        let discs: [(x: Int, y: Int, radius: Int, colour: SIMD3<Float>)] = [
            (40, 40, 14, Self.red), (100, 40, 14, Self.green), (40, 100, 14, Self.blue), (100, 100, 14, Self.yellow),
            (70, 70, 2, Self.red),
        ]
        let output = try lens.apply(to: ColourLens.field(140, 140, discs), nmPerPixel: 500)
        let species = output.grains.filter { $0.rejection == nil }.map(\.species).sorted()
        #expect(species == ["a", "b", Grain.unidentified, Grain.unidentified])
        let magnified = try #require(output.magnified)
        for disc in discs {
            let isDrawn = disc.radius > 2 && (disc.colour == Self.red || disc.colour == Self.blue)
            #expect(isDrawn ? magnified[disc.x, disc.y] > 250 : magnified[disc.x, disc.y] < 5, "\(disc)")
        }
        var stray = 0
        for y in 0..<140 {
            for x in 0..<140 {
                let isNear = [(40, 40), (40, 100)].contains { hypot(Double(x - $0.0), Double(y - $0.1)) < 22 }
                if !isNear && magnified[x, y] >= 5 { stray += 1 }
            }
        }
        #expect(stray == 0)
    }

    @Test func aMagnifierDoesNotRunWhereItsSpeciesIsNot() throws {
        let lens = try ColourLens().lens
        let field = ColourLens.field(140, 60, [(20, 30, 14, Self.red), (100, 30, 14, Self.green)])
        let output = try lens.apply(to: field, nmPerPixel: 500)
        #expect(output.tilesRun["magnifier-b"] == 0)
        let ran = try #require(output.tilesRun["magnifier-a"])
        #expect(ran > 0 && ran < output.tilesRun["labelling"]!)
    }

    /// The caller's thresholds decide what is drawn, as they decide what counts.
    @Test func whatTheCallerLeavesUndecidedIsNotDrawn() throws {
        let lens = try ColourLens().lens
        let field = ColourLens.field(64, 64, [(32, 32, 14, Self.red)])
        var finder = lens.manifest.grainFinder
        finder.minimumConfidence = 1.01
        let output = try lens.apply(to: field, nmPerPixel: 500, finder: finder)
        #expect(output.grains.map(\.species) == [Grain.unidentified])
        #expect(output.magnified?.samples.allSatisfy { $0 < 5 } == true)
        #expect(try lens.apply(to: field, nmPerPixel: 500).magnified?.samples.contains { $0 > 250 } == true)
    }

    @Test func aGrainThatTheBorderCutsIsDrawnUpToTheBorder() throws {
        let lens = try ColourLens().lens
        let field = ColourLens.field(100, 80, [(50, 0, 16, Self.red)])
        let magnified = try #require(try lens.apply(to: field, nmPerPixel: 500).magnified)
        #expect(magnified[50, 0] > 200 && magnified[50, 3] > 200)
    }

    /// Against every network run over the whole field in floating point, one after the other.
    @Test(arguments: [(40, 300), (300, 40), (150, 130), (32, 32), (20, 90), (65, 33)])
    func rowsOfTilesGiveWhatTheWholeFieldGives(size: (Int, Int)) throws {
        let folder = try LensFolder()
        func network(_ name: String, _ file: String, _ reads: [String], _ writes: String) -> LensManifest.NetworkEntry {
            .init(name: name, file: "\(file).safetensors", sha256: "", reads: reads, maskedBy: nil, writes: writes)
        }
        var manifest = LensFolder.manifest
        manifest.networks = [
            network("labelling", "labelling", ["field"], "map"),
            network("first", "magnifier-a", ["field"], "one"),
            network("second", "magnifier-b", ["field"], "two"),
            network("third", "shadowing", ["one", "two"], "three"),
            network("fourth", "magnifier-a", ["three"], "four"),
            network("fifth", "shadowing", ["four", "one"], "magnified"),
        ]
        try folder.write(manifest: manifest)
        try NeuralLens.seal(folder: folder.path, threads: 1)
        let field = TestPattern.picture(width: size.0, height: size.1, channels: 3)
        for threads in [1, 2] {
            let output = try NeuralLens(folder: folder.path, threads: threads).apply(to: field, nmPerPixel: 500)
            var pictures = ["field": field]
            for entry in manifest.networks {
                let sources = entry.reads.map { pictures[$0]! }
                var input = sources[0]
                for source in sources.dropFirst() {
                    for index in input.samples.indices { input.samples[index] += source.samples[index] }
                }
                for index in input.samples.indices { input.samples[index] = min(1, input.samples[index]) }
                let result = try tiled(folder.file(entry.file).path, input)
                pictures[entry.writes] = entry.writes == "map" ? result : result.grey.eightBit.normalised.greyAsRGB
            }
            func difference(_ found: Picture<UInt8>, _ expected: Picture<Float>) -> Int {
                zip(found.samples, expected.eightBit.samples).map { abs(Int($0) - Int($1)) }.max()!
            }
            #expect(difference(output.map, pictures["map"]!) <= 1)
            #expect(difference(output.magnified!, pictures["magnified"]!.grey) <= 1)
        }
    }

    /// One network on a whole picture, tile by tile.
    private func tiled(_ path: String, _ picture: Picture<Float>) throws -> Picture<Float> {
        let generator = try Generator(path: path, height: 32, width: 32, threads: 1)
        let columns = Tiling(length: picture.width, tile: 32, overlap: 8)
        let rows = Tiling(length: picture.height, tile: 32, overlap: 8)
        var result = Picture<Float>(width: picture.width, height: picture.height, channels: 3, filledWith: 0)
        func mirrored(_ place: Int, _ length: Int) -> Int {
            place < 0 ? -place : place >= length ? 2 * (length - 1) - place : place
        }
        for (row, top) in rows.starts.enumerated() {
            for (column, left) in columns.starts.enumerated() {
                let tile = (0..<32 * 32 * 3).map { index in
                    picture[
                        mirrored(left + index / 3 % 32, picture.width), mirrored(top + index / 96, picture.height),
                        index % 3] * 2 - 1
                }
                let made = generator.run(tile)
                let (across, down) = (columns.weights(ofTile: column), rows.weights(ofTile: row))
                for y in 0..<32 where (0..<picture.height).contains(top + y) {
                    for x in 0..<32 where (0..<picture.width).contains(left + x) {
                        for channel in 0..<3 {
                            result[left + x, top + y, channel] +=
                                down[y] * across[x] * (made[(y * 32 + x) * 3 + channel] + 1) / 2
                        }
                    }
                }
            }
        }
        return result
    }

    @Test func bitsOfTheInputMakeNoDifference() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 1)
        let bytes = TestPattern.picture(width: 90, height: 70, channels: 3).eightBit
        let wide = Picture<UInt16>(width: 90, height: 70, channels: 3, samples: bytes.samples.map { UInt16($0) * 257 })
        let one = try lens.apply(to: PictureRows(bytes), nmPerPixel: 400)
        let two = try lens.apply(to: PictureRows(.bits16(wide)), nmPerPixel: 400)
        let three = try lens.apply(to: bytes.normalised, nmPerPixel: 400)
        #expect(one.map == two.map && one.map == three.map && one.magnified == three.magnified)
    }

    /// What a lens says it needs covers its networks and what it gives out, and grows with the field, not faster.
    @Test func memoryIsStated() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 1)
        let one = lens.memoryNeeded(width: 1000, height: 1000, nmPerPixel: 500)
        let hundred = lens.memoryNeeded(width: 10_000, height: 10_000, nmPerPixel: 500)
        #expect(one > 7_000_000)
        #expect(hundred > 700_000_000 && hundred < 100 * one)
        #expect(lens.memoryNeeded(width: 1000, height: 1000, nmPerPixel: 1000) > 2 * one)
        #expect(lens.memoryNeeded(width: 1000, height: 1000, nmPerPixel: 1e300) == Int.max)
    }
}
