internal import Camera
internal import ControlAPI
internal import Imaging
internal import Quantities
internal import SlideStore

/// A field as the store keeps it: a PNG file of the camera's own mosaic, whose colours are made whenever it is read, or of
/// the colours where the camera gave those.
struct StoredField: Sendable {
    let png: [UInt8]
    /// Significant bits a sample of the frame, 8...16, where the file does not say it.
    private let bitDepth: Int

    /// Text of the file that names the mosaic's pattern and the significant bits of a sample: `bggr 12`.
    private static let mosaic = "Mosaic"

    /// - Parameter bitDepth: of the frame; colours of 16 bits may hold fewer, which are found.
    init(png: [UInt8], bitDepth: Int = 8) {
        self.png = png
        self.bitDepth = bitDepth
    }

    /// - Parameter source: the camera's name.
    init(_ frame: Frame, source: String, nmPerPixel: Double?) throws(ImagingError) {
        var text = ["Source": source, "Software": "NeuralLens \(Microscope.version)"]
        bitDepth = frame.bitDepth
        guard case .mosaic(let mosaic, let pattern) = frame.pixels else {
            png = try PNG.encode(frame.colour(), nmPerPixel: nmPerPixel, text: text)
            return
        }
        text[Self.mosaic] = "\(pattern.rawValue) \(bitDepth)"
        png =
            bitDepth == 8
            ? try PNG.encode(mosaic.eightBit(ofDepth: 8), nmPerPixel: nmPerPixel, text: text)
            : try PNG.encode(mosaic, nmPerPixel: nmPerPixel, text: text)
    }

    /// Nil where the file holds colours.
    private var mosaic: (pattern: BayerPattern, bitDepth: Int)? {
        let words = (PNG.text(of: png)[Self.mosaic] ?? "").split(separator: " ")
        guard words.count == 2, let pattern = BayerPattern(rawValue: String(words[0])), let depth = Int(words[1]),
            (8...16).contains(depth)
        else { return nil }
        return (pattern, depth)
    }

    /// RGB: full range of UInt8 at a bit depth of 8, of UInt16 at others.
    /// - Parameter name: names the field in errors.
    func content(name: String) throws(ImagingError) -> PNG.Content {
        let stored = try PNG.decode(png, name: name)
        guard let (pattern, depth) = mosaic, stored.channels == 1, stored.width >= 4, stored.height >= 4 else {
            return bitDepth == 16 ? try stored.overFullRange(name: name) : stored
        }
        let samples: Picture<UInt16> =
            switch stored {
            case .bits8(let picture): picture.map { UInt16($0) }
            case .bits16(let picture): picture
            }
        let rgb = samples.demosaiced(pattern)
        if depth == 8 { return .bits8(rgb.eightBit(ofDepth: 8)) }
        let content = PNG.Content.bits16(rgb.sixteenBit(ofDepth: depth))
        return depth == 16 ? try content.overFullRange(name: name) : content
    }

    /// RGB of 8 bits.
    /// - Parameter name: names the field in errors.
    func picture(name: String) throws(ImagingError) -> Picture<UInt8> { try content(name: name).eightBitRGB }

    /// The field in colours as a PNG file: the same bytes each time.
    func colours(name: String, nmPerPixel: Double?) throws(ImagingError) -> [UInt8] {
        guard mosaic != nil else { return png }
        var text = PNG.text(of: png)
        text[Self.mosaic] = nil
        return try PNG.encode(try content(name: name), nmPerPixel: nmPerPixel, text: text)
    }
}

extension SlideStore {
    /// A capture's field as it is stored.
    func field(of capture: Capture) async throws(StoreError) -> StoredField {
        StoredField(
            png: try await picture(ofCapture: capture.id, kind: PictureRecord.input).png, bitDepth: capture.bitDepth)
    }

    /// A capture's field as RGB of 8 bits. Blocks the calling thread, which is none of the cooperative pool's.
    func waitForColours(ofCapture capture: Capture.ID) throws(Problem) -> Picture<UInt8> {
        let png = try blockingAsProblems { () throws(StoreError) in
            try waitForPicture(ofCapture: capture, kind: PictureRecord.input)
        }
        do throws(ImagingError) {
            return try StoredField(png: png).picture(name: "the input of capture \(capture)")
        } catch {
            throw Problem(.storeFailed, error.message, hint: error.hint)
        }
    }
}
