import Foundation
import Lens
import Network

/// A lens folder of seeded random networks, small enough to load in milliseconds: 3 layers, tiles of 32 pixels of 500 nm.
final class LensFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "lens-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let names = ["labelling", "magnifier-a", "magnifier-b", "shadowing"]
        for (seed, name) in names.enumerated() {
            let weights = GeneratorWeights.random(
                GeneratorDescription(layers: 3, baseChannels: 4, normalisation: .running), seed: UInt64(seed + 1))
            try Data(weights.serialised(as: .float32)).write(to: file("\(name).safetensors"))
        }
        try write(manifest: Self.manifest)
        try NeuralLens.seal(folder: path, threads: 1)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> URL { URL(fileURLWithPath: path).appendingPathComponent(name) }

    func manifest() throws -> LensManifest {
        try LensManifest.decode(Data(contentsOf: file("lens.json")), path: "lens.json")
    }

    func write(manifest: LensManifest) throws { try JSONEncoder().encode(manifest).write(to: file("lens.json")) }

    /// Changes the manifest after it was sealed.
    func change(_ body: (inout LensManifest) -> Void) throws {
        var manifest = try manifest()
        body(&manifest)
        try write(manifest: manifest)
    }

    static var manifest: LensManifest {
        func network(_ name: String, _ reads: [String], _ mask: String?, _ writes: String) -> LensManifest.NetworkEntry
        {
            .init(name: name, file: "\(name).safetensors", sha256: "", reads: reads, maskedBy: mask, writes: writes)
        }
        return LensManifest(
            format: 1, name: "test", title: "Random networks", nmPerPixel: 500, tilePixels: 32, overlapPixels: 8,
            normalisation: "running",
            species: [
                .init(key: "a", name: "Species a", colour: "#ff0000", mapChannel: 0),
                .init(key: "b", name: "Species b", colour: "#0000ff", mapChannel: 2),
            ],
            otherChannel: 1, minimumGrainAreaSquareMicrometres: 10,
            networks: [
                network("labelling", ["field"], nil, "map"),
                network("magnifier-a", ["field"], "a", "sem-a"),
                network("magnifier-b", ["field"], "b", "sem-b"),
                network("shadowing", ["sem-a", "sem-b"], nil, "magnified"),
            ],
            testVector: nil, provenance: [:])
    }
}
