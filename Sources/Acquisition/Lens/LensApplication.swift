internal import ControlAPI
internal import Foundation
package import Grains
internal import Imaging
internal import Lens
internal import Quantities
internal import SlideStore

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

    /// - Parameter image: a picture in any format that `PictureFile` reads.
    ///
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
            let reason =
                FileManager.default.fileExists(atPath: image) ? error.localizedDescription : "there is no such file"
            throw Failure(
                message: "\(image) cannot be read: \(reason)", hint: "name a picture in PNG, TIFF or JPEG")
        }
        let reading: PictureFile.Reading
        do {
            reading = try PictureFile.read(bytes, name: image)
        } catch {
            throw Failure(message: error.message, hint: error.hint)
        }
        let stated = reading.nmPerPixel.map { StatedScale(nmPerPixel: $0) }
        let result: FieldAnalysis.Output
        do {
            result = try FieldAnalysis(lens: lens, settings: CountingSettings(borderRule: borderRule)).run(
                reading.content, name: image, nmPerPixel: nmPerPixel
            ) { _ in true }
        } catch {
            let hint =
                nmPerPixel == nil && error.code == .unknownScale
                ? stated.map { "\(image) states \(StatedScale.text($0.nmPerPixel)) nm a pixel: give it if it is right" }
                : nil
            throw Failure(message: error.message, hint: hint ?? error.hint)
        }
        let doubts = [stated?.doubt(using: nmPerPixel)].compactMap(\.self) + result.doubts
        let counted = result.grains.filter { $0.rejection == nil }
        let grains = GrainList(
            capture: 0, slide: "", nmPerPixel: nmPerPixel,
            grains: counted.enumerated().map { GrainReport($1, id: Int64($0 + 1), number: $0 + 1, isScaled: true) },
            doubts: doubts.map(\.sentence))
        let folder = URL(fileURLWithPath: output, isDirectory: true)
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let scale = result.pictures.first?.nmPerPixel
            for kind in result.paint.kinds {
                let png = try PNG.encode(
                    result.paint.picture(kind)!, nmPerPixel: scale, text: FieldAnalysis.text(kind, of: lens))
                try Data(png).write(to: folder.appendingPathComponent("\(kind).png"), options: .atomic)
            }
            if let sureness = result.pictures.first(where: { $0.kind == PictureRecord.sureness }) {
                try Data(sureness.png).write(to: folder.appendingPathComponent("sureness.png"), options: .atomic)
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
        if let familiarity = result.familiarity { lines.append(String(format: "familiarity %.3f", familiarity)) }
        if reading.bitDepth != 8, reading.bitDepth != 16 {
            lines.append("the picture's samples of 16 bits hold \(reading.bitDepth), and were taken so")
        }
        lines += doubts.map { "doubtful field: \($0.sentence)" }
        lines.append(
            String(
                format: "lens %.2f s, grains %.2f s; pictures are synthesised, the counts come from the map",
                result.lensSeconds, result.grainsSeconds))
        return lines.joined(separator: "\n")
    }
}
