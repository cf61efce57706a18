import Foundation
import Imaging
import Lens

/// The pictures of one field, 8 bits a sample, all of one size.
struct FieldPictures: Sendable {
    let name: String
    /// RGB.
    let optical: Picture<UInt8>
    /// Three channels.
    var map: Picture<UInt8>
    /// One channel or three; nil where the data set has none.
    let electron: Picture<UInt8>?
    let onBlack: Picture<UInt8>?
    /// 255 in the narrow gaps between objects; nil where they do not matter.
    var gaps: Picture<UInt8>?

    var width: Int { optical.width }
    var height: Int { optical.height }
    var byteCount: Int {
        [optical, map, electron, onBlack, gaps].reduce(0) { $0 + ($1?.samples.count ?? 0) }
    }

    /// - Throws: `.unreadable`, `.badDataSet`.
    init(_ name: String, of set: TrainingSet, electron needsElectron: Bool) throws(TrainingError) {
        self.name = name
        func picture(_ kind: String) throws(TrainingError) -> Picture<UInt8> {
            let path = "\(set.folder)/\(kind)/\(name).png"
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
        func coloured(_ picture: Picture<UInt8>) -> Picture<UInt8> {
            picture.channels == 1 ? picture.greyAsRGB : picture
        }
        optical = coloured(try picture("optical"))
        map = coloured(try picture("map"))
        guard needsElectron else {
            electron = nil
            onBlack = nil
            return
        }
        let sem = try picture("sem")
        electron = sem
        let path = "\(set.folder)/\(set.onBlackFolder)/\(name).png"
        onBlack =
            FileManager.default.fileExists(atPath: path)
            ? try picture(set.onBlackFolder) : Self.onBlack(sem, map, set.species.map(\.mapChannel))
    }

    /// Electron micrograph times the map of all species.
    private static func onBlack(_ sem: Picture<UInt8>, _ map: Picture<UInt8>, _ channels: [Int]) -> Picture<UInt8> {
        var black = sem
        for pixel in 0..<sem.width * sem.height {
            let weight = channels.reduce(0) { max($0, Int(map.samples[pixel * 3 + $1])) }
            for channel in 0..<sem.channels {
                let at = pixel * sem.channels + channel
                black.samples[at] = UInt8(Int(sem.samples[at]) * weight / 255)
            }
        }
        return black
    }
}
