import Export
import Foundation
import Imaging
import Testing

/// OME-TIFF as `tifffile` and `ome-types` read it, the latter after validation against the OME schema.
@Suite struct OMETIFFTests {
    struct File: Decodable {
        struct Image: Decodable {
            struct Annotation: Decodable {
                let description: String
                let values: [String: String]
            }

            let raw, axes, dtype, name, seriesName, description, type, pageDescription, compression, predictor: String
            let shape, size, samplesPerPixel: [Int]
            let acquired: String?
            let significantBits: Int
            let physicalSize, position: [Double?]
            let units, channels: [String]
            let annotations: [Annotation]
            let pixelsPerCm: Double?
        }

        let images: [Image]
        let pages: Int
        let isBig, isAscii: Bool
        let software, creator: String
    }

    private static func noise<Sample: FixedWidthInteger & Sendable>(
        _ width: Int, _ height: Int, _ channels: Int, seed: UInt64, _ zero: Sample
    ) -> Picture<Sample> {
        var state = seed
        var picture = Picture(width: width, height: height, channels: channels, filledWith: zero)
        for index in picture.samples.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            picture.samples[index] = Sample(truncatingIfNeeded: state >> 40)
        }
        return picture
    }

    private func littleEndian(_ content: PNG.Content) -> [UInt8] {
        switch content {
        case .bits8(let picture): picture.samples
        case .bits16(let picture): picture.samples.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        }
    }

    /// Sizes on either side of a tile's, one of a single pixel, grey and RGB, 8 and 16 bits.
    private static let pictures: [CapturePicture] = [
        .init(
            kind: "input", content: .bits16(noise(530, 517, 3, seed: 1, 0)), nmPerPixel: 180, isSynthesised: false,
            significantBits: 12),
        .init(kind: "map", content: .bits8(noise(1061, 1030, 3, seed: 2, 0)), nmPerPixel: 83.5, isSynthesised: true),
        .init(
            kind: "magnified", content: .bits8(noise(512, 511, 1, seed: 3, 0)), nmPerPixel: 83.5, isSynthesised: true),
        .init(kind: "only-<iva>", content: .bits16(noise(1, 1, 1, seed: 4, 0)), nmPerPixel: .nan, isSynthesised: true),
    ]

    /// Validating takes a second: the tests share what was read.
    private static let classic = Result { try read(isBig: nil) }

    private static func read(isBig: Bool?) throws -> File {
        let bytes = try Samples.report.omeTIFF(ofCapture: 7, pictures: pictures, isBig: isBig)
        return try ForeignReader.read(bytes, as: "ome", File.self).value
    }

    @Test(arguments: [false, true])
    func picturesComeBack(isBig: Bool) throws {
        let file = isBig ? try Self.read(isBig: true) : try Self.classic.get()
        let pictures = Self.pictures
        #expect(file.isBig == isBig && file.pages == 4 && file.images.count == 4 && file.isAscii)
        #expect(file.software == "NeuralLens 9.9" && file.creator == "NeuralLens 9.9")
        for (image, picture) in zip(file.images, pictures) {
            #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: image.raw))) == littleEndian(picture.content))
            #expect(image.size[0] == picture.content.width && image.size[1] == picture.content.height)
            #expect(image.samplesPerPixel == [image.size[2]] && image.type == image.dtype)
            #expect(image.compression == "ADOBE_DEFLATE" && image.predictor == "HORIZONTAL")
            #expect(image.acquired?.hasPrefix("2026-06-12T09:30:00.250") == true)
            #expect(image.position == [1000, -250.5])
            let name = picture.isSynthesised ? "\(picture.kind) (synthesised)" : picture.kind
            #expect(image.channels == [name] && image.name == "capture 7: \(name)" && image.seriesName == image.name)
        }
        #expect(file.images.map(\.size) == [[530, 517, 3], [1061, 1030, 3], [512, 511, 1], [1, 1, 1]])
        #expect(file.images.map(\.dtype) == ["uint16", "uint8", "uint8", "uint16"])
        #expect(file.images.map(\.significantBits) == [12, 8, 8, 16])
        #expect(file.images.map(\.physicalSize) == [[0.18, 0.18], [0.0835, 0.0835], [0.0835, 0.0835], [nil, nil]])
        #expect(file.images[0].units == ["µm", "µm"])
        // 180 nm a pixel are 55,555.6 pixels a centimetre.
        let resolution = try #require(file.images[0].pixelsPerCm)
        #expect(abs(resolution - 1e7 / 180) < 1 && file.images[3].pixelsPerCm == nil)
    }

    @Test func whatIsSynthesisedSaysSoEverywhere() throws {
        let images = try Self.classic.get().images
        #expect(images[0].annotations.count == 1 && images[0].description.contains("Observed"))
        #expect(!images[0].name.contains("ynthesised") && !images[0].description.contains("ynthesised"))
        for image in images.dropFirst() {
            let words = [image.name, image.channels[0], image.description, image.pageDescription]
            #expect(words.allSatisfy { $0.localizedCaseInsensitiveContains("synthesised") })
            #expect(image.annotations.contains { $0.values["origin"] == "synthesised" })
        }
        let facts = images[0].annotations[0].values
        #expect(facts["lens"] == "iva <galanthus>" && facts["lens_sha256"] == Samples.lens.sha256)
        #expect(facts["scale_origin"] == "calibration 3" && facts["capture"] == "7")
        // XML has no control characters.
        #expect(facts["slide"] == Samples.evil.replacingOccurrences(of: "\u{1}", with: "\u{FFFD}"))
    }

    @Test func ourOwnReaderTakesTheFirstPage() throws {
        for picture in Self.pictures {
            let bytes = try Samples.report.omeTIFF(ofCapture: 8, pictures: [picture])
            #expect(try PictureFile.decode(bytes, name: "capture.ome.tif") == picture.content)
        }
    }

    @Test func nothingToExportIsSaid() {
        for (capture, pictures) in [(7, []), (99, Self.pictures)] {
            #expect { try Samples.report.omeTIFF(ofCapture: Int64(capture), pictures: pictures) } throws: {
                ($0 as? ExportError)?.code == .nothingToExport
            }
        }
    }
}
