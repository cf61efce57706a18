internal import Lens

/// What one field may cost. Limits are in bytes: a small picture at a wrong scale becomes a large one at the lens's.
struct FieldMemory: Sendable, Equatable {
    /// What the systemd unit's MemoryMax leaves to the daemon with one field, beside pictures on their way.
    static let limit = 2_000_000_000
    /// What the daemon takes without lens and field: programs, database, threads; 49 MB were measured. The lens's own,
    /// without a field about 100 MB of the shipped one, are counted with the field, as `NeuralLens.memoryNeeded`.
    static let process = 60_000_000

    /// Why a field is not looked at.
    struct Refusal: Error, Sendable, Equatable {
        let message: String
        let hint: String
    }

    /// The daemon's own with it.
    let bytes: Int
    private let field: String

    /// - Parameters:
    ///   - width, height: of the field, in its own pixels.
    ///   - nmPerPixel: its scale.
    init(_ lens: NeuralLens, width: Int, height: Int, nmPerPixel: Double) {
        let needed = lens.memoryNeeded(width: width, height: height, nmPerPixel: nmPerPixel)
        bytes = needed > Int.max - Self.process ? Int.max : needed + Self.process
        field = "a field of \(width) x \(height) pixels of \(nmPerPixel) nm"
    }

    /// Nil where the field can be looked at.
    var refusal: Refusal? {
        guard bytes > Self.limit else { return nil }
        return Refusal(
            message: "\(field) needs \(Self.text(bytes)) of memory with this lens and the program itself, "
                + "and \(Self.text(Self.limit)) may be taken",
            hint: "check the scale; if it is right, capture smaller fields or take a lens of a coarser scale")
    }

    /// `11.3 GB`.
    private static func text(_ bytes: Int) -> String { "\((Double(bytes) / 1e8).rounded() / 10) GB" }
}
