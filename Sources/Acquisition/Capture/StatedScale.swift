internal import Quantities
internal import SlideStore

/// The scale that a picture's file states, which whoever sets the scale may contradict by a slip.
struct StatedScale: Sendable {
    let nmPerPixel: Double

    /// Rounding and the pixel counts of resampled pictures differ by less.
    private static let tolerance = 0.02

    /// What to tell where another scale is used.
    func doubt(using used: Double?) -> FieldDoubt? {
        guard let used, used > 0, abs(used / nmPerPixel - 1) > Self.tolerance else { return nil }
        return FieldDoubt(
            .init(rawValue: "other-scale-stated"),
            "its file states \(Self.text(nmPerPixel)) nm a pixel, and \(Self.text(used)) nm were used")
    }

    static func text(_ nmPerPixel: Double) -> String {
        let rounded = (nmPerPixel * 100).rounded() / 100
        return rounded == rounded.rounded() ? "\(Int(saturating: rounded))" : "\(rounded)"
    }
}
