import Imaging
import Testing
import Training

struct BinnedFieldsTests {
    /// Fields of 8 x 8 pixels that get brighter to the right and downwards, with one square grain from 1 to 6.
    private func supply() throws -> FreshFields {
        try FreshFields(
            title: "slopes", digest: "slopes", seed: 3, nmPerPixel: 83, species: [], otherChannel: nil,
            hasElectronMicrographs: true, fieldCorrection: "glass"
        ) { _, number, electron throws(TrainingError) in
            #expect(!electron)
            let samples: [UInt8] = (0..<64).map { pixel in
                let (column, row) = (pixel % 8, pixel / 8)
                return UInt8(8 * column + 16 * row + number)
            }
            let picture = Picture(width: 8, height: 8, channels: 1, samples: samples).greyAsRGB
            return FieldPictures(
                optical: picture, map: picture,
                outlines: FieldOutlines(grains: [.init(species: "s", outline: [[1, 1], [6, 1], [6, 6], [1, 6]])]),
                speciesChannels: [])
        }
    }

    @Test func theySayTheSameOfTheSamePlaces() throws {
        let binned = try BinnedFields(supply(), binning: 2)
        #expect(binned.nmPerPixel == 166 && binned.fieldCorrection == "glass" && !binned.hasElectronMicrographs)
        for field in [try binned.field(7, electron: true), try binned.validationField(7, electron: true)] {
            let expected: [UInt8] = (0..<16).map { bin in
                let (column, row) = (bin % 4, bin / 4)
                return UInt8(16 * column + 32 * row + 12 + 7)
            }
            for picture in [field.optical, field.map] {
                #expect(picture == Picture(width: 4, height: 4, channels: 1, samples: expected).greyAsRGB)
            }
            // The middle of the first bin lies between the first two pixels.
            #expect(
                field.outlines?.grains.map(\.outline) == [[[0.25, 0.25], [2.75, 0.25], [2.75, 2.75], [0.25, 2.75]]])
        }
    }

    @Test func whatNoLensCanBinIsRefused() {
        for wrong in [-2, 0, 1, 3, 8] {
            #expect(throws: TrainingError.self) { try BinnedFields(self.supply(), binning: wrong) }
        }
    }
}
