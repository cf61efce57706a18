import Foundation
import Imaging
import Simulation
import Testing

struct DataSetTests {
    @Test func aPairSetHoldsItsPicturesAndTruth() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("simulated-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        var set = DataSet(seed: 6, view: .pair, fields: 2..<3)
        set.density = Pairs.sparse
        set.writesMosaic = true
        var progress: [Int] = []
        let truth = try set.write(to: folder.path) { progress.append($0) }
        #expect(progress == [1])

        let rendering = SimulatedField(seed: 6, index: 2, view: .pair, density: Pairs.sparse).render()
        let electron = try #require(rendering.electron)
        for (name, picture) in [
            ("optical", rendering.optical), ("sem", electron.sem), ("sem-black", electron.semOnBlack),
            ("map", electron.map),
        ] {
            let bytes = try Data(contentsOf: folder.appendingPathComponent("\(name)/000002.png"))
            #expect(try PNG.decode([UInt8](bytes), name: name) == .bits8(picture))
        }
        let mosaic = try Data(contentsOf: folder.appendingPathComponent("000002.bggr"))
        #expect([UInt8](mosaic) == rendering.mosaic.samples.map { UInt8($0) })

        let json = try Data(contentsOf: folder.appendingPathComponent("truth.json"))
        #expect(try JSONDecoder().decode(Truth.self, from: json) == truth)
        let text = String(decoding: json, as: UTF8.self)
        for key in ["nm_per_pixel", "fields", "file", "grains", "others"] { #expect(text.contains("\"\(key)\"")) }
        #expect(truth.nmPerPixel == 83 && truth.fields[0].file == "optical/000002.png")
    }

    @Test func aFolderThatCannotBeMadeIsOneClearError() {
        let set = DataSet(seed: 6, view: .camera, fields: 0..<1)
        #expect(throws: SimulationError.self) { try set.write(to: "/dev/null/fields") }
    }
}
