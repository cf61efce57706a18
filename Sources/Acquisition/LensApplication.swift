internal import ControlAPI
internal import Foundation
package import Grains
internal import Lens
internal import Quantities

/// The lens on one picture from a file, with the same steps and the same results as a stored capture.
package struct LensApplication: Sendable {
    /// Why nothing came of it.
    package struct Failure: Error {
        package let message: String
        package let hint: String
    }

    private let lens: NeuralLens

    package init(lensFolder: String, threads: Int) throws(Failure) {
        do {
            lens = try NeuralLens(folder: lensFolder, threads: threads)
        } catch {
            throw Failure(message: error.message, hint: error.hint)
        }
    }

    /// Writes `map.png`, `magnified.png`, ... and `grains.json` into a folder.
    /// - Returns: what was found, in a few lines.
    package func run(image: String, nmPerPixel: Double?, borderRule: BorderRule, output: String) throws(Failure)
        -> String
    {
        if let fault = Quantity.scale.fault(nmPerPixel) { throw Failure(message: fault.detail, hint: fault.hint) }
        let bytes: [UInt8]
        do {
            bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: image)))
        } catch {
            throw Failure(message: "\(image) cannot be read: \(error.localizedDescription)", hint: "name a PNG picture")
        }
        let result: FieldAnalysis.Output
        do {
            result = try FieldAnalysis(lens: lens, settings: CountingSettings(borderRule: borderRule)).run(
                input: bytes, name: image, nmPerPixel: nmPerPixel
            ) { _ in true }
        } catch {
            throw Failure(message: error.message, hint: error.hint)
        }
        let counted = result.grains.filter { $0.rejection == nil }
        let grains = GrainList(
            capture: 0, slide: "", nmPerPixel: nmPerPixel,
            grains: counted.enumerated().map { GrainReport($1, id: Int64($0 + 1), number: $0 + 1, isScaled: true) })
        let folder = URL(fileURLWithPath: output, isDirectory: true)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for picture in result.pictures {
                try Data(picture.png).write(to: folder.appendingPathComponent("\(picture.kind).png"), options: .atomic)
            }
            try WireFormat.encode(grains, pretty: true)
                .write(to: folder.appendingPathComponent("grains.json"), options: .atomic)
        } catch {
            throw Failure(
                message: "\(output) cannot be written: \(error.localizedDescription)",
                hint: "check that the folder can be written to and that the disk has room")
        }
        var lines = lens.manifest.species.map { species in
            "\(species.name): \(counted.count { $0.species == species.key })"
        }
        lines.append("unidentified: \(counted.count { $0.species == GrainReport.unidentified })")
        lines.append("not counted: \(result.grains.count - counted.count)")
        if let familiarity = result.familiarity {
            let limit = lens.manifest.familiarity?.limit ?? 0
            lines.append(
                String(format: "familiarity %.3f", familiarity)
                    + (familiarity < limit ? ": not vouched for, the lens does not know such fields" : ""))
        }
        lines.append(
            String(
                format: "lens %.2f s, grains %.2f s; pictures are synthesised, the counts come from the map",
                result.lensSeconds, result.grainsSeconds))
        return lines.joined(separator: "\n")
    }
}
