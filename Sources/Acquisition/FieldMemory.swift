internal import Lens

/// What one field may cost. Limits are in bytes: a small picture at a wrong scale becomes a large one at the lens's.
struct FieldMemory: Sendable, Equatable {
    /// What the systemd unit's MemoryMax leaves to one field, beside the daemon itself and pictures on their way.
    static let limit = 2_000_000_000

    /// Why a field is not looked at.
    struct Refusal: Error, Sendable, Equatable {
        let message: String
        let hint: String
    }

    let bytes: Int
    private let field: String

    /// - Parameters:
    ///   - width, height: of the field, in its own pixels.
    ///   - nmPerPixel: its scale.
    init(_ lens: NeuralLens, width: Int, height: Int, nmPerPixel: Double) {
        bytes = lens.memoryNeeded(width: width, height: height, nmPerPixel: nmPerPixel)
        field = "a field of \(width) x \(height) pixels of \(nmPerPixel) nm"
    }

    /// Nil where the field can be looked at.
    var refusal: Refusal? {
        guard bytes > Self.limit else { return nil }
        return Refusal(
            message: "\(field) needs \(Self.text(bytes)) of memory with this lens, "
                + "and one field may take \(Self.text(Self.limit))",
            hint: "check the scale; if it is right, capture smaller fields or take a lens of a coarser scale")
    }

    /// `11.3 GB`.
    private static func text(_ bytes: Int) -> String { "\((Double(bytes) / 1e8).rounded() / 10) GB" }
}
