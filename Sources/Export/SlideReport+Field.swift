package import Foundation

extension SlideReport {
    /// A captured field and how it was analysed.
    package struct Field: Sendable, Equatable {
        package var capture: Int64
        package var capturedAt: Date
        /// In pixels.
        package var width: Int
        /// In pixels.
        package var height: Int
        package var nmPerPixel: Double?
        /// How the scale is known, for instance "calibration 3 of 20x/0.40".
        package var scaleOrigin: String
        /// The camera, for instance "v4l2:/dev/video0 (uvcvideo, USB camera)".
        package var source: String
        /// Which picture of the source; empty for a camera.
        package var origin: String
        /// Nil before the field is analysed.
        package var lens: Lens?
        package var engineVersion: String
        /// Share of the fields the lens knows that are as strange as this one, 0...1; nil where it cannot tell.
        package var familiarity: Double?
        /// Whether the lens knows such fields; nil where it cannot tell.
        package var isVouchedFor: Bool?
        /// Of the field's upper left corner in the slide's frame, µm, x right, y down; nil where it is not placed.
        package var position: SIMD2<Double>?
        /// A person left it out: nothing of it counts.
        package var isLeftOut: Bool
        /// What a reader should know, for instance "repeats capture 3" or "not placed: too little in common".
        package var remark: String

        package struct Lens: Sendable, Hashable {
            package var name: String
            /// Of the lens's manifest, hexadecimal.
            package var sha256: String

            package init(name: String, sha256: String) {
                self.name = name
                self.sha256 = sha256
            }
        }

        package init(
            capture: Int64, capturedAt: Date, width: Int, height: Int, nmPerPixel: Double?, scaleOrigin: String = "",
            source: String = "", origin: String = "", lens: Lens? = nil, engineVersion: String = "",
            familiarity: Double? = nil, isVouchedFor: Bool? = nil,
            position: SIMD2<Double>? = nil, isLeftOut: Bool = false, remark: String = ""
        ) {
            self.capture = capture
            self.capturedAt = capturedAt
            self.width = width
            self.height = height
            self.nmPerPixel = nmPerPixel
            self.scaleOrigin = scaleOrigin
            self.source = source
            self.origin = origin
            self.lens = lens
            self.engineVersion = engineVersion
            self.familiarity = familiarity
            self.isVouchedFor = isVouchedFor
            self.position = position
            self.isLeftOut = isLeftOut
            self.remark = remark
        }

        /// Size of a pixel in µm; nil where the scale is unknown or none.
        var micrometresPerPixel: Double? {
            nmPerPixel.flatMap { $0.isFinite && $0 > 0 ? $0 / 1000 : nil }
        }

        /// Of a point in pixels (pixel centres are whole numbers) from the field's upper left corner, µm, to the nm.
        func micrometres(_ pixels: SIMD2<Double>) -> SIMD2<Double>? {
            micrometresPerPixel.map { (((pixels + 0.5) * $0) * 1000).rounded(.toNearestOrEven) / 1000 }
        }
    }

    func field(_ capture: Int64) throws(ExportError) -> Field {
        guard let field = fields.first(where: { $0.capture == capture }) else {
            throw ExportError(
                .nothingToExport, "the slide \"\(slide.name)\" has no capture \(capture)",
                hint: "name one of its captures")
        }
        return field
    }
}
