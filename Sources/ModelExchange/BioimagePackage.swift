internal import Digest
internal import Foundation
internal import Imaging
internal import Kernels
internal import Lens
internal import Network
internal import Zip

/// A lens as a package of bioimage.io: its labelling network as ONNX, a test picture with what comes of it, `rdf.yaml`, the
/// model card; and the lens itself, so that `neurallens lens import` takes the same file.
package struct BioimagePackage: Sendable {
    /// Why a lens cannot go out as such a package, in one sentence, and what to do.
    package struct Failure: Error, Sendable {
        package let message: String
        package let hint: String
    }

    /// Of `rdf.yaml`.
    static let formatVersion = "0.5.4"

    private let folder: String
    private let manifest: LensManifest
    private let manifestBytes: [UInt8]
    private let entry: LensManifest.NetworkEntry
    private let weights: WeightFile
    private let description: GeneratorDescription
    /// Nobody else knows these, and nobody else may say them.
    private let authors: [String]
    private let license: String

    /// - Parameters:
    ///   - folder: of the lens.
    ///   - license: an identifier of SPDX.
    package init(folder: String, authors: [String], license: String) throws(Failure) {
        self.folder = folder
        self.authors = authors
        self.license = license
        manifestBytes = try Self.read("\(folder)/lens.json")
        do throws(LensError) {
            manifest = try LensManifest.decode(Data(manifestBytes), path: "\(folder)/lens.json")
        } catch {
            throw Failure(message: error.message, hint: error.hint)
        }
        guard
            let entry = manifest.networks.first(where: {
                $0.writes == LensManifest.map && $0.reads == [LensManifest.field] && $0.maskedBy == nil
            })
        else {
            throw Failure(
                message: "\(folder)/lens.json has no network that labels the field alone",
                hint: "export it as it is, without --format bioimage.io")
        }
        self.entry = entry
        do throws(NetworkError) {
            weights = try WeightFile(path: "\(folder)/\(entry.file)")
            description = try GeneratorWeights(weights).description
        } catch {
            throw Failure(message: error.message, hint: error.hint)
        }
    }

    /// Of the square pictures that the network takes, in its own pixels.
    private var side: Int { manifest.tilePixels / (entry.binning ?? 1) }
    /// Of the network's pixels.
    private var micrometres: Double { manifest.nmPerPixel * Double(entry.binning ?? 1) / 1000 }

    /// Writes the package to a new file.
    package func write(to path: String) throws(Failure) {
        let model: [UInt8]
        let test: (input: [Float], output: [Float])
        do throws(NetworkError) {
            model = try ONNXGenerator.model(weights, description, name: manifest.name, side: side)
            test = try self.test()
        } catch {
            throw Failure(message: error.message, hint: error.hint)
        }
        let shape = [1, 0, side, side]
        func tensor(_ values: [Float], channels: Int) -> [UInt8] {
            var shape = shape
            shape[1] = channels
            return NumpyFile.bytes(shape, values)
        }
        var files: [(name: String, bytes: [UInt8])] = [
            ("labelling.onnx", model), ("test-input.npy", tensor(test.input, channels: description.inputChannels)),
            ("test-output.npy", tensor(test.output, channels: description.outputChannels)),
            ("README.md", (try? Self.read("\(folder)/README.md")) ?? Array("# \(manifest.name)\n".utf8)),
            ("lens.json", manifestBytes),
        ]
        for file in manifest.files where !files.contains(where: { $0.name == file.name }) {
            files.append((file.name, try Self.read("\(folder)/\(file.name)")))
        }
        let hashes = Dictionary(uniqueKeysWithValues: files.map { ($0.name, sha256Hex($0.bytes)) })
        do throws(ZipError) {
            let zip = try ZipWriter(path: path)
            try zip.add("rdf.yaml", Array(description(hashes).utf8))
            for file in files { try zip.add(file.name, file.bytes) }
            try zip.finish()
        } catch {
            throw Failure(message: error.message, hint: error.hint)
        }
    }

    /// The test picture in 0...255 and what this engine makes of it in 0...1, channels first.
    private func test() throws(NetworkError) -> (input: [Float], output: [Float]) {
        let generator = try Generator(
            weights: GeneratorWeights(weights), height: side, width: side, pool: WorkerPool(threads: 1))
        let channels = description.inputChannels
        // Eight bits, as cameras give.
        let picture = TestPattern.picture(width: side, height: side, channels: channels).samples.map {
            ($0 * 255).rounded()
        }
        let result = generator.run(picture.map { $0 / 127.5 - 1 }).map { $0 * 0.5 + 0.5 }
        return (planar(picture, channels), planar(result, description.outputChannels))
    }

    /// From pixel by pixel to channel by channel.
    private func planar(_ values: [Float], _ channels: Int) -> [Float] {
        let pixels = side * side
        var planes = [Float](repeating: 0, count: values.count)
        for channel in 0..<channels {
            for pixel in 0..<pixels { planes[channel * pixels + pixel] = values[pixel * channels + channel] }
        }
        return planes
    }

    // MARK: rdf.yaml

    /// JSON's strings are YAML's, whatever people wrote into them.
    private func quoted(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }

    private var channelNames: [String] {
        (0..<description.outputChannels).map { channel in
            manifest.species.first { $0.mapChannel == channel }?.key
                ?? (manifest.otherChannel == channel ? "other" : "channel\(channel)")
        }
    }

    private func axes(_ channels: [String]) -> String {
        func space(_ name: String) -> String {
            "      - {type: space, id: \(name), size: \(side), unit: micrometer, scale: \(micrometres)}\n"
        }
        return "      - {type: batch, size: 1}\n"
            + "      - {type: channel, channel_names: [\(channels.map(quoted).joined(separator: ", "))]}\n" + space("y")
            + space("x")
    }

    private func description(_ hashes: [String: String]) -> String {
        func file(_ name: String, _ indent: String) -> String {
            "\(indent)source: \(name)\n\(indent)sha256: \(hashes[name] ?? "")\n"
        }
        let species = manifest.species.map(\.name).joined(separator: ", ")
        let correction =
            manifest.fieldCorrection == nil
            ? "" : " The lens divides the field by its own empty glass first, which is no part of this model."
        let binning =
            entry.binning.map { " It sees means of \($0) x \($0) pixels of \(manifest.nmPerPixel) nm." } ?? ""
        var text = """
            format_version: \(Self.formatVersion)
            type: model
            name: \(quoted(String("NeuralLens \(manifest.name)".filter { $0.isLetter || $0.isNumber || "_+- ()".contains($0) })))
            description: \(quoted("Labels pollen grains (\(species)) in bright-field pictures: one channel each, from 0 for no to 1 for yes.\(binning)\(correction)"))
            documentation: README.md
            license: \(license)
            tags: [pollen, microscopy, brightfield, semantic-segmentation, unet]
            timestamp: "\(Date.now.formatted(.iso8601))"
            authors:

            """
        for author in authors { text += "  - name: \(quoted(author))\n" }
        text += """
            cite:
              - text: "Isola et al., Image-to-Image Translation with Conditional Adversarial Networks"
                url: https://arxiv.org/abs/1611.07004
            attachments:

            """
        for name in hashes.keys.sorted() where name == "lens.json" || name.hasSuffix(".safetensors") {
            text += "  - source: \(quoted(name))\n    sha256: \(hashes[name]!)\n"
        }
        text += """
            inputs:
              - id: field
                description: "Red, green and blue of the field, 0 to 255"
                axes:
            \(axes(["red", "green", "blue"]))    data: {type: float32, range: [0, 255]}
                preprocessing:
                  - {id: scale_linear, kwargs: {gain: 0.00784313725490196, offset: -1}}
                test_tensor:
            \(file("test-input.npy", "      "))outputs:
              - id: map
                description: "Evidence of each kind of object"
                axes:
            \(axes(channelNames))    data: {type: float32, range: [0, 1]}
                postprocessing:
                  - {id: scale_linear, kwargs: {gain: 0.5, offset: 0.5}}
                test_tensor:
            \(file("test-output.npy", "      "))weights:
              onnx:
                opset_version: \(ONNXGraph.opset)
            \(file("labelling.onnx", "    "))
            """
        return text
    }

    private static func read(_ path: String) throws(Failure) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw Failure(
                message: "\(path) cannot be read: \(error.localizedDescription)", hint: "name the folder of a lens")
        }
    }
}
