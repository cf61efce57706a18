package import Imaging

/// A picture of a capture: its input, or what a lens made of it.
package struct CapturePicture: Sendable {
    /// `input`, `map`, `magnified`, `labelled`, `only-KEY`.
    package var kind: String
    package var content: PNG.Content
    /// In the object plane; nil: unknown.
    package var nmPerPixel: Double?
    /// Made by a network, not observed.
    package var isSynthesised: Bool
    /// Of a sample; nil: all.
    package var significantBits: Int?

    package init(
        kind: String, content: PNG.Content, nmPerPixel: Double?, isSynthesised: Bool, significantBits: Int? = nil
    ) {
        self.kind = kind
        self.content = content
        self.nmPerPixel = nmPerPixel
        self.isSynthesised = isSynthesised
        self.significantBits = significantBits
    }

    /// As files name it.
    var name: String { isSynthesised ? "\(kind) (synthesised)" : kind }

    /// What it shows and what it is worth, in words.
    func account(of field: SlideReport.Field) -> String {
        guard isSynthesised else { return "Observed: capture \(field.capture) as the camera saw it." }
        let lens = field.lens.map { "the neural lens \($0.name)" } ?? "a neural lens"
        return "Synthesised by \(lens) from capture \(field.capture): the statistically most likely picture, "
            + "not an observation."
    }

    var bitDepth: Int {
        switch content {
        case .bits8: 8
        case .bits16: 16
        }
    }

    var channels: Int {
        switch content {
        case .bits8(let picture): picture.channels
        case .bits16(let picture): picture.channels
        }
    }
}
