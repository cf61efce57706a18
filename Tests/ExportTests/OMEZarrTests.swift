import Export
import Foundation
import Imaging
import Testing

/// OME-Zarr as zarr-python and ome-zarr-models read it.
@Suite struct OMEZarrTests {
    struct Seen: Decodable {
        struct Image: Decodable {
            let name: String
            let raw: String
            let dtype: String
            let shapes: [[Int]]
            let axes: [[String?]]
            let scales: [[Double]]
            let translations: [[Double]]
            let channels: [String]
            let synthesised: Bool
        }

        let layout: Int
        let images: [Image]
        let labels: [String]
        let areas: [Int]
        let labelShape: [Int]
        let labelDtype: String
        let species: [String]
    }

    /// Pictures of odd sizes, of 8 and of 16 bits, of more than one chunk.
    private let pictures: [CapturePicture] = {
        let observed = Picture<UInt16>(
            width: 1031, height: 517, channels: 3,
            samples: (0..<1031 * 517 * 3).map { UInt16(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) & 4095 })
        let made = Picture<UInt8>(
            width: 300, height: 200, channels: 1, samples: (0..<60_000).map { UInt8(truncatingIfNeeded: $0 % 251) })
        return [
            CapturePicture(
                kind: "input", content: .bits16(observed), nmPerPixel: 180, isSynthesised: false, significantBits: 12),
            CapturePicture(kind: "magnified", content: .bits8(made), nmPerPixel: nil, isSynthesised: true),
        ]
    }()

    @Test func aCaptureComesBack() throws {
        let report = Samples.report
        let bytes = try report.omeZarr(ofCapture: 7, pictures: pictures)
        let seen = try ForeignReader.read(bytes, as: "omezarr", Seen.self).value
        #expect(seen.layout == 3 && seen.images.map(\.name) == ["input", "magnified (synthesised)"])
        let observed = seen.images[0], made = seen.images[1]
        #expect(observed.shapes == [[3, 517, 1031], [3, 258, 515], [3, 129, 257], [3, 64, 128]])
        #expect(observed.dtype == "uint16" && observed.channels == ["red", "green", "blue"] && !observed.synthesised)
        #expect(observed.axes == [["c", nil], ["y", "micrometer"], ["x", "micrometer"]])
        #expect(observed.scales.map { $0[2] } == [0.18, 0.36, 0.72, 1.44])
        // The field's corner lies at (1000, -250.5) µm; the first pixel's centre half a pixel further in.
        let first = observed.translations[0], second = observed.translations[1]
        #expect(abs(first[2] - 1000.09) < 1e-9 && abs(first[1] + 250.41) < 1e-9 && abs(second[2] - 1000.18) < 1e-9)
        #expect(made.synthesised && made.axes.map { $0[1] } == [nil, nil, nil] && made.scales[0] == [1, 1, 1])
        for (image, picture) in zip(seen.images, pictures) {
            let raw = try Data(contentsOf: URL(fileURLWithPath: image.raw))
            switch picture.content {
            case .bits8(let content): #expect(Array(raw) == content.samples)
            case .bits16(let content):
                #expect(raw.count == content.samples.count * 2)
                let read = raw.withUnsafeBytes { Array($0.bindMemory(to: UInt16.self)) }
                #expect(read == content.samples)
            }
        }
    }

    /// The grains that count, with their species, and as many pixels as their outlines hold.
    @Test func grainsAreLabels() throws {
        let report = Samples.report
        let seen = try ForeignReader.read(
            try report.omeZarr(ofCapture: 7, pictures: pictures), as: "omezarr", Seen.self
        ).value
        let counted = report.grains.filter { $0.capture == 7 && $0.status.counts }
        #expect(seen.labels == ["grains"] && seen.labelShape == [517, 1031] && seen.labelDtype == "uint32")
        #expect(seen.species == counted.map(\.species) && !counted.isEmpty)
        for (area, grain) in zip(seen.areas, counted) {
            let ring = grain.outlinePixels
            let expected = abs(
                ring.indices.reduce(0.0) { sum, index in
                    let (a, b) = (ring[index], ring[(index + 1) % ring.count])
                    return sum + (a.x * b.y - b.x * a.y) / 2
                })
            // Outlines run through the centres of the outermost pixels: half of the border is added.
            #expect(Double(area) >= expected * 0.9 && Double(area) <= expected * 1.2 + 10, "\(grain.id)")
        }
    }

    @Test func withoutPicturesThereIsNothing() {
        #expect(throws: ExportError.self) { try Samples.report.omeZarr(ofCapture: 7, pictures: []) }
        #expect(throws: ExportError.self) { try Samples.report.omeZarr(ofCapture: 99, pictures: pictures) }
    }
}
