import Foundation
import ModelExchange
import Network
import Tensor
import Testing
import Zip

/// A lens for other programs: what is in the package. That others run it, `Tests/Peers/bioimage.py` asks them.
@Suite struct BioimagePackageTests {
    private static let lens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/lenses/small").path

    @Test func aPackageHoldsModelTestAndLens() throws {
        let path = NSTemporaryDirectory() + "bioimage-\(UUID().uuidString).zip"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try BioimagePackage(folder: Self.lens, authors: ["A. \"B\": C"], license: "CC-BY-4.0").write(to: path)
        let zip = try ZipReader(path: path)
        let names = zip.entries.map(\.name)
        for name in ["rdf.yaml", "labelling.onnx", "test-input.npy", "test-output.npy", "README.md", "lens.json"] {
            #expect(names.contains(name), "\(name) in \(names)")
        }
        let text = String(decoding: try zip.contents(zip.entry("rdf.yaml")!, atMost: 1 << 20), as: UTF8.self)
        for part in ["type: model", "license: CC-BY-4.0", "- name: \"A. \\\"B\\\": C\"", "opset_version: 17"] {
            #expect(text.contains(part), "\(part) in \(text)")
        }
        let input = try zip.contents(zip.entry("test-input.npy")!, atMost: 1 << 24)
        #expect(Array(input.prefix(6)) == [0x93] + Array("NUMPY".utf8) && input.count % 64 == 0)
        let weights = try WeightFile(path: Self.lens + "/labelling.safetensors")
        let model = try zip.contents(zip.entry("labelling.onnx")!, atMost: 1 << 28)
        // The weights are in it as floats, once.
        #expect(model.count > weights.entries.values.reduce(0) { $0 + $1.shape.count * 4 })
    }

    @Test func whatIsNoLensIsRefused() {
        for folder in ["/nowhere", NSTemporaryDirectory()] {
            #expect(throws: BioimagePackage.Failure.self) {
                try BioimagePackage(folder: folder, authors: ["A"], license: "MIT")
            }
        }
    }
}
