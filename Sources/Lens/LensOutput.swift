package import Imaging

/// What a lens makes of one field. All pictures have the lens's scale and the field's extent.
package struct LensOutput: Sendable {
    /// The sample map as the labelling network gave it: one channel a class, 0...1. Grains are counted from it.
    package let map: Picture<Float>
    /// The field as a scanning electron microscope would probably show it, RGB 0...1. Synthesised. nil from a lens that
    /// only labels.
    package let magnified: Picture<Float>?
    /// In the object plane, across; differs from the manifest's scale by less than half a pixel over the field.
    package let nmPerPixelX: Double
    package let nmPerPixelY: Double
    /// Tiles a network ran on, by network name; fewer than the tiling where a species is absent.
    package let tilesRun: [String: Int]

    package init(
        map: Picture<Float>, magnified: Picture<Float>?, nmPerPixelX: Double, nmPerPixelY: Double,
        tilesRun: [String: Int]
    ) {
        self.map = map
        self.magnified = magnified
        self.nmPerPixelX = nmPerPixelX
        self.nmPerPixelY = nmPerPixelY
        self.tilesRun = tilesRun
    }
}
