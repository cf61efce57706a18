import Foundation
import Imaging
import Lens

extension TrainingSet: FieldSupply {
    package var title: String { "the folder \(folder)" }
    package var fieldCorrection: String? { dividesByGlass ? LensManifest.glass : nil }
    package var fieldCount: Int? { splits[.train]!.count }
    /// Few are enough where an epoch is short.
    package var validationCount: Int { min(splits[.val]!.count, 4) }

    package func field(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures {
        try read(splits[.train]![number], electron: electron)
    }

    package func validationField(_ number: Int, electron: Bool) throws(TrainingError) -> FieldPictures {
        try read(splits[.val]![number], electron: electron)
    }

    private func read(_ name: String, electron: Bool) throws(TrainingError) -> FieldPictures {
        let hasOnBlack = electron && FileManager.default.fileExists(atPath: "\(folder)/\(onBlackFolder)/\(name).png")
        var optical = try picture("optical", name)
        if dividesByGlass {
            if optical.channels == 1 { optical = optical.greyAsRGB }
            optical = optical.normalised.dividedByGlass().picture.eightBit
        }
        return FieldPictures(
            optical: optical, map: try picture("map", name),
            electron: electron ? try picture("sem", name) : nil,
            onBlack: hasOnBlack ? try picture(onBlackFolder, name) : nil, outlines: truth[name],
            speciesChannels: species.map(\.mapChannel))
    }

    private func picture(_ kind: String, _ name: String) throws(TrainingError) -> Picture<UInt8> {
        let path = "\(folder)/\(kind)/\(name).png"
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw TrainingError(
                .unreadable, "\(path) cannot be read: \(error.localizedDescription)",
                hint: "put the picture back and go on with --resume")
        }
        do {
            switch try PNG.decode([UInt8](data), name: path) {
            case .bits8(let picture): return picture
            case .bits16(let picture): return picture.map { UInt8($0 >> 8) }
            }
        } catch {
            throw TrainingError(.badDataSet, error.message, hint: error.hint)
        }
    }
}
