/// Answer to `GET /v1/live/frame`: one picture of the live view. Not JSON: the picture is the body, the rest headers.
package struct LivePicture: Sendable, Equatable {
    /// What is shown: `camera`, `field`, `map`, `magnified`, `labelled`, `only-KEY`.
    package enum View: Sendable, Hashable {
        /// The newest frame.
        case camera
        /// The frame that the lens's newest pictures were made of: beside them it shows the same moment.
        case field
        /// Made by the lens; never `.input`.
        case lens(ImageKind)

        package init?(rawValue: String) {
            switch rawValue {
            case "camera": self = .camera
            case "field": self = .field
            default:
                guard let kind = ImageKind(rawValue: rawValue), kind != .input else { return nil }
                self = .lens(kind)
            }
        }

        package var rawValue: String {
            switch self {
            case .camera: "camera"
            case .field: "field"
            case .lens(let kind): kind.rawValue
            }
        }

        /// Whether the lens draws it from what it learnt. The map says what lies where, and draws no surface.
        package var isSynthesised: Bool {
            guard case .lens(let kind) = self else { return false }
            return kind != .input && kind != .map
        }
    }

    package enum Format: String, Sendable, Hashable {
        case jpeg
        /// RGB, 8 bits a sample, rows without padding: for programs that draw on a terminal.
        case raw
    }

    /// What a client asks for.
    package struct Request: Sendable, Equatable {
        package var view: View
        package var format: Format
        /// Of the picture that the client has; 0 for none.
        package var after: Int
        /// Pixels across at most.
        package var width: Int

        package init(view: View, format: Format = .jpeg, after: Int = 0, width: Int = 1280) {
            self.view = view
            self.format = format
            self.after = after
            self.width = width
        }
    }

    package var bytes: [UInt8]
    package var format: Format
    /// Counts frames and lens pictures together, from 1.
    package var sequence: Int
    /// Since the exposure of the frame began.
    package var ageMilliseconds: Int
    package var isSynthesised: Bool
    package var widthPx: Int
    package var heightPx: Int
    /// Of this picture.
    package var nmPerPixel: Double?
    package var mode: LiveState.Mode
    /// The part of the camera's field that it shows: x0, y0, x1, y1 as shares of its width and height; nil: all of it.
    package var covers: SIMD4<Double>?

    package init(
        bytes: [UInt8], format: Format = .jpeg, sequence: Int, ageMilliseconds: Int, isSynthesised: Bool, widthPx: Int,
        heightPx: Int, nmPerPixel: Double?, mode: LiveState.Mode, covers: SIMD4<Double>? = nil
    ) {
        self.bytes = bytes
        self.format = format
        self.sequence = sequence
        self.ageMilliseconds = ageMilliseconds
        self.isSynthesised = isSynthesised
        self.widthPx = widthPx
        self.heightPx = heightPx
        self.nmPerPixel = nmPerPixel
        self.mode = mode
        self.covers = covers
    }
}
