/// A PNG picture on its way into the store.
package struct PictureRecord: Sendable, Equatable {
    /// The kind of the picture that the camera gave.
    package static let input = "input"
    /// The kind of the sample map, a class a channel.
    package static let classes = "classes"
    package static let magnified = "magnified"
    package static let sureness = "sureness"
    /// Of a field that was fused from focal planes: the frame of the sharpest plane, as the camera gave it.
    package static let sharpest = "sharpest"
    /// Of the same: how high what it shows lies.
    package static let heights = "heights"

    /// `input`, `sharpest`, `heights`, `classes`, `magnified`, `sureness`; one of each a capture. What follows from them is made when it is asked
    /// for; early versions stored that too, as `map`, `labelled` and `only-SPECIESKEY`.
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
