internal import Digest
internal import Foundation
internal import Kernels

extension NeuralLens {
    /// Completes a lens folder: writes into its `lens.json` the SHA-256 of every weight file and the test vector that
    /// the networks compute here.
    ///
    /// The networks' agreement with PyTorch is shown elsewhere (`Tests/Parity`); the vector only makes sure that the
    /// lens computes the same wherever it is loaded.
    /// - Parameter tolerance: largest difference accepted on another CPU, in units of the -1...1 output.
    package static func seal(folder: String, threads: Int, tolerance: Float = 2e-3) throws(LensError) {
        let path = folder + "/lens.json"
        var manifest = try LensManifest.decode(Data(try read(path)), path: path)
        for index in manifest.networks.indices {
            manifest.networks[index].sha256 = sha256Hex(try read("\(folder)/\(manifest.networks[index].file)"))
        }
        manifest.testVector = nil
        try write(manifest, to: path)
        let lens = try NeuralLens(
            folder: folder, threads: threads, precision: .fp32, verifyingTestVector: false)
        manifest.testVector = LensManifest.TestVector(
            tolerance: tolerance, outputs: lens.testVector().mapValues { $0.map { ($0 * 1e5).rounded() / 1e5 } })
        try write(manifest, to: path)
    }

    static func write(_ manifest: LensManifest, to path: String) throws(LensError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try encoder.encode(manifest).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw LensError(
                .unreadable, "\(path) cannot be written: \(error.localizedDescription)",
                hint: "check the folder's permissions")
        }
    }
}
