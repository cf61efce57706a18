import Foundation
import Imaging
import Lens
import Testing
import Training

struct TrainingSetTests {
    private func refusal(_ code: TrainingError.Code, _ data: SampleSet) -> String {
        let error = #expect(throws: TrainingError.self) { try TrainingSet(folder: data.folder) }
        #expect(error?.code == code)
        return error?.message ?? ""
    }

    @Test func aMissingPartnerIsNamed() throws {
        let data = try SampleSet()
        try FileManager.default.removeItem(atPath: data.folder + "/map/00001.png")
        #expect(refusal(.unreadable, data).contains("map/00001.png"))
    }

    @Test func differingSizesAreNamed() throws {
        let data = try SampleSet()
        try data.write(Picture(width: 60, height: 64, channels: 3, filledWith: 0), "sem", "00000")
        #expect(refusal(.badDataSet, data).contains("64 x 64 pixels in optical/ and 60 x 64 in sem/"))
    }

    @Test func whatIsNoPictureIsNamed() throws {
        let data = try SampleSet()
        try Data("no picture, and long enough for a header".utf8)
            .write(to: URL(fileURLWithPath: data.folder + "/optical/00000.png"))
        #expect(refusal(.badDataSet, data).contains("optical/00000.png is not a PNG"))
    }

    @Test func aPictureCutShortStopsTheRunThatMeetsIt() throws {
        let data = try SampleSet()
        let url = URL(fileURLWithPath: data.folder + "/optical/00001.png")
        let bytes = try Data(contentsOf: url)
        try bytes.prefix(60).write(to: url)
        let set = try TrainingSet(folder: data.folder)
        let error = #expect(throws: TrainingError.self) {
            _ = try TrainingRun(.small(), on: set, in: data.folder + "/run", threads: 1, resumes: false).run { false }
        }
        #expect(error?.message.contains("00001.png") == true)
        #expect(FileManager.default.fileExists(atPath: data.folder + "/run/checkpoint.safetensors"))
    }

    @Test func withoutElectronMicrographsOnlyLabellingIsTrained() throws {
        let data = try SampleSet(hasElectronMicrographs: false)
        let set = try TrainingSet(folder: data.folder)
        let training = LensTraining(
            roles: [], options: .small(), supply: set, lens: LensFolder(path: data.folder + "/lens"))
        #expect(training.roles == [.labelling])
        #expect(throws: TrainingError.self) {
            try TrainingRun(.small(.shadowing), on: set, in: data.folder + "/run", threads: 1, resumes: false)
        }
    }

    @Test func anUnknownSpeciesIsRefused() throws {
        let data = try SampleSet()
        let error = #expect(throws: TrainingError.self) {
            try TrainingRun(
                .small(.magnifier(species: "quercus")), on: TrainingSet(folder: data.folder),
                in: data.folder + "/run", threads: 1, resumes: false)
        }
        #expect(error?.message.contains("quercus") == true && error?.hint.contains("iva, galanthus") == true)
    }

    /// What `simulate --view pair` writes: another folder name, and truth.json in place of dataset.json.
    @Test func aSimulatedFolderIsADataSet() throws {
        let data = try SampleSet()
        let manager = FileManager.default
        try manager.moveItem(atPath: data.folder + "/on-black", toPath: data.folder + "/sem-black")
        try manager.removeItem(atPath: data.folder + "/dataset.json")
        let grain: [String: Any] = ["species": "iva", "outline_px": [[10, 10], [20, 10], [20, 20]]]
        let fields = (0..<3).map { ["file": "optical/\(data.name($0)).png", "grains": [grain], "others": []] }
        try JSONSerialization.data(withJSONObject: ["nm_per_pixel": 83, "fields": fields])
            .write(to: URL(fileURLWithPath: data.folder + "/truth.json"))
        let set = try TrainingSet(folder: data.folder)
        #expect(set.species.map(\.key) == ["iva", "galanthus"] && set.otherChannel == 1 && set.nmPerPixel == 83)
        #expect(set.splits[.train] == ["00000", "00001"] && set.splits[.val] == ["00002"])
        #expect(set.hasElectronMicrographs)
        #expect(
            try TrainingRun(
                .small(.shadowing, steps: 1), on: set, in: data.folder + "/run", threads: 1, resumes: false
            ).run { false })
    }

    /// The ground of the pictures is grey with a tinge of green; divided, it is even, and the lens says so.
    @Test func whatIsDividedByItsGlassMakesALensThatDivides() throws {
        let data = try SampleSet()
        let set = try TrainingSet(folder: data.folder, dividesByGlass: true)
        let optical = try set.field(0, electron: false).optical
        let ground = UInt8((Glass.level * 255).rounded())
        for channel in 0..<3 { #expect(abs(Int(optical[60, 5, channel]) - Int(ground)) <= 1) }
        #expect(optical[20, 20, 2] < ground / 2)
        let lens = LensFolder(path: data.folder + "/lens")
        let training = LensTraining(roles: [.labelling], options: .small(steps: 1), supply: set, lens: lens)
        #expect(try training.run(stop: { false }) { _ in })
        #expect(try NeuralLens(folder: lens.path, threads: 1).manifest.fieldCorrection == LensManifest.glass)
        let error = #expect(throws: TrainingError.self) {
            try lens.check(.small(), TrainingSet(folder: data.folder))
        }
        #expect(error?.message.contains("field correction: glass, here none") == true)
    }

    @Test func aStainVariesAgainstTheGlassAlone() throws {
        let data = try SampleSet()
        func weights(_ stain: Double, divides: Bool, _ name: String) throws -> [UInt8] {
            var options = TrainingOptions.small(steps: 2)
            options.augmentation.stain = stain
            let lens = LensFolder(path: "\(data.folder)/\(name)")
            let training = LensTraining(
                roles: [.labelling], options: options,
                supply: try TrainingSet(folder: data.folder, dividesByGlass: divides), lens: lens)
            #expect(try training.run(stop: { false }) { _ in })
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: lens.path + "/labelling.safetensors")))
        }
        let (plain, varied) = (try weights(0, divides: true, "plain"), try weights(0.5, divides: true, "varied"))
        #expect(plain.count == varied.count && plain != varied)
        #expect(try weights(0.5, divides: true, "again") == varied)
        let error = #expect(throws: TrainingError.self) { try weights(0.5, divides: false, "undivided") }
        #expect(error?.message.contains("glass") == true)
        #expect(throws: TrainingError.self) { try weights(3, divides: true, "wild") }
    }

    /// Two squares that share the line x = 20: 2 px on either side of it become black.
    @Test func touchingGrainsArePartedInTheMap() throws {
        var map = Picture<UInt8>(width: 40, height: 30, channels: 3, filledWith: 0)
        for y in 5...24 { for x in 5...34 { map[x, y, 0] = 255 } }
        let outlines = try JSONDecoder().decode(
            FieldOutlines.self,
            from: Data(
                """
                {"grains": [{"species": "iva", "outline_px": [[4.5, 4.5], [19.5, 4.5], [19.5, 24.5], [4.5, 24.5]]},
                {"species": "iva", "outline_px": [[19.5, 4.5], [34.5, 4.5], [34.5, 24.5], [19.5, 24.5]]}]}
                """.utf8))
        let gaps = try #require(
            TouchingGrains(gapMicrometres: 0.2).drawGaps(into: &map, outlines, nmPerPixel: 100))
        let row = (0..<40).map { map[$0, 15, 0] }
        #expect((0..<40).filter { row[$0] == 0 && (5...34).contains($0) } == Array(17...22))
        #expect((0..<40).filter { gaps[$0, 15] == 255 } == Array(17...22))
        #expect(map[10, 15, 0] == 255 && map[30, 15, 0] == 255)
        #expect(
            try TouchingGrains().drawGaps(
                into: &map, JSONDecoder().decode(FieldOutlines.self, from: Data("{\"grains\": []}".utf8)),
                nmPerPixel: 100) == nil)
    }
}
