internal import Foundation
internal import Imaging

/// Makes a dataset of what `neurallens-lab simulate --view pair` wrote.
package struct SimulationImport: Sendable {
    /// The simulated microscope's species, in the channels of its maps.
    package static let species = [
        Dataset.Species(key: "iva", name: "Iva xanthiifolia", mapChannel: 0, colour: "#ff0000"),
        Dataset.Species(key: "galanthus", name: "Galanthus", mapChannel: 2, colour: "#0000ff"),
    ]

    package var division = DatasetWriter.Division()

    package init() {}

    private struct Slide: Decodable {
        let nmPerPixel: Double
        let fields: [Field]

        enum CodingKeys: String, CodingKey {
            case nmPerPixel = "nm_per_pixel"
            case fields
        }

        struct Field: Decodable {
            let file: String
            let truth: FieldTruth

            enum CodingKeys: String, CodingKey { case file }

            init(from decoder: any Decoder) throws {
                file = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .file)
                truth = try FieldTruth(from: decoder)
            }
        }
    }

    /// - Parameters:
    ///   - folders: each with `truth.json`, `optical`, `sem`, `sem-black` and `map`.
    ///   - output: folder to make.
    package func run(
        _ folders: [String], output: String, progress: (Int) -> Void = { _ in }
    ) throws(PairingError) -> Dataset {
        var slides: [(folder: String, slide: Slide)] = []
        for folder in folders {
            let bytes = try Files.read(folder + "/truth.json", as: "a folder that `simulate --view pair` wrote")
            guard let slide = try? JSONDecoder().decode(Slide.self, from: Data(bytes)) else {
                throw PairingError(
                    .unreadable, "\(folder)/truth.json is not the truth of simulated fields",
                    hint: "simulate the fields again")
            }
            slides.append((folder, slide))
        }
        guard let scale = slides.first?.slide.nmPerPixel, slides.allSatisfy({ $0.slide.nmPerPixel == scale }) else {
            throw PairingError(
                .badRequest, "the folders differ in scale, or there is none", hint: "give folders of one view")
        }
        let writer = try DatasetWriter(path: output, nmPerPixel: scale, species: Self.species, otherChannel: 1)
        for (folder, slide) in slides {
            for field in slide.fields {
                let name = (field.file as NSString).lastPathComponent
                guard field.file == "optical/" + name else {
                    throw PairingError(
                        .badRequest, "\(folder) holds camera fields without electron micrographs",
                        hint: "simulate with --view pair")
                }
                func picture(_ kind: String) throws(PairingError) -> Picture<UInt8> {
                    switch try Files.picture("\(folder)/\(kind)/\(name)") {
                    case .bits8(let picture): return picture
                    case .bits16(let picture): return picture.normalised.eightBit
                    }
                }
                let source = "\((folder as NSString).lastPathComponent)/\(name)"
                try writer.add(
                    DatasetField(
                        optical: try picture("optical"), map: try picture("map"), sem: try picture("sem"),
                        onBlack: try picture("sem-black"), truth: field.truth, sources: [source], group: source))
                progress(writer.count)
            }
        }
        return try writer.finish(division)
    }
}
