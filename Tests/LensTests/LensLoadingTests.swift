import Foundation
import Lens
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
        ("unknown species", "unicorn"), ("reads ahead", "magnified"), ("twice", "twice"), ("path", "plain file name"),
        ("colour", "red"), ("scale", "nm_per_pixel"), ("overlap", "overlap_px"), ("channels", "map channel"),
        ("no map", "\"map\""), ("precision", "fp16"), ("correction", "field_correction"),
    ])
    func aContradictionInTheManifestIsNamed(fault: String, word: String) throws {
        let folder = try LensFolder()
        try folder.change { manifest in
            switch fault {
            case "unknown species": manifest.networks[1].maskedBy = "unicorn"
            case "reads ahead": manifest.networks[1].reads = ["magnified"]
            case "twice": manifest.networks[2].writes = "sem-a"
            case "path": manifest.networks[0].file = "../labelling.safetensors"
            case "colour": manifest.species[0].colour = "red"
            case "scale": manifest.nmPerPixel = 0
            case "overlap": manifest.overlapPixels = 31
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

    @Test(arguments: ["", "{", "[]", "{\"format\": 1}", "{\"format\": \"one\"}"])
    func brokenJSONIsOneSentence(text: String) throws {
        let folder = try LensFolder()
        try Data(text.utf8).write(to: folder.file("lens.json"))
        let error = try #require(refusal(of: folder))
        #expect(error.code == .badManifest)
        #expect(!error.message.contains("\n"))
    }
}
