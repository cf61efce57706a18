package import Imaging

/// One exposure as the sensor gave it.
package struct Frame: Sendable {
    package enum Pixels: Sendable, Equatable {
        case mosaic(Picture<UInt16>, BayerPattern)
        case grey(Picture<UInt16>)
        case rgb(Picture<UInt16>)

        /// The samples, whatever they mean.
        package var picture: Picture<UInt16> {
            switch self {
            case .mosaic(let picture, _), .grey(let picture), .rgb(let picture): picture
            }
        }
    }

    /// How a frame was shown to be exposed after the trigger.
    package enum Freshness: String, Sendable, Equatable, Codable {
        /// By the time at which it was exposed.
        case timestamp
        /// By the order in which frames came: the camera's time stamps tell nothing, or cannot be right.
        case arrival
    }

    package let pixels: Pixels
    /// Significant bits, 8...16: samples lie in 0...(1 << bitDepth) - 1.
    package let bitDepth: Int
    /// Start of exposure, or the best bound known (the driver's timestamp of the start or end of the frame).
    package let exposedAt: MonotonicInstant
    /// The driver's count of frames.
    package let sequence: UInt32
    /// FourCC of the wire format, or "PNG", "TIFF" or "JPEG", or "simulated BA81".
    package let format: String
    package let accounting: FrameAccounting
    package let freshness: Freshness
    /// Where the source itself knows (the simulated microscope); nil otherwise.
    package let nmPerPixel: Double?
    /// What the picture's file says of its scale, which nobody vouches for; nil for cameras.
    package let statedNmPerPixel: Double?
    /// Which picture of the source: a file name, a simulated field's index; "" for a camera.
    package let origin: String
    /// Camera controls when the frame was taken, by normalised name.
    package let controls: [String: Int64]

    package init(
        pixels: Pixels, bitDepth: Int, exposedAt: MonotonicInstant, sequence: UInt32, format: String,
        accounting: FrameAccounting = FrameAccounting(), nmPerPixel: Double? = nil, statedNmPerPixel: Double? = nil,
        origin: String = "", controls: [String: Int64] = [:], freshness: Freshness = .timestamp
    ) {
        precondition((8...16).contains(bitDepth), "a frame has 8 to 16 significant bits")
        self.pixels = pixels
        self.bitDepth = bitDepth
        self.exposedAt = exposedAt
        self.sequence = sequence
        self.format = format
        self.accounting = accounting
        self.freshness = freshness
        self.nmPerPixel = nmPerPixel
        self.statedNmPerPixel = statedNmPerPixel
        self.origin = origin
        self.controls = controls
    }

    /// The same frame under another number.
    func numbered(_ sequence: UInt32) -> Frame {
        Frame(
            pixels: pixels, bitDepth: bitDepth, exposedAt: exposedAt, sequence: sequence, format: format,
            accounting: accounting, nmPerPixel: nmPerPixel, statedNmPerPixel: statedNmPerPixel, origin: origin,
            controls: controls, freshness: freshness)
    }

    /// In pixels.
    package var width: Int { pixels.picture.width }
    /// In pixels.
    package var height: Int { pixels.picture.height }
}
