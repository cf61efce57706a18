internal import Digest
internal import Foundation
internal import Imaging
package import Kernels
internal import Network
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
    let generators: [String: Generator]
    /// The same for a thread each, to run tiles and independent networks side by side: it loses nothing to meetings
    /// of threads. None with one thread. All networks of a thread share its memory.
    let lanes: [[String: Generator]]
    let pool: WorkerPool
    /// Applications take turns.
    let turn = Mutex(())
    /// Which fields the lens knows; nil where the manifest names none.
    let familiarity: FamiliarityModel?
    /// Of the networks' products; fp32 where no layer takes another.
    package let precision: Precision

    /// - Parameters:
    ///   - folder: path of the lens folder.
    ///   - threads: threads that share the work of one network; the result does not depend on it.
    ///   - precision: of the networks' products; nil for what the manifest allows: `auto` where that is bf16.
    package convenience init(folder: String, threads: Int, precision: Precision? = nil) throws(LensError) {
        try self.init(folder: folder, threads: threads, precision: precision, verifyingTestVector: true)
    }

    init(folder: String, threads: Int, precision: Precision?, verifyingTestVector: Bool) throws(LensError) {
        let path = folder + "/lens.json"
        let data = Data(try Self.read(path))
        let manifest = try LensManifest.decode(data, path: path)
        let precision = precision ?? (manifest.precision == Precision.bf16.rawValue ? .auto : .fp32)
        let pool = WorkerPool(threads: threads)
        var generators: [String: Generator] = [:]
        var memories: [GeneratorMemory] = []
        for entry in manifest.networks {
            let generator = try Self.load(
                entry, folder: folder, manifest: manifest, pool: pool, precision: precision, sharing: memories)
            if !memories.contains(where: { $0 === generator.memory }) { memories.append(generator.memory) }
            generators[entry.name] = generator
        }
        try Self.checkConnections(
            manifest, channels: generators.mapValues(\.description.outputChannels), folder: folder)
        let lanes = threads > 1 ? pool.threads : 0
        let more = max(lanes - 1, 0)
        do {
            try SystemMemory.check(
                more * memories.map(\.byteCount).reduce(0, +), for: "lens \(manifest.name), for \(more) threads more,")
        } catch {
            throw LensError(.unreadable, error.message, hint: "use fewer threads, or raise the memory limit")
        }
        self.lanes = (0..<lanes).map { lane in
            let alone = WorkerPool(threads: 1)
            let own = lane == 0 ? memories : memories.map(GeneratorMemory.init(like:))
            return generators.mapValues { Generator(twinOf: $0, pool: alone, sharing: own) }
        }
        familiarity = try Self.loadFamiliarity(
            folder: folder, manifest,
            labelling: generators[manifest.networks.first { $0.writes == LensManifest.map }!.name]!)
        self.manifest = manifest
        self.pool = pool
        let isExact = generators.values.allSatisfy { $0.kernels.allSatisfy { $0.precision == .fp32 } }
        self.precision = isExact ? .fp32 : precision
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

    /// A file of the lens, if it is the one that the manifest was made for.
    static func mapped(_ path: String, sha256: String) throws(LensError) -> FileBytes {
        let file: FileBytes
        do {
            file = try FileBytes(path: path)
        } catch {
            throw LensError(
                .unreadable, error.message,
                hint: "name a folder that holds lens.json and its weight files, readable to this user")
        }
        let found = sha256Hex(file.bytes)
        guard found == sha256.lowercased() else {
            throw LensError(
                .wrongHash, "\(path) is not the file that lens.json names: its SHA-256 is \(found), not \(sha256)",
                hint: "copy the lens folder again from where it came")
        }
        return file
    }

    private static func load(
        _ entry: LensManifest.NetworkEntry, folder: String, manifest: LensManifest, pool: WorkerPool,
        precision: Precision, sharing memories: [GeneratorMemory]
    ) throws(LensError) -> Generator {
        let path = "\(folder)/\(entry.file)"
        let file = try mapped(path, sha256: entry.sha256)
        let side = manifest.tilePixels / (entry.binning ?? 1)
        let generator: Generator
        do {
            generator = try Generator(
                weights: GeneratorWeights(WeightFile(file, source: path)), height: side, width: side, pool: pool,
                precision: precision, sharing: memories)
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
        generators.mapValues { generator in
            let side = generator.width
            let pattern = TestPattern.picture(width: side, height: side, channels: 3).samples.map { $0 * 2 - 1 }
            return TestPattern.samples(
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
            let squares = differences.map { $0 * $0 }.reduce(0, +) / Float(max(differences.count, 1))
            let difference = precision != .fp32 ? squares.squareRoot() : differences.max() ?? .infinity
            let allowed = precision != .fp32 ? 0.02 : expected.tolerance
            guard !reference.isEmpty, reference.count == computed.count, difference <= allowed else {
                throw LensError(
                    .wrongResult,
                    "network \(entry.name) of \(folder) does not compute its stored test vector (difference \(difference), allowed \(allowed))",
                    hint: "copy the lens folder again; if it persists, this CPU or build computes wrongly: report it")
            }
        }
    }
}
