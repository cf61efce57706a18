import Imaging
import Lens
import Synchronization
import Testing
import Training

/// Species of which there are few.
struct BalanceTests {
    final class Asked: Sendable {
        let numbers = Mutex<[Int]>([])
    }

    /// Of seven fields six show a red grain, one a blue one.
    private static func showsRare(_ field: Int) -> Bool { field % 7 == 3 }

    private func supply(_ asked: Asked) throws -> FreshFields {
        func species(_ key: String, _ channel: Int) -> LensManifest.Species {
            LensManifest.Species(key: key, name: key, colour: "#808080", mapChannel: channel)
        }
        return try FreshFields(
            title: "seven", digest: "seven", seed: 5, nmPerPixel: 83,
            species: [species("often", 0), species("rare", 2)],
            otherChannel: nil, hasElectronMicrographs: false, fieldCorrection: nil, validationCount: 0
        ) { _, number, _ throws(TrainingError) in
            asked.numbers.withLock { $0.append(number) }
            let light = Picture<UInt8>(width: 64, height: 64, channels: 3, filledWith: 200)
            var map = Picture<UInt8>(width: 64, height: 64, channels: 3, filledWith: 0)
            for y in 20..<44 {
                for x in 20..<44 { map[x, y, Self.showsRare(number) ? 2 : 0] = 255 }
            }
            return FieldPictures(optical: light, map: map, speciesChannels: [0, 2])
        }
    }

    /// How many of 40 samples were cut from a field with the rare species.
    private func rareSamples(balance: Double) throws -> Int {
        let (data, asked) = (try SampleSet(), Asked())
        var options = TrainingOptions.small(steps: 40)
        options.isAdversarial = false
        options.balance = balance
        let run = try TrainingRun(
            options, on: supply(asked), in: data.folder + "/runs/balance", threads: 1, resumes: false,
            checkpointSeconds: 300)
        #expect(try run.run { false })
        // The last field that a sample asks for is the one that it shows.
        let last = Dictionary(grouping: asked.numbers.withLock { $0 }) { $0 / 8 }.filter { $0.key < 40 }
        #expect(last.count == 40)
        return last.values.count { Self.showsRare($0.max()!) }
    }

    @Test func aRareSpeciesIsShownAsOftenAsACommonOne() throws {
        #expect((3...9).contains(try rareSamples(balance: 0)))
        #expect((13...27).contains(try rareSamples(balance: 1)))
        var wrong = TrainingOptions.small()
        wrong.balance = 1.5
        #expect(throws: TrainingError.self) { try wrong.check() }
    }
}
