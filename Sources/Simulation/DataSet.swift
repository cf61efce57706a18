import Foundation
import Imaging

/// Fields of one seed, written to a folder.
///
/// Camera view: `000000.png` ... and, if asked for, the mosaic's bytes in `000000.bggr` (1280 x 1024, one byte a
/// pixel). Pair view: `optical/`, `sem/`, `sem-black/` and `map/`, each with `000000.png` ... Both: `truth.json`.
package struct DataSet: Sendable {
    package var seed: UInt64
    package var view: SimulatedField.View
    /// Indices of the fields.
    package var fields: Range<Int>
    /// Nil for ``FieldDensity/varied(seed:index:)``.
    package var density: FieldDensity? = FieldDensity()
    package var writesMosaic = false
    package var world = World.classic

    package init(seed: UInt64, view: SimulatedField.View, fields: Range<Int>) {
        self.seed = seed
        self.view = view
        self.fields = fields
    }

    /// Renders and writes; `truth.json` comes last, so that its presence means a complete set.
    /// - Parameter progress: called with the count of fields written so far.
    @discardableResult
    package func write(
        to directory: String, progress: (Int) -> Void = { _ in }
    ) throws(SimulationError) -> Truth {
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        let folders = view == .pair ? ["optical", "sem", "sem-black", "map"] : [""]
        for name in folders {
            let path = name.isEmpty ? folder : folder.appendingPathComponent(name)
            do {
                try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
            } catch {
                throw Self.failure(path.path, error)
            }
        }
        let size = SimulatedField.size(of: view)
        var truth = Truth(
            nmPerPixel: view == .camera ? 180 : 83, widthPixels: size.width, heightPixels: size.height, fields: [])
        for index in fields {
            let field = SimulatedField(
                seed: seed, index: index, view: view, density: density ?? .varied(seed: seed, index: index),
                world: world)
            let rendering = field.render()
            let digits = String(index)
            let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
            let png = name + ".png"
            var fieldTruth = rendering.truth
            if let electron = rendering.electron {
                fieldTruth.file = "optical/" + png
                let pictures = [
                    ("optical/", rendering.optical), ("sem/", electron.sem), ("sem-black/", electron.semOnBlack),
                    ("map/", electron.map),
                ]
                let encoded = parallelMap(count: pictures.count) { number in
                    Result { try Self.encoded(pictures[number].1, field.nmPerPixel) }
                }
                for (picture, bytes) in zip(pictures, encoded) {
                    do {
                        try Self.store(bytes.get(), at: folder.appendingPathComponent(picture.0 + png))
                    } catch {
                        throw Self.failure(picture.0 + png, error)
                    }
                }
            } else {
                fieldTruth.file = png
                let bytes = try Self.encoded(rendering.optical, field.nmPerPixel)
                try Self.store(bytes, at: folder.appendingPathComponent(png))
            }
            if writesMosaic {
                let bytes = rendering.mosaic.samples.map { UInt8($0) }
                try Self.store(bytes, at: folder.appendingPathComponent(name + ".bggr"))
            }
            truth.fields.append(fieldTruth)
            progress(truth.fields.count)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let path = folder.appendingPathComponent("truth.json")
        do {
            try encoder.encode(truth).write(to: path, options: .atomic)
        } catch {
            throw Self.failure(path.path, error)
        }
        return truth
    }

    private static func encoded(_ picture: Picture<UInt8>, _ nmPerPixel: Double) throws(SimulationError) -> [UInt8] {
        do {
            return try PNG.encode(picture, nmPerPixel: nmPerPixel)
        } catch {
            throw SimulationError(.cannotWrite, error.message, hint: error.hint)
        }
    }

    private static func store(_ bytes: [UInt8], at path: URL) throws(SimulationError) {
        do {
            try Data(bytes).write(to: path)
        } catch {
            throw failure(path.path, error)
        }
    }

    private static func failure(_ path: String, _ error: any Error) -> SimulationError {
        SimulationError(
            .cannotWrite, "\(path) cannot be written: \(error.localizedDescription)",
            hint: "check that the folder can be written to and that the disk has room")
    }
}
