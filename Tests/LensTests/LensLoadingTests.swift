import Foundation
import Lens
import Network
import Testing

/// A lens that is not what it was made to be must never give a picture.
@Suite struct LensLoadingTests {
    private func refusal(of folder: LensFolder) -> LensError? {
        do {
            _ = try NeuralLens(folder: folder.path, threads: 1)
            return nil
        } catch {
            return error
        }
    }

    @Test func aSealedFolderLoads() throws {
        let folder = try LensFolder()
        let lens = try NeuralLens(folder: folder.path, threads: 2)
        #expect(lens.manifest.species.map(\.key) == ["a", "b"])
        #expect(lens.digest.count == 64)
    }

    @Test func aChangedWeightFileIsRefusedByItsHash() throws {
        let folder = try LensFolder()
        var bytes = try Data(contentsOf: folder.file("magnifier-a.safetensors"))
        bytes[bytes.count - 3] ^= 1
        try bytes.write(to: folder.file("magnifier-a.safetensors"))
        let error = try #require(refusal(of: folder))
        #expect(error.code == .wrongHash)
        #expect(error.message.contains("magnifier-a.safetensors"))
    }

    @Test func aMissingFileIsNamed() throws {
        let folder = try LensFolder()
        try FileManager.default.removeItem(at: folder.file("shadowing.safetensors"))
        let error = try #require(refusal(of: folder))
        #expect(error.code == .unreadable)
        #expect(error.message.contains("shadowing.safetensors"))
    }

    @Test func anotherResultThanTheStoredOneIsRefused() throws {
        let folder = try LensFolder()
        try folder.change { $0.testVector!.outputs["labelling"]![5] += 0.05 }
        let error = try #require(refusal(of: folder))
        #expect(error.code == .wrongResult)
        #expect(error.message.contains("labelling"))
    }

    @Test func aLensWithoutATestVectorIsRefused() throws {
        let folder = try LensFolder()
        try folder.change { $0.testVector = nil }
        #expect(refusal(of: folder)?.code == .badManifest)
    }

    @Test func aMissingFolderIsNamed() throws {
        #expect(throws: LensError.self) { try NeuralLens(folder: "/nonexistent/lens", threads: 1) }
    }

    /// Each fault, and a word that the sentence must hold.
    @Test(arguments: [
        ("unknown species", "unicorn"), ("reads ahead", "magnified"), ("twice", "twice"), ("path", "plain name"),
        ("itself", "lens.json"), ("no weights", ".safetensors"), ("NUL", ".safetensors"),
        ("file twice", "named twice"), ("shared familiarity", "cannot hold both"),
        ("colour", "red"), ("scale", "nm_per_pixel"), ("overlap", "overlap_px"), ("channels", "map channel"),
        ("no map", "\"map\""), ("precision", "fp16"), ("correction", "field_correction"),
        ("bins", "must be 2 or 4"), ("bins that tiles are not made of", "divide tile_px"),
    ])
    func aContradictionInTheManifestIsNamed(fault: String, word: String) throws {
        let folder = try LensFolder()
        try folder.change { manifest in
            switch fault {
            case "unknown species": manifest.networks[1].maskedBy = "unicorn"
            case "reads ahead": manifest.networks[1].reads = ["magnified"]
            case "twice": manifest.networks[2].writes = "sem-a"
            case "path": manifest.networks[0].file = "../labelling.safetensors"
            case "itself": manifest.networks[0].file = "lens.json"
            case "no weights": manifest.networks[0].file = "labelling.so"
            case "NUL": manifest.networks[0].file = "lens.json\0.safetensors"
            case "file twice": manifest.networks[1].file = manifest.networks[0].file
            case "shared familiarity":
                let text = "{\"file\":\"labelling.safetensors\",\"sha256\":\"\",\"level\":0,\"limit\":0.1}"
                manifest.familiarity = try? JSONDecoder().decode(LensManifest.Familiarity.self, from: Data(text.utf8))
            case "colour": manifest.species[0].colour = "red"
            case "scale": manifest.nmPerPixel = 0
            case "overlap": manifest.overlapPixels = 31
            case "bins": manifest.networks[0].binning = 3
            case "bins that tiles are not made of": (manifest.networks[0].binning, manifest.tilePixels) = (4, 34)
            case "correction": manifest.fieldCorrection = "flat"
            case "precision": manifest.precision = "fp16"
            case "channels": manifest.species[1].mapChannel = 0
            default: manifest.networks.removeAll { $0.writes == "map" }
            }
            if fault == "no map" { for index in manifest.networks.indices { manifest.networks[index].maskedBy = nil } }
        }
        let error = try #require(refusal(of: folder))
        #expect(error.code == .badManifest)
        #expect(error.message.contains(word), "\(error)")
    }

    /// Numbers that a lens somebody brings may hold.
    @Test(arguments: [
        ("species.0.map_channel", "9223372036854775807", "0 to 63"), ("species.0.map_channel", "-1", "0 to 63"),
        ("other_channel", "9223372036854775807", "0 to 63"), ("nm_per_pixel", "1e300", "1 to 100000 nm per pixel"),
        ("nm_per_pixel", "5e-324", "1 to 100000 nm per pixel"), ("tile_px", "9223372036854775807", "2 to 8192"),
        ("tile_px", "0", "2 to 8192"), ("overlap_px", "-9223372036854775808", "overlap_px"),
        ("overlap_px", "9223372036854775807", "overlap_px"), ("minimum_grain_area_um2", "1e308", "0 to 1000000 um2"),
        ("minimum_confidence", "1e308", "0 to 1"), ("test_vector.tolerance", "1e30", "0 to 0.1"),
        ("test_vector.tolerance", "-1", "0 to 0.1"), ("format", "9223372036854775807", "format"),
    ])
    func numbersThatCannotBeAreNamedWithTheirRange(place: String, number: String, word: String) throws {
        let folder = try LensFolder()
        var manifest =
            try JSONSerialization.jsonObject(with: Data(contentsOf: folder.file("lens.json"))) as! [String: Any]
        let marker = "here-goes-the-number"
        if place == "species.0.map_channel" {
            var species = manifest["species"] as! [[String: Any]]
            species[0]["map_channel"] = marker
            manifest["species"] = species
        } else if place == "test_vector.tolerance" {
            var vector = manifest["test_vector"] as! [String: Any]
            vector["tolerance"] = marker
            manifest["test_vector"] = vector
        } else {
            manifest[place] = marker
        }
        let text = String(decoding: try JSONSerialization.data(withJSONObject: manifest), as: UTF8.self)
        try Data(text.replacing("\"\(marker)\"", with: number).utf8).write(to: folder.file("lens.json"))
        let error = try #require(refusal(of: folder))
        #expect(error.code == .badManifest)
        #expect(error.message.contains(word), "\(error)")
    }

    /// A map of one class has one channel, and networks read three.
    @Test func aNetworkThatReadsAMapOfOneChannelIsRefused() throws {
        let folder = try LensFolder()
        let weights = GeneratorWeights.random(
            GeneratorDescription(layers: 3, baseChannels: 4, outputChannels: 1, normalisation: .running), seed: 9)
        try Data(weights.serialised(as: .float32)).write(to: folder.file("labelling.safetensors"))
        var manifest = LensFolder.manifest
        manifest.species = [manifest.species[0]]
        manifest.otherChannel = nil
        manifest.networks = [manifest.networks[0], manifest.networks[1]]
        manifest.networks[1].reads = ["map"]
        manifest.networks[1].writes = "magnified"
        try folder.write(manifest: manifest)
        let error = try #require(throws: LensError.self) { try NeuralLens.seal(folder: folder.path, threads: 1) }
        #expect(error.code == .badManifest)
        #expect(error.message.contains("\"map\", which has 1 channels"))
        // What is counted from a map of one class is as good as from any other.
        manifest.networks[1].reads = ["field"]
        try folder.write(manifest: manifest)
        try NeuralLens.seal(folder: folder.path, threads: 1)
    }

    @Test(arguments: ["", "{", "[]", "{\"format\": 1}", "{\"format\": \"one\"}"])
    func brokenJSONIsOneSentence(text: String) throws {
        let folder = try LensFolder()
        try Data(text.utf8).write(to: folder.file("lens.json"))
        let error = try #require(refusal(of: folder))
        #expect(error.code == .badManifest)
        #expect(!error.message.contains("\n"))
    }
}
