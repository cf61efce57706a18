internal import Focus
internal import Imaging
internal import Quantities
internal import SlideStore

/// A field that was fused from focal planes, on its way into the store.
struct FusedField: Sendable {
    /// RGB, 0...1.
    let picture: Picture<Float>
    let heights: HeightMap
    let sweep: FocalSweep

    private var note: String { "\(sweep.planes.count) focal planes fused" }

    /// Colours of 8 bits, or of 16 where the camera has more than 8, as a file that says what it is.
    func png(bitDepth: Int, source: String, nmPerPixel: Double?) throws(ImagingError) -> [UInt8] {
        let text = ["Source": source, "Software": "NeuralLens \(Microscope.version)", "Comment": note]
        if bitDepth == 8 { return try PNG.encode(picture.eightBit, nmPerPixel: nmPerPixel, text: text) }
        return try PNG.encode(
            picture.map { UInt16(saturating: min(65535, max(0, $0 * 65535 + 0.5))) }, nmPerPixel: nmPerPixel, text: text
        )
    }

    /// Beside the fused field.
    /// - Parameter sharpest: the frame of the sharpest plane as a file.
    func pictures(sharpest: [UInt8], nmPerPixel: Double?) throws(ImagingError) -> [PictureRecord] {
        [
            PictureRecord(
                kind: PictureRecord.sharpest, png: sharpest, width: picture.width, height: picture.height,
                nmPerPixel: nmPerPixel, isSynthesised: false),
            PictureRecord(
                kind: PictureRecord.heights, png: try heights.png(nmPerPixel: nmPerPixel, text: ["Comment": note]),
                width: heights.width, height: heights.height,
                nmPerPixel: nmPerPixel.map { $0 * Double(HeightMap.stepPixels) }, isSynthesised: false),
        ]
    }
}
