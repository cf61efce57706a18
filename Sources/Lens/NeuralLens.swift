internal import Digest
internal import Foundation
package import Imaging
internal import Kernels
internal import Network

/// A network of generators that turns an optical field into a sample map and the picture an electron microscope
/// would probably show (paper, figure 2).
///
/// Made from a folder that holds `lens.json` and the weight files it names. Loading checks every file's hash and
/// recomputes the stored test vector; a lens that differs in either is refused.
package final class NeuralLens: Sendable {
    package let manifest: LensManifest
    /// SHA-256 of `lens.json`, which holds the hashes of all other files: names exactly this lens.
    package let digest: String
    /// By name of the network.
    private let generators: [String: Generator]

    /// - Parameters:
    ///   - folder: path of the lens folder.
    ///   - threads: threads that share the work of one network; the result does not depend on it.
    package convenience init(folder: String, threads: Int) throws(LensError) {
        try self.init(folder: folder, threads: threads, verifyingTestVector: true)
    }

    init(folder: String, threads: Int, verifyingTestVector: Bool) throws(LensError) {
        let path = folder + "/lens.json"
        let data = Data(try Self.read(path))
        let manifest = try LensManifest.decode(data, path: path)
        let pool = WorkerPool(threads: threads)
        var generators: [String: Generator] = [:]
        for entry in manifest.networks {
            generators[entry.name] = try Self.load(entry, folder: folder, manifest: manifest, pool: pool)
        }
        self.manifest = manifest
        digest = sha256Hex([UInt8](data))
        self.generators = generators
        if verifyingTestVector { try verifyTestVector(folder: folder) }
    }

    // MARK: Loading

    static func read(_ path: String) throws(LensError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            let reason =
                FileManager.default.fileExists(atPath: path) ? error.localizedDescription : "there is no such file"
            throw LensError(
                .unreadable, "\(path) cannot be read: \(reason)",
                hint: "name a folder that holds lens.json and its weight files, readable to this user")
        }
    }

    private static func load(
        _ entry: LensManifest.NetworkEntry, folder: String, manifest: LensManifest, pool: WorkerPool
    ) throws(LensError) -> Generator {
        let path = "\(folder)/\(entry.file)"
        let file: FileBytes
        do {
            file = try FileBytes(path: path)
        } catch {
            throw LensError(
                .unreadable, error.message,
                hint: "name a folder that holds lens.json and its weight files, readable to this user")
        }
        let found = sha256Hex(file.bytes)
        guard found == entry.sha256.lowercased() else {
            throw LensError(
                .wrongHash,
                "\(path) is not the file that lens.json names: its SHA-256 is \(found), not \(entry.sha256)",
                hint: "copy the lens folder again from where it came")
        }
        let generator: Generator
        do {
            generator = try Generator(
                weights: GeneratorWeights(WeightFile(file, source: path)), height: manifest.tilePixels,
                width: manifest.tilePixels, pool: pool)
        } catch {
            throw LensError(.unreadable, error.message, hint: error.hint)
        }
        let description = generator.description
        guard description.normalisation.rawValue == manifest.normalisation else {
            throw LensError(
                .badManifest,
                "\(path) was imported with \(description.normalisation.rawValue) normalisation and lens.json says \(manifest.normalisation)",
                hint: "import the checkpoint again with --norm \(manifest.normalisation)")
        }
        let needed =
            entry.writes == LensManifest.map
            ? (manifest.species.map(\.mapChannel) + (manifest.otherChannel.map { [$0] } ?? [])).max()! + 1 : 3
        guard description.inputChannels == 3,
            entry.writes == LensManifest.map
                ? description.outputChannels >= needed : description.outputChannels == 3
        else {
            throw LensError(
                .badManifest,
                "\(path) takes \(description.inputChannels) and gives \(description.outputChannels) channels, where 3 and \(needed) are needed",
                hint: "name the right weight file in lens.json")
        }
        return generator
    }

    // MARK: Test vector

    /// Outputs of every network for the test pattern, sampled: what `lens.json` stores.
    package func testVector() -> [String: [Float]] {
        let side = manifest.tilePixels
        let pattern = TestPattern.picture(width: side, height: side, channels: 3).samples.map { $0 * 2 - 1 }
        return generators.mapValues { generator in
            TestPattern.samples(
                of: Picture(
                    width: side, height: side, channels: generator.description.outputChannels,
                    samples: generator.run(pattern)))
        }
    }

    private func verifyTestVector(folder: String) throws(LensError) {
        guard let expected = manifest.testVector else {
            throw LensError(
                .badManifest, "\(folder)/lens.json stores no test vector",
                hint: "seal the folder with neurallens-lab seal-lens")
        }
        let found = testVector()
        for entry in manifest.networks {
            let reference = expected.outputs[entry.name] ?? []
            let computed = found[entry.name] ?? []
            let difference = zip(reference, computed).map { abs($0 - $1) }.max() ?? .infinity
            guard reference.count == computed.count, difference <= expected.tolerance else {
                throw LensError(
                    .wrongResult,
                    "network \(entry.name) of \(folder) does not compute its stored test vector (difference \(difference), allowed \(expected.tolerance))",
                    hint: "copy the lens folder again; if it persists, this CPU or build computes wrongly: report it")
            }
        }
    }

    // MARK: Applying

    /// Largest field at the lens's scale: 16,384 x 16,384 pixels.
    package static let maximumPixels = 1 << 28

    /// Runs the whole lens on one field.
    /// - Parameters:
    ///   - field: RGB, 0...1.
    ///   - nmPerPixel: the field's scale in the object plane; nil is refused, never guessed.
    ///   - progress: called with 0...1 after each tile; returns false to stop the lens, which then throws `.cancelled`.
    package func apply(
        to field: Picture<Float>, nmPerPixel: Double?, progress: (Double) -> Bool = { _ in true }
    ) throws(LensError) -> LensOutput {
        guard let nmPerPixel, nmPerPixel > 0, nmPerPixel.isFinite else {
            throw LensError(
                .unknownScale,
                "the field's scale is not known, and lens \(manifest.name) works at \(manifest.nmPerPixel) nm a pixel",
                hint: "state the scale of the camera's pixels with --nm-per-pixel")
        }
        precondition(field.channels == 3, "a field has three channels")
        let factor = nmPerPixel / manifest.nmPerPixel
        let exactWidth = (Double(field.width) * factor).rounded(),
            exactHeight = (Double(field.height) * factor).rounded()
        guard exactWidth >= 8, exactHeight >= 8, exactWidth * exactHeight <= Double(Self.maximumPixels) else {
            throw LensError(
                .wrongSize,
                "a field of \(field.width) x \(field.height) pixels at \(nmPerPixel) nm becomes \(exactWidth) x \(exactHeight) pixels at the lens's \(manifest.nmPerPixel) nm",
                hint:
                    "check --nm-per-pixel; a field may have 8 pixels a side to \(Self.maximumPixels) in all at the lens's scale"
            )
        }
        var resampled = field.resampled(width: Int(exactWidth), height: Int(exactHeight))
        // Lanczos overshoots at edges; a camera cannot.
        for index in resampled.samples.indices { resampled.samples[index] = max(0, min(1, resampled.samples[index])) }
        var tilesRun: [String: Int] = [:]
        let pictures = try run(on: resampled, tilesRun: &tilesRun, progress: progress)
        return LensOutput(
            map: pictures[LensManifest.map]!, magnified: pictures[LensManifest.magnified]!,
            nmPerPixelX: Double(field.width) * nmPerPixel / exactWidth,
            nmPerPixelY: Double(field.height) * nmPerPixel / exactHeight,
            tilesRun: tilesRun)
    }

    private func run(
        on field: Picture<Float>, tilesRun: inout [String: Int], progress: (Double) -> Bool
    ) throws(LensError) -> [String: Picture<Float>] {
        let columns = Tiling(length: field.width, tile: manifest.tilePixels, overlap: manifest.overlapPixels)
        let rows = Tiling(length: field.height, tile: manifest.tilePixels, overlap: manifest.overlapPixels)
        let steps = manifest.networks.count * columns.starts.count * rows.starts.count
        var done = 0
        var pictures = [LensManifest.field: field]
        for (index, entry) in manifest.networks.enumerated() {
            let generator = generators[entry.name]!
            let sources = entry.reads.map { pictures[$0]! }
            let mask = entry.maskedBy.map { key in
                (pictures[LensManifest.map]!, manifest.species.first { $0.key == key }!.mapChannel)
            }
            var result = Picture<Float>(
                width: field.width, height: field.height, channels: generator.description.outputChannels, filledWith: 0)
            tilesRun[entry.name] = 0
            var tile = [Float](repeating: 0, count: manifest.tilePixels * manifest.tilePixels * 3)
            for row in rows.starts.indices {
                for column in columns.starts.indices {
                    let x = columns.starts[column], y = rows.starts[row]
                    if tile.gather(sources, maskedBy: mask, x: x, y: y, side: manifest.tilePixels) {
                        let output = generator.run(tile)
                        result.blend(
                            output, x: x, y: y, side: manifest.tilePixels,
                            columnWeights: columns.weights(ofTile: column), rowWeights: rows.weights(ofTile: row))
                        tilesRun[entry.name]! += 1
                    }
                    done += 1
                    guard progress(Double(done) / Double(steps)) else {
                        throw LensError(.cancelled, "the lens was stopped", hint: "apply it again")
                    }
                }
            }
            pictures[entry.writes] = result
            // What no later network reads need not stay in memory.
            let later = Set(manifest.networks[(index + 1)...].flatMap(\.reads))
            for name in pictures.keys
            where !later.contains(name) && name != LensManifest.map && name != LensManifest.magnified {
                pictures[name] = nil
            }
        }
        return pictures
    }
}

extension [Float] {
    /// Fills a square tile with the sum of pictures, masked, from 0...1 to the networks' -1...1. Beyond the
    /// pictures' edges the pixels are mirrored.
    /// - Returns: false where a mask is given and the tile holds nothing of it, so that a network need not run.
    fileprivate mutating func gather(
        _ pictures: [Picture<Float>], maskedBy mask: (Picture<Float>, channel: Int)?, x: Int, y: Int, side: Int
    ) -> Bool {
        let width = pictures[0].width, height = pictures[0].height
        let columns = (0..<side).map { mirrored(x + $0, width) }
        let rows = (0..<side).map { mirrored(y + $0, height) }
        var occupied = mask == nil
        withUnsafeMutableBufferPointer { tile in
            for row in 0..<side {
                let sourceRow = rows[row]
                let out = row * side * 3
                for (number, picture) in pictures.enumerated() {
                    picture.samples.withUnsafeBufferPointer { samples in
                        for column in 0..<side {
                            let from = (sourceRow * width + columns[column]) * 3
                            for channel in 0..<3 {
                                let value = samples[from + channel]
                                tile[out + column * 3 + channel] =
                                    number == 0 ? value : tile[out + column * 3 + channel] + value
                            }
                        }
                    }
                }
                if let (map, channel) = mask {
                    map.samples.withUnsafeBufferPointer { samples in
                        for column in 0..<side {
                            let weight = samples[(sourceRow * width + columns[column]) * map.channels + channel]
                            if weight >= 0.5 { occupied = true }
                            for channel in 0..<3 { tile[out + column * 3 + channel] *= weight }
                        }
                    }
                }
                for index in out..<out + side * 3 { tile[index] = Swift.min(tile[index], 1) * 2 - 1 }
            }
        }
        return occupied
    }
}

/// A position brought into `0..<length` as between two mirrors.
private func mirrored(_ position: Int, _ length: Int) -> Int {
    guard length > 1 else { return 0 }
    let period = 2 * (length - 1)
    let wrapped = ((position % period) + period) % period
    return wrapped < length ? wrapped : period - wrapped
}

extension Picture where Sample == Float {
    /// Adds a tile's output, from -1...1 to 0...1, with its weights.
    fileprivate mutating func blend(
        _ output: [Float], x: Int, y: Int, side: Int, columnWeights: [Float], rowWeights: [Float]
    ) {
        let (width, height, channels) = (width, height, channels)
        let firstColumn = max(0, -x), lastColumn = min(side, width - x)
        samples.withUnsafeMutableBufferPointer { samples in
            output.withUnsafeBufferPointer { output in
                for row in max(0, -y)..<min(side, height - y) {
                    for column in firstColumn..<lastColumn {
                        let weight = rowWeights[row] * columnWeights[column]
                        let to = ((y + row) * width + x + column) * channels
                        let from = (row * side + column) * channels
                        for channel in 0..<channels {
                            samples[to + channel] += weight * (output[from + channel] + 1) * 0.5
                        }
                    }
                }
            }
        }
    }
}
