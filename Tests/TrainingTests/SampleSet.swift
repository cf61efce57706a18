import Foundation
import Imaging
import Training

/// A small data set on disk: discs of two species on a grey ground. Removed with its owner.
final class SampleSet {
    let folder: String
    static let side = 64

    init(fields: Int = 3, hasElectronMicrographs: Bool = true) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("training-\(UUID().uuidString)").path
        let kinds = ["optical", "map"] + (hasElectronMicrographs ? ["sem", "on-black"] : [])
        for kind in kinds {
            try FileManager.default.createDirectory(
                atPath: "\(folder)/\(kind)", withIntermediateDirectories: true)
        }
        for index in 0..<fields {
            for kind in kinds { try write(Self.picture(kind, index), kind, name(index)) }
        }
        let names = (0..<fields).map(name)
        let description: [String: Any] = [
            "nm_per_pixel": 83, "other_channel": 1,
            "species": [
                ["key": "iva", "name": "Iva", "map_channel": 0, "colour": "#ff0000"],
                ["key": "galanthus", "name": "Galanthus", "map_channel": 2, "colour": "#0000ff"],
            ],
            "splits": ["train": Array(names.dropLast()), "val": [names.last!], "test": []],
        ]
        try JSONSerialization.data(withJSONObject: description).write(
            to: URL(fileURLWithPath: folder + "/dataset.json"))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func name(_ index: Int) -> String { String(format: "%05d", index) }

    func write(_ picture: Picture<UInt8>, _ kind: String, _ name: String) throws {
        try Data(PNG.encode(picture)).write(to: URL(fileURLWithPath: "\(folder)/\(kind)/\(name).png"))
    }

    /// Each species has one disc, in a place of its own.
    static func picture(_ kind: String, _ index: Int) -> Picture<UInt8> {
        var picture = Picture<UInt8>(width: side, height: side, channels: 3, filledWith: 0)
        for y in 0..<side {
            for x in 0..<side {
                let iva = (x - 20 - 3 * index) * (x - 20 - 3 * index) + (y - 20) * (y - 20) < 120
                let galanthus = (x - 40) * (x - 40) + (y - 42 + 2 * index) * (y - 42 + 2 * index) < 150
                let rgb: [UInt8] =
                    switch kind {
                    case "optical": iva ? [180, 120, 60] : galanthus ? [90, 110, 170] : [200, 205, 200]
                    case "map": iva ? [255, 0, 0] : galanthus ? [0, 0, 255] : [0, 0, 0]
                    case "sem": iva || galanthus ? [220, 220, 220] : [60, 60, 60]
                    default: iva || galanthus ? [220, 220, 220] : [0, 0, 0]
                    }
                for channel in 0..<3 { picture[x, y, channel] = rgb[channel] }
            }
        }
        return picture
    }
}

extension TrainingOptions {
    /// A training of milliseconds.
    static func small(_ role: NetworkRole = .labelling, steps: Int = 6) -> TrainingOptions {
        var options = TrainingOptions(role: role)
        options.length = .steps(steps)
        options.layers = 6
        options.baseChannels = 4
        options.discriminatorChannels = 4
        options.size = 64
        options.augmentation.flips = true
        options.augmentation.rotations = true
        options.augmentation.brightness = 0.1
        options.augmentation.focus = 1
        options.augmentation.cameraNmPerPixel = 180
        return options
    }
}

extension SampleSet {
    /// As it lies on disk.
    func picture(_ kind: String, _ name: String = "00000") throws -> Picture<UInt8> {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(kind)/\(name).png"))
        guard case .bits8(let picture) = try PNG.decode([UInt8](bytes), name: name) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return picture
    }
}
