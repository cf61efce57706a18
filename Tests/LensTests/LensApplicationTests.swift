import Foundation
import Imaging
import Lens
import Network
import Synchronization
import Testing

@Suite struct LensApplicationTests {
    private func field(_ width: Int, _ height: Int) -> Picture<Float> {
        TestPattern.picture(width: width, height: height, channels: 3)
    }

    @Test func anUnknownScaleIsRefused() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 1)
        for scale in [nil, 0, -3, Double.nan, .infinity] {
            #expect { try lens.apply(to: field(40, 40), nmPerPixel: scale) } throws: {
                ($0 as? LensError)?.code == .unknownScale
            }
        }
    }

    @Test func theFieldIsBroughtToTheLensScale() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 1)
        let output = try lens.apply(to: field(80, 64), nmPerPixel: 1000)
        #expect(output.map.width == 160 && output.map.height == 128)
        #expect(output.nmPerPixelX == 500 && output.nmPerPixelY == 500)
        let odd = try lens.apply(to: field(77, 50), nmPerPixel: 333)
        #expect(odd.map.width == 51 && odd.map.height == 33)
        #expect(abs(odd.nmPerPixelX - 77 * 333 / 51) < 1e-9)
    }

    /// No part is left out and none counted twice, with threads side by side too.
    @Test(arguments: [1, 2]) func theTimesOfTheLensAreThoseOfItsParts(threads: Int) throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: threads)
        let start = ContinuousClock.now
        let output = try lens.apply(to: field(200, 160), nmPerPixel: 500)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let names = output.times.parts.map(\.name)
        #expect(Set(names).count == names.count)
        for part in ["resample and cut", "network labelling", "blend", "grains"] { #expect(names.contains(part)) }
        for network in output.tilesRun.keys where output.tilesRun[network]! > 0 {
            #expect(names.contains("network \(network)"))
        }
        let sum = output.times.parts.reduce(0) { $0 + $1.seconds }
        #expect(sum <= seconds && sum > seconds / 2)
    }

    @Test func aSizeThatMakesNoSenseIsRefused() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 1)
        for scale in [1e-3, 1e9] {
            #expect { try lens.apply(to: field(40, 40), nmPerPixel: scale) } throws: {
                ($0 as? LensError)?.code == .wrongSize
            }
        }
    }

    /// One tile alone is the network itself, whatever the tiling does.
    @Test func aFieldOfOneTileIsTheNetworksOwnOutput() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 1)
        let output = try lens.apply(to: field(32, 32), nmPerPixel: 500)
        let expected = lens.testVector()["labelling"]!
        let found = TestPattern.samples(of: output.map.normalised).map { $0 * 2 - 1 }
        #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 1.01 / 255 })
    }

    /// It sees means of 2 x 2 pixels, and what it says of one holds between the middles of four.
    @Test func aNetworkThatBinsSeesAQuarterOfThePixels() throws {
        let folder = try LensFolder()
        try folder.change { manifest in
            manifest.networks[0].binning = 2
            manifest.testVector = nil
        }
        try NeuralLens.seal(folder: folder.path, threads: 1)
        let pattern = field(32, 32)
        let output = try NeuralLens(folder: folder.path, threads: 1).apply(to: pattern, nmPerPixel: 500)
        var small = [Float](repeating: 0, count: 16 * 16 * 3)
        for index in small.indices {
            let (y, x, channel) = (index / 48, index / 3 % 16, index % 3)
            small[index] =
                (0..<4).reduce(0) { $0 + pattern[2 * x + $1 % 2, 2 * y + $1 / 2, channel] } / 2 - 1
        }
        let said = try Generator(path: "\(folder.path)/labelling.safetensors", height: 16, width: 16, threads: 1)
            .run(small)
        for (x, y) in [(0, 0), (7, 12), (20, 31), (31, 5)] {
            for channel in 0..<3 {
                let (u, v) = (max(0, min(15, Double(x) / 2 - 0.25)), max(0, min(15, Double(y) / 2 - 0.25)))
                func at(_ column: Int, _ row: Int) -> Double {
                    Double(said[(min(row, 15) * 16 + min(column, 15)) * 3 + channel])
                }
                let (left, above) = (Int(u), Int(v))
                let (along, down) = (u - Double(left), v - Double(above))
                let upper = at(left, above) * (1 - along) + at(left + 1, above) * along
                let lower = at(left, above + 1) * (1 - along) + at(left + 1, above + 1) * along
                let expected = (upper * (1 - down) + lower * down + 1) / 2
                #expect(abs(Double(output.map[x, y, channel]) / 255 - expected) < 0.01)
            }
        }
        // Beside networks that do not, in tiles, and with several of them at once.
        let fields = try [1, 3].map {
            try NeuralLens(folder: folder.path, threads: $0).apply(to: field(100, 70), nmPerPixel: 500)
        }
        #expect(fields[0].map.width == 100 && fields[0].magnified?.width == 100)
        #expect(fields[0].map == fields[1].map && fields[0].magnified == fields[1].magnified)
    }

    @Test func theResultIsTheSameForAnyNumberOfThreads() throws {
        let folder = try LensFolder()
        let one = try NeuralLens(folder: folder.path, threads: 1).apply(to: field(100, 70), nmPerPixel: 500)
        let three = try NeuralLens(folder: folder.path, threads: 3).apply(to: field(100, 70), nmPerPixel: 500)
        #expect(one.map == three.map && one.magnified == three.magnified)
    }

    @Test func aLensThatOnlyLabelsGivesItsMap() throws {
        let folder = try LensFolder()
        try folder.change { manifest in
            manifest.networks.removeAll { $0.name != "labelling" }
            manifest.testVector = nil
        }
        try NeuralLens.seal(folder: folder.path, threads: 1)
        let whole = try LensFolder()
        let output = try NeuralLens(folder: folder.path, threads: 2).apply(to: field(100, 70), nmPerPixel: 500)
        let manifest = try folder.manifest()
        #expect(output.magnified == nil && LensPaint(output, manifest).kinds == ["map"])
        let same = try NeuralLens(folder: whole.path, threads: 1).apply(to: field(100, 70), nmPerPixel: 500)
        #expect(output.map == same.map)
    }

    @Test func theCallerCanStopTheLens() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 1)
        #expect { try lens.apply(to: field(100, 100), nmPerPixel: 500) { $0 < 0.2 } } throws: {
            ($0 as? LensError)?.code == .cancelled
        }
    }

    /// Within a tile, also where several are run side by side; and then it is as it was.
    @Test(arguments: [1, 3]) func aLensThatIsNoLongerWantedEndsWithinItsLayer(threads: Int) throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: threads)
        let asked = Atomic(0)
        let whole = try lens.apply(
            to: field(100, 100), nmPerPixel: 500, progress: { _ in true },
            while: {
                asked.add(1, ordering: .relaxed)
                return true
            })
        let questions = asked.load(ordering: .relaxed)
        let tilesRun = whole.tilesRun.values.reduce(0, +)
        // Several times a tile: a network of three layers has six.
        #expect(questions > 6 * tilesRun)
        for last in [0, 1, 5, questions / 2] {
            asked.store(0, ordering: .relaxed)
            #expect {
                try lens.apply(
                    to: field(100, 100), nmPerPixel: 500,
                    // Yes again, after a no, changes nothing.
                    while: { asked.add(1, ordering: .relaxed).newValue - 1 != last })
            } throws: {
                ($0 as? LensError)?.code == .cancelled
            }
            // A thread may have asked beside the one that was told.
            #expect(asked.load(ordering: .relaxed) <= last + threads)
        }
        let again = try lens.apply(to: field(100, 100), nmPerPixel: 500)
        #expect(again.map == whole.map && again.magnified == whole.magnified)
    }

    /// Illumination, white balance and exposure are none of the lens's business where it divides by the glass.
    @Test func aLensThatDividesByTheGlassSeesTheSameUnderAnotherLamp() throws {
        let folder = try LensFolder()
        let plain = try NeuralLens(folder: folder.path, threads: 1)
        try folder.change { $0.fieldCorrection = "glass" }
        let lens = try NeuralLens(folder: folder.path, threads: 1)
        var bright = Picture<Float>(width: 96, height: 80, channels: 3, filledWith: 0)
        var warm = bright
        for y in 0..<80 {
            for x in 0..<96 {
                let isGrain = (x - 50) * (x - 50) + (y - 40) * (y - 40) < 300
                for channel in 0..<3 {
                    let transmission: Float = isGrain ? [0.7, 0.4, 0.5][channel] : 1
                    bright[x, y, channel] = 0.9 * transmission
                    warm[x, y, channel] = [0.8, 0.65, 0.4][channel] * (1 - 0.002 * Float(x)) * transmission
                }
            }
        }
        func map(_ lens: NeuralLens, _ field: Picture<Float>) throws -> Picture<UInt8> {
            try lens.apply(to: field, nmPerPixel: 500, part: .map).map
        }
        func difference(_ a: Picture<UInt8>, _ b: Picture<UInt8>) -> Double {
            zip(a.samples, b.samples).map { abs(Double($0) - Double($1)) }.max()!
        }
        let corrected = try difference(map(lens, bright), map(lens, warm))
        let uncorrected = try difference(map(plain, bright), map(plain, warm))
        #expect(corrected < 0.2 * uncorrected)
        #expect(try map(lens, warm) == map(plain, warm.dividedByGlass().picture))
    }

    /// Pictures that leave the lens: pure species colours where the map is sure, grey where there is nothing.
    @Test func picturesShowTheMapInTheSpeciesColours() throws {
        let map = Picture<UInt8>(width: 3, height: 1, channels: 3, samples: [255, 0, 0, 0, 0, 255, 0, 0, 0])
        let grey = Picture<UInt8>(width: 3, height: 1, channels: 1, filledWith: 128)
        let output = LensOutput(map: map, magnified: grey, nmPerPixelX: 83, nmPerPixelY: 83)
        let manifest = LensFolder.manifest
        let paint = LensPaint(output, manifest)
        #expect(paint.kinds == ["map", "magnified", "labelled", "only-a", "only-b"])
        #expect(paint.picture("map")?.whole.samples == [255, 0, 0, 0, 0, 255, 0, 0, 0])
        #expect(paint.picture("labelled")?.whole.samples == [128, 0, 0, 0, 0, 128, 128, 128, 128])
        #expect(paint.picture("only-b")?.whole.samples == [0, 0, 0, 0, 0, 128, 0, 0, 0])
        #expect(paint.picture("magnified")?.whole == grey && paint.picture("only-tilia") == nil)
    }

    /// The map survives the file that it is kept in, whatever number of classes it has, and a file that says otherwise is
    /// refused.
    @Test(arguments: [1, 2, 3, 5]) func paintIsKeptAsAGreyOrColourPicture(channels: Int) throws {
        let (width, height) = (7, 5)
        let map = Picture<UInt8>(
            width: width, height: height, channels: channels,
            samples: (0..<width * height * channels).map { UInt8(truncatingIfNeeded: $0 * 37) })
        let magnified = Picture<UInt8>(width: width, height: height, channels: 1, filledWith: 90)
        var manifest = LensFolder.manifest
        manifest.species = [.init(key: "tilia", name: "Tilia", colour: "#00ff00", mapChannel: channels - 1)]
        manifest.otherChannel = channels > 1 ? 0 : nil
        let paint = LensPaint(map: map, magnified: magnified, manifest)
        let classes = paint.classes.whole
        let again = try #require(LensPaint(classes: classes, text: paint.classesText, magnified: magnified))
        #expect(again.map == map && again.palette == paint.palette)
        for kind in paint.kinds { #expect(again.picture(kind)?.whole == paint.picture(kind)?.whole) }

        #expect(LensPaint(classes: classes, text: "", magnified: nil) == nil)
        let beyond = paint.classesText.replacingOccurrences(
            of: "\"map_channel\":\(channels - 1)", with: "\"map_channel\":\(channels)")
        #expect(LensPaint(classes: classes, text: beyond, magnified: nil) == nil)
        let small = Picture<UInt8>(width: 1, height: 1, channels: 1, filledWith: 0)
        #expect(LensPaint(classes: classes, text: paint.classesText, magnified: small) == nil)
    }

    /// The labelling network alone gives the map of the whole lens.
    @Test func theMapAloneIsTheSame() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 2)
        let whole = try lens.apply(to: field(80, 64), nmPerPixel: 500)
        let map = try lens.apply(to: field(80, 64), nmPerPixel: 500, part: .map)
        #expect(map.map == whole.map && map.magnified == nil && Set(map.tilesRun.keys) == ["labelling"])
        #expect(lens.steps(.map, width: 80, height: 64, nmPerPixel: 500) == map.tilesRun["labelling"])
        #expect(lens.steps(.whole, width: 80, height: 64, nmPerPixel: 500) == 4 * map.tilesRun["labelling"]!)
        #expect(lens.steps(.whole, width: 32, height: 32, nmPerPixel: 500) == 4)
    }
}
