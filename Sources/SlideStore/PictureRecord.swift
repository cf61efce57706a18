/// A PNG picture on its way into the store.
package struct PictureRecord: Sendable, Equatable {
    /// The kind of the picture that the camera gave.
    package static let input = "input"

    /// `input`, `map`, `magnified`, `labelled`, `only-SPECIESKEY`; one of each a capture.
    package var kind: String
    package var png: [UInt8]
    /// In pixels.
    package var width: Int
    /// In pixels.
    package var height: Int
    /// In the object plane; nil where unknown.
    package var nmPerPixel: Double?
    /// Made by a network, not observed.
    package var isSynthesised: Bool

    package init(kind: String, png: [UInt8], width: Int, height: Int, nmPerPixel: Double?, isSynthesised: Bool) {
        self.kind = kind
        self.png = png
        self.width = width
        self.height = height
        self.nmPerPixel = nmPerPixel
        self.isSynthesised = isSynthesised
    }
}
