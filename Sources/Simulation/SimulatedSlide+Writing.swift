import Foundation
import Imaging

extension SimulatedSlide {
    /// Writes `000000.png` ... in the order of capture, then `truth.json`, so that its presence means a complete set.
    /// - Parameter progress: called with the count of fields written so far.
    @discardableResult
    package func write(
        to directory: String, progress: (Int) -> Void = { _ in }
    ) throws(SimulationError) -> Truth {
        let folder = URL(fileURLWithPath: directory, isDirectory: true)
        let nmPerPixel = SimulatedField(seed: seed, index: 0, view: .camera).nmPerPixel
        var truth = Truth(
            nmPerPixel: nmPerPixel, widthPixels: layout.widthPixels, heightPixels: layout.heightPixels, fields: [])
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for index in captures.indices {
                let rendering = render(index)
                let digits = String(index)
                let name = String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".png"
                let bytes = try PNG.encode(rendering.optical, nmPerPixel: nmPerPixel)
                try Data(bytes).write(to: folder.appendingPathComponent(name))
                var field = rendering.truth
                field.file = name
                truth.fields.append(field)
                progress(truth.fields.count)
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            try encoder.encode(truth).write(to: folder.appendingPathComponent("truth.json"), options: .atomic)
        } catch {
            throw SimulationError(
                .cannotWrite, "\(directory) cannot be written: \(error.localizedDescription)",
                hint: "check that the folder can be written to and that the disk has room")
        }
        return truth
    }
}
