internal import Digest
internal import Foundation
package import Imaging
package import Kernels
internal import Network
internal import Quantities
internal import Synchronization

/// A network of generators that turns an optical field into a sample map and the picture an electron microscope
/// would probably show (paper, figure 2).
///
/// Made from a folder that holds `lens.json` and the weight files it names. Loading checks every file's hash and
/// recomputes the stored test vector; a lens that differs in either is refused.
package final class NeuralLens: Sendable {
    package let manifest: LensManifest
    /// SHA-256 of `lens.json`, which holds the hashes of all other files: names exactly this lens.
    package let digest: String
    /// By name of the network: all threads in one.
    private let generators: [String: Generator]
    /// The same for a thread each, to run tiles and independent networks side by side: it loses nothing to meetings
    /// of threads. None with one thread. All networks of a thread share its memory.
    private let lanes: [[String: Generator]]
    private let pool: WorkerPool
    /// Applications take turns.
    private let turn = Mutex(())
    /// Of the networks' products.
    package let precision: Precision

    /// - Parameters:
    ///   - folder: path of the lens folder.
    ///   - threads: threads that share the work of one network; the result does not depend on it.
    ///   - precision: of the networks' products, computed whether or not the processor has instructions for it; nil for
    ///     the manifest's where the processor has them, and fp32 elsewhere.
    package convenience init(folder: String, threads: Int, precision: Precision? = nil) throws(LensError) {
        try self.init(folder: folder, threads: threads, precision: precision, verifyingTestVector: true)
    }

    init(folder: String, threads: Int, precision: Precision?, verifyingTestVector: Bool) throws(LensError) {
        let path = folder + "/lens.json"
        let data = Data(try Self.read(path))
        let manifest = try LensManifest.decode(data, path: path)
        let precision = precision ?? (manifest.precision.flatMap(Precision.init(rawValue:)) ?? .fp32).orExact
        let pool = WorkerPool(threads: threads)
        var generators: [String: Generator] = [:]
        var memory: GeneratorMemory?
        for entry in manifest.networks {
            let generator = try Self.load(
                entry, folder: folder, manifest: manifest, pool: pool, precision: precision, memory: memory)
            memory = memory ?? generator.memory
            generators[entry.name] = generator
        }
        try Self.checkConnections(
            manifest, channels: generators.mapValues(\.description.outputChannels), folder: folder)
        lanes = (0..<(threads > 1 ? pool.threads : 0)).map { lane in
            let alone = WorkerPool(threads: 1)
            let own = lane == 0 ? memory! : GeneratorMemory(like: memory!)
            return generators.mapValues { Generator(twinOf: $0, pool: alone, memory: own) }
        }
        self.manifest = manifest
        self.pool = pool
        self.precision = precision
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
        _ entry: LensManifest.NetworkEntry, folder: String, manifest: LensManifest, pool: WorkerPool,
        precision: Precision, memory: GeneratorMemory?
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
                width: manifest.tilePixels, pool: pool, precision: precision, memory: memory)
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
            let differences = zip(reference, computed).map { abs($0 - $1) }
            // bfloat16 is off by more here and there; on the whole it must stay 40 dB below the range of 2.
            let isHalf = precision == .bf16
            let squares = differences.map { $0 * $0 }.reduce(0, +) / Float(max(differences.count, 1))
            let difference = isHalf ? squares.squareRoot() : differences.max() ?? .infinity
            let allowed = isHalf ? 0.02 : expected.tolerance
            guard !reference.isEmpty, reference.count == computed.count, difference <= allowed else {
                throw LensError(
                    .wrongResult,
                    "network \(entry.name) of \(folder) does not compute its stored test vector (difference \(difference), allowed \(allowed))",
                    hint: "copy the lens folder again; if it persists, this CPU or build computes wrongly: report it")
            }
        }
    }

    // MARK: Applying

    /// Largest field at the lens's scale: 16,384 x 16,384 pixels.
    package static let maximumPixels = 1 << 28

    /// What of the lens runs.
    package enum Part: Sendable {
        case whole
        /// The networks that the map needs: what grains are counted from, and no magnified picture.
        case map
    }

    /// Runs the lens on one field.
    /// - Parameters:
    ///   - field: RGB, 0...1.
    ///   - nmPerPixel: the field's scale in the object plane; nil is refused, never guessed.
    ///   - progress: called with 0...1 after each tile; returns false to stop the lens, which then throws `.cancelled`.
    package func apply(
        to field: Picture<Float>, nmPerPixel: Double?, part: Part = .whole,
        progress: (Double) -> Bool = { _ in true }
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
        let corrected = manifest.fieldCorrection == LensManifest.glass ? field.dividedByGlass().picture : field
        var resampled = corrected.resampled(
            width: Int(saturating: exactWidth), height: Int(saturating: exactHeight))
        // Lanczos overshoots at edges; a camera cannot.
        resampled.samples.withUnsafeMutableBufferPointer { samples in
            for index in samples.indices { samples[index] = max(0, min(1, samples[index])) }
        }
        var tilesRun: [String: Int] = [:]
        let pictures = try turn.withLock { _ throws(LensError) in
            try run(networks(of: part), on: resampled, tilesRun: &tilesRun, progress: progress)
        }
        return LensOutput(
            map: pictures[LensManifest.map]!, magnified: pictures[LensManifest.magnified],
            nmPerPixelX: Double(field.width) * nmPerPixel / exactWidth,
            nmPerPixelY: Double(field.height) * nmPerPixel / exactHeight,
            tilesRun: tilesRun)
    }

    /// Networks times tiles of one field: what its time goes with.
    package func steps(_ part: Part, width: Int, height: Int, nmPerPixel: Double) -> Int {
        func tiles(_ length: Int) -> Int {
            let length = Int(saturating: (Double(length) * nmPerPixel / manifest.nmPerPixel).rounded())
            return Tiling(length: max(1, length), tile: manifest.tilePixels, overlap: manifest.overlapPixels).starts.count
        }
        return networks(of: part).count * tiles(width) * tiles(height)
    }

    /// In the manifest's order, in which each network reads what earlier ones wrote.
    private func networks(of part: Part) -> [LensManifest.NetworkEntry] {
        guard part == .map else { return manifest.networks }
        var needed: Set = [LensManifest.map]
        var networks: [LensManifest.NetworkEntry] = []
        for entry in manifest.networks.reversed() where needed.contains(entry.writes) {
            needed.formUnion(entry.reads)
            networks.append(entry)
        }
        return networks.reversed()
    }

    /// Networks that need nothing of each other, in the manifest's order.
    private func stages(_ networks: [LensManifest.NetworkEntry]) -> [[LensManifest.NetworkEntry]] {
        var stages: [[LensManifest.NetworkEntry]] = []
        for entry in networks {
            let needs = entry.reads + (entry.maskedBy == nil ? [] : [LensManifest.map])
            if let last = stages.last, !last.contains(where: { needs.contains($0.writes) }) {
                stages[stages.count - 1].append(entry)
            } else {
                stages.append([entry])
            }
        }
        return stages
    }

    private func run(
        _ networks: [LensManifest.NetworkEntry], on field: Picture<Float>, tilesRun: inout [String: Int], progress: (Double) -> Bool
    ) throws(LensError) -> [String: Picture<Float>] {
        let columns = Tiling(length: field.width, tile: manifest.tilePixels, overlap: manifest.overlapPixels)
        let rows = Tiling(length: field.height, tile: manifest.tilePixels, overlap: manifest.overlapPixels)
        let places = rows.starts.indices.flatMap { row in columns.starts.indices.map { (row: row, column: $0) } }
        let steps = networks.count * places.count
        var done = 0
        var pictures = [LensManifest.field: field]
        let buffers = (0..<max(lanes.count, 1)).map { _ in TileBuffer(side: manifest.tilePixels, pool: pool) }
        var waiting: [(entry: LensManifest.NetworkEntry, row: Int, column: Int)] = []

        func runWaiting() {
            if waiting.count > 1 && waiting.count == lanes.count {
                let names = waiting.map(\.entry.name)
                pool.run(tasks: waiting.count) { task, _ in buffers[task].run(lanes[task][names[task]]!) }
            } else {
                for (index, job) in waiting.enumerated() { buffers[index].run(generators[job.entry.name]!) }
            }
            for (index, job) in waiting.enumerated() {
                buffers[index].blend(
                    into: &pictures[job.entry.writes]!, x: columns.starts[job.column], y: rows.starts[job.row],
                    columnWeights: columns.weights(ofTile: job.column), rowWeights: rows.weights(ofTile: job.row))
                tilesRun[job.entry.name]! += 1
            }
            done += waiting.count
            waiting = []
        }

        for stage in stages(networks) {
            for entry in stage {
                let channels = generators[entry.name]!.description.outputChannels
                pictures[entry.writes] = Picture(
                    width: field.width, height: field.height, channels: channels,
                    samples: [Float](repeating: 0, count: field.width * field.height * channels))
                tilesRun[entry.name] = 0
                let sources = entry.reads.map { pictures[$0]! }
                let mask = entry.maskedBy.map { key in
                    (pictures[LensManifest.map]!, manifest.species.first { $0.key == key }!.mapChannel)
                }
                for place in places {
                    let isThere = buffers[waiting.count].gather(
                        sources, maskedBy: mask, x: columns.starts[place.column], y: rows.starts[place.row])
                    if isThere {
                        waiting.append((entry, place.row, place.column))
                        if waiting.count == buffers.count { runWaiting() }
                    } else {
                        done += 1
                    }
                    guard progress(Double(done) / Double(steps)) else {
                        throw LensError(.cancelled, "the lens was stopped", hint: "apply it again")
                    }
                }
            }
            runWaiting()
            // What no later network reads need not stay in memory.
            let last = networks.lastIndex { $0.name == stage.last!.name }!
            let later = Set(networks[(last + 1)...].flatMap(\.reads))
            for name in pictures.keys
            where !later.contains(name) && name != LensManifest.map && name != LensManifest.magnified {
                pictures[name] = nil
            }
        }
        _ = progress(1)
        return pictures
    }
}
