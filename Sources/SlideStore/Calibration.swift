package import Foundation

/// How large a camera pixel is in the object plane of an objective. Calibrations are only ever added; the latest of an
/// objective is in force.
package struct Calibration: Sendable, Equatable, Identifiable {
    /// Where the figure comes from.
    package enum Method: Sendable, Equatable {
        /// The camera's pixel pitch and the magnification from the object to the sensor.
        case pitch(pixelPitchMicrometres: Double, magnification: Double)
        /// A picture of a stage micrometer.
        /// - Parameters:
        ///   - divisionMicrometres: distance of neighbouring lines on the glass.
        ///   - pixelsPerDivision: their distance in the picture.
        ///   - standardErrorPixels: of the distance in the picture.
        case stageMicrometer(divisionMicrometres: Double, pixelsPerDivision: Double, standardErrorPixels: Double)
        /// A person says so.
        case given(nmPerPixel: Double)

        package var name: String {
            switch self {
            case .pitch: "pitch and magnification"
            case .stageMicrometer: "stage micrometer"
            case .given: "as stated"
            }
        }

        package var nmPerPixel: Double {
            switch self {
            case .pitch(let pitch, let magnification): 1000 * pitch / magnification
            case .stageMicrometer(let division, let pixels, _): 1000 * division / pixels
            case .given(let nmPerPixel): nmPerPixel
            }
        }

        /// Nil where it is not known.
        package var standardErrorNmPerPixel: Double? {
            switch self {
            case .pitch, .given: nil
            case .stageMicrometer(_, let pixels, let error): nmPerPixel * error / pixels
            }
        }
    }

    package let id: Int64
    package let at: Date
    package let agent: Agent
    package let objective: String
    package let method: Method
    package let nmPerPixel: Double
    package let camera: String
    package let note: String
    /// Of the frames that it holds for: at another size the sensor may be binned. Nil where frames have one scale whatever
    /// their size, and of calibrations made before cameras could be set, when frames had their usual size.
    package let frameSize: FrameSize?

    /// - Parameters:
    ///   - size: nil for any.
    ///   - usual: of frames that calibrations without a size hold for.
    package func holds(forFrames size: FrameSize?, usual: FrameSize?) -> Bool {
        size == nil || (frameSize ?? usual) == size
    }
}

extension FieldScale {
    /// Nil where the calibration gives a scale that cannot be.
    package init?(_ calibration: Calibration) {
        self.init(
            nmPerPixel: calibration.nmPerPixel,
            origin: "calibration \(calibration.id) (\(calibration.objective), \(calibration.method.name))")
    }
}
