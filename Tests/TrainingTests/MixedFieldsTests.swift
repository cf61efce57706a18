import Imaging
import Synchronization
import Testing
import Training

/// Fields of quarters of four others.
struct MixedFieldsTests {
    /// Fields of 8 x 8 pixels whose samples are their number, with one square grain from 1 to 6.
    private func supply(asked: Asked = Asked(), stepsAField: Int = 1) throws -> MixedFields {
        try MixedFields(
            FreshFields(
                title: "numbers", digest: "numbers", seed: 3, nmPerPixel: 83, species: [], otherChannel: nil,
                hasElectronMicrographs: true, fieldCorrection: nil, validationCount: 2
            ) { _, number, electron throws(TrainingError) in
                #expect(!electron)
                asked.numbers.withLock { $0.append(number) }
                let picture = Picture<UInt8>(width: 8, height: 8, channels: 3, filledWith: UInt8(number % 251))
                return FieldPictures(
                    optical: picture, map: picture,
                    outlines: FieldOutlines(grains: [
                        .init(species: "s", outline: [[1, 1], [6, 1], [6, 6], [1, 6]])
                    ]),
                    speciesChannels: [])
            }, stepsAField: stepsAField)
    }

    final class Asked: Sendable {
        let numbers = Mutex<[Int]>([])
    }

    /// Samples at the middles of the four quarters.
    private func quarters(_ picture: Picture<UInt8>) -> [UInt8] {
        [(2, 2), (6, 2), (2, 6), (6, 6)].map { picture.samples[($0.1 * 8 + $0.0) * 3] }
    }

    @Test func everyFieldsFourQuartersAreShownOnceAndDrawnOnce() throws {
        let asked = Asked()
        let mixed = try supply(asked: asked)
        for step in 0..<10 {
            let field = try mixed.field(step * 8, electron: true)
            let expected = (0..<4).map { UInt8((step + $0) * 8) }
            #expect(quarters(field.optical) == expected)
            #expect(quarters(field.map) == expected)
            #expect(field.electron == nil)
        }
        #expect(asked.numbers.withLock { $0 } == (0..<13).map { $0 * 8 })
        // A field is a function of its number, whoever asked for what before.
        #expect(quarters(try mixed.field(16, electron: false).optical) == [16, 24, 32, 40])
        #expect(quarters(try mixed.validationField(1, electron: true).optical) == [1, 1, 1, 1])
    }

    @Test func stepsMayShareAField() throws {
        let mixed = try supply(stepsAField: 3)
        for step in 0..<9 {
            let expected = (0..<4).map { UInt8((step / 3 + $0) * 8) }
            #expect(quarters(try mixed.field(step * 8, electron: false).optical) == expected)
        }
        for wrong in [0, -1, 65] { #expect(throws: TrainingError.self) { try self.supply(stepsAField: wrong) } }
    }

    @Test func outlinesEndWhereTheirQuarterEnds() throws {
        let grains = try #require(try supply().field(0, electron: false).outlines).grains
        #expect(grains.count == 4)
        let boxes = grains.map { grain in
            [0, 1].map { axis in grain.outline.map { $0[axis] } }.map { [$0.min()!, $0.max()!] }
        }
        #expect(
            boxes == [
                [[1, 3.5], [1, 3.5]], [[3.5, 6], [1, 3.5]], [[1, 3.5], [3.5, 6]], [[3.5, 6], [3.5, 6]],
            ])
    }
}
