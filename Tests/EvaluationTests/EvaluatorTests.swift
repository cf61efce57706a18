import Evaluation
import Foundation
import Imaging
import Pairing
import Testing

/// With the small lens that lies among the fixtures: 332 nm a pixel, tiles of 256 pixels.
@Suite struct EvaluatorTests {
    private static let lens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/lenses/small").path

    /// Two bright, empty fields, one in each of two splits.
    private func dataset(nmPerPixel: Double = 332, key: String = "iva") throws -> DatasetFolder {
        let path = NSTemporaryDirectory() + "evaluation-\(UUID().uuidString)"
        let writer = try DatasetWriter(
            path: path, nmPerPixel: nmPerPixel,
            species: [Dataset.Species(key: key, name: "A species", mapChannel: 0, colour: "#ff0000")], otherChannel: 1)
        for (index, split) in [Dataset.Split.train, .test].enumerated() {
            let glass = Picture<UInt8>(width: 96, height: 80, channels: 3, filledWith: 210)
            let black = Picture<UInt8>(width: 96, height: 80, channels: 3, filledWith: 0)
            try writer.add(
                DatasetField(
                    optical: glass, map: black, sem: black, onBlack: black, truth: FieldTruth(grains: [], others: []),
                    sources: ["\(index)"], group: "\(index)", split: split))
        }
        _ = try writer.finish(.init())
        return try DatasetFolder(path: path)
    }

    @Test func anEmptyFieldIsMeasured() throws {
        let data = try dataset()
        defer { try? FileManager.default.removeItem(atPath: data.path) }
        var evaluator = try Evaluator(lensFolder: Self.lens, dataset: data, threads: 1)
        evaluator.measuresSeams = false
        let (report, page, _) = try evaluator.run(split: .test)
        #expect(report.fields.map(\.name) == ["00001"])
        #expect(report.networks.map(\.name) == ["labelling", "magnifier-iva", "magnifier-galanthus", "shadowing"])
        // Magnifiers have nothing to do where their species is absent.
        #expect(report.networks.map(\.fields) == [1, 0, 0, 1])
        #expect(report.counts?.detection.actual == 0 && report.counts?.foreignObjects == 0)
        let map = try #require(report.map)
        #expect(map.l1 < 0.1)
        // Self-contained, with all pictures of best, median and worst field.
        #expect(page.components(separatedBy: "data:image/png;base64,").count - 1 == 3 * 2 * 4)
        #expect(!page.contains("http"))
        let copy = try JSONDecoder().decode(EvaluationReport.self, from: JSONEncoder().encode(report))
        #expect(copy == report)
    }

    @Test func whatDoesNotBelongTogetherIsRefused() throws {
        let scale = try dataset(nmPerPixel: 83), species = try dataset(key: "betula"), fine = try dataset()
        defer { for data in [scale, species, fine] { try? FileManager.default.removeItem(atPath: data.path) } }
        func refusal(_ lens: String, _ data: DatasetFolder) -> EvaluationError? {
            #expect(throws: EvaluationError.self) { try Evaluator(lensFolder: lens, dataset: data, threads: 1) }
        }
        #expect(refusal(Self.lens, scale)?.message.contains("332") == true)
        #expect(refusal(Self.lens, species)?.message.contains("betula") == true)
        #expect(refusal("/nonexistent", fine)?.code == .badLens)
        let evaluator = try Evaluator(lensFolder: Self.lens, dataset: fine, threads: 1)
        #expect(throws: EvaluationError.self) { try evaluator.run(split: .val) }
        try FileManager.default.removeItem(atPath: fine.path + "/map/00001.png")
        try Data("no picture".utf8).write(to: URL(fileURLWithPath: fine.path + "/sem/00001.png"))
        #expect(throws: EvaluationError.self) { try evaluator.run(split: .test) }
    }
}
