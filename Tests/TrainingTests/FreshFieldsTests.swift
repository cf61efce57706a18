import Foundation
import Imaging
import Lens
import Network
import Synchronization
import Testing
import Training

/// Training on fields that are drawn anew for every step.
struct FreshFieldsTests {
    let runs = FileManager.default.temporaryDirectory.appendingPathComponent("fresh-\(UUID().uuidString)").path

    /// Remembers which fields were drawn.
    final class Drawn: Sendable {
        let numbers = Mutex<[(seed: UInt64, number: Int)]>([])
    }

    private func supply(
        seed: UInt64 = 3, drawn: Drawn = Drawn(), failing: Int? = nil, withoutIva: Int = 0, hasElectron: Bool = true
    ) throws -> FreshFields {
        try FreshFields(
            title: "a drawing of discs", digest: "discs", seed: seed, nmPerPixel: 83,
            species: [
                .init(key: "iva", name: "Iva", colour: "#ff0000", mapChannel: 0),
                .init(key: "galanthus", name: "Galanthus", colour: "#0000ff", mapChannel: 2),
            ], otherChannel: 1, hasElectronMicrographs: hasElectron, fieldCorrection: nil, validationCount: 2
        ) { seed, number, electron throws(TrainingError) in
            drawn.numbers.withLock { $0.append((seed, number)) }
            if let failing, number == failing * 8, seed == 3 {
                throw TrainingError(.unreadable, "grain 7 cannot be read", hint: "make the library anew")
            }
            let index = Int((seed &* 31 &+ UInt64(number) / 8) % 5)
            var map = SampleSet.picture("map", index)
            if withoutIva > 0, number % withoutIva != 0 {
                for pixel in 0..<map.width * map.height { map.samples[pixel * 3] = 0 }
            }
            return FieldPictures(
                optical: SampleSet.picture("optical", index), map: map,
                electron: electron ? SampleSet.picture("sem", index) : nil, speciesChannels: [0, 2])
        }
    }

    private func run(
        _ options: TrainingOptions, _ supply: FreshFields, _ name: String, threads: Int = 2, resumes: Bool = false
    ) throws -> TrainingRun {
        try TrainingRun(options, on: supply, in: "\(runs)/\(name)", threads: threads, resumes: resumes)
    }

    private func tensors(_ name: String) throws -> [String: [UInt32]] {
        let file = try WeightFile(path: "\(runs)/\(name)/checkpoint.safetensors")
        return try file.entries.keys.reduce(into: [:]) { $0[$1] = try file.floats($1).map(\.bitPattern) }
    }

    private func validationSteps(_ name: String) throws -> [Int] {
        let file = try WeightFile(path: "\(runs)/\(name)/checkpoint.safetensors")
        let state = try JSONSerialization.jsonObject(with: Data(file.metadata["state"]!.utf8)) as? [String: Any]
        return try #require(state?["validation"] as? [[Double]]).map { Int($0[0]) }
    }

    @Test func everyStepShowsAFieldOfItsOwnWhateverThreadsAndPauses() throws {
        defer { try? FileManager.default.removeItem(atPath: runs) }
        var options = TrainingOptions.small(steps: 8)
        options.freshEpochSteps = 3
        options.averageDecay = 0.9
        let drawn = Drawn()
        #expect(try run(options, supply(drawn: drawn), "whole").run { false })
        let trained = drawn.numbers.withLock { $0.filter { $0.seed == 3 }.map(\.number) }
        #expect(trained == (0..<8).map { $0 * 8 })
        let validated = drawn.numbers.withLock { $0.filter { $0.seed == FreshFields.validationSeed }.map(\.number) }
        #expect(Swift.Set(validated) == [0, 1])
        for stopAfter in [1, 5] {
            let part = try run(options, supply(), "parts", threads: 1, resumes: true)
            #expect(try part.run { part.step >= stopAfter } == false)
        }
        #expect(try run(options, supply(), "parts", threads: 3, resumes: true).run { false })
        let (whole, parts) = (try tensors("whole"), try tensors("parts"))
        #expect(whole.keys.contains { $0.hasPrefix("average.value.") })
        #expect(whole == parts)
        #expect(try validationSteps("whole") == [3, 6, 8])
        #expect(try validationSteps("parts") == [3, 6, 8])
        #expect(FileManager.default.fileExists(atPath: "\(runs)/whole/pictures/epoch-0002.png"))

        // Other fields, another network; and no going on with them.
        #expect(try run(options, supply(seed: 4), "other").run { false })
        #expect(try tensors("other") != whole)
        let error = #expect(throws: TrainingError.self) {
            _ = try run(options, supply(seed: 4), "whole", resumes: true)
        }
        #expect(error?.code == .wrongCheckpoint && error?.message.contains("a drawing of discs, seed 4") == true)
    }

    @Test func aMagnifierLooksForAFieldWithItsSpecies() throws {
        defer { try? FileManager.default.removeItem(atPath: runs) }
        let drawn = Drawn()
        // One number in three shows Iva.
        let supply = try supply(drawn: drawn, withoutIva: 3)
        #expect(try run(.small(.magnifier(species: "iva"), steps: 4), supply, "magnifier").run { false })
        let trained = drawn.numbers.withLock { $0.filter { $0.seed == 3 }.map(\.number) }
        #expect(trained == [0, 8, 9, 16, 17, 18, 24])
    }

    @Test func aFieldThatCannotBeDrawnStopsTheRunAtItsStep() throws {
        defer { try? FileManager.default.removeItem(atPath: runs) }
        let failing = try run(.small(steps: 8), supply(failing: 2), "failing")
        let error = #expect(throws: TrainingError.self) { _ = try failing.run { false } }
        #expect(error?.message == "grain 7 cannot be read" && failing.step == 2)
        let resumed = try run(.small(steps: 8), supply(), "failing", resumes: true)
        #expect(resumed.step == 2)
        #expect(try resumed.run { false })
    }

    @Test func theValidationFieldsAreNotTrainedOn() {
        #expect(throws: TrainingError.self) { try supply(seed: FreshFields.validationSeed) }
    }

    @Test func withoutMicrographsNoMagnifierIsTrained() throws {
        let error = #expect(throws: TrainingError.self) {
            _ = try run(.small(.magnifier(species: "iva")), supply(hasElectron: false), "none")
        }
        #expect(error?.code == .badDataSet && error?.message.contains("has no electron micrographs") == true)
    }
}
