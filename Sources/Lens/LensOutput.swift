package import Grains
package import Imaging

/// What a lens makes of one field. All pictures have the lens's scale and the field's extent.
package struct LensOutput: Sendable {
    /// The sample map as the labelling network gave it: one channel a class, 0...255. Grains are counted from it.
    package let map: Picture<UInt8>
    /// The field as a scanning electron microscope would probably show it, grey. Synthesised. nil from a lens that only
    /// labels.
    package let magnified: Picture<UInt8>?
    /// What the map shows, with what does not count; positions are the field's own pixels.
    package let grains: [Grain]
    /// That finding the grains took.
    package let grainsSeconds: Double
    /// What the field was divided by; nil where the lens does not ask for it.
    package let glass: Glass?
    /// In the object plane, across; differs from the manifest's scale by less than half a pixel over the field.
    package let nmPerPixelX: Double
    package let nmPerPixelY: Double
    /// Tiles a network ran on, by network name; fewer than the tiling where a species is absent.
    package let tilesRun: [String: Int]

    package init(
        map: Picture<UInt8>, magnified: Picture<UInt8>?, grains: [Grain] = [], grainsSeconds: Double = 0,
        glass: Glass? = nil, nmPerPixelX: Double, nmPerPixelY: Double, tilesRun: [String: Int] = [:]
    ) {
        self.map = map
        self.magnified = magnified
        self.grains = grains
        self.grainsSeconds = grainsSeconds
        self.glass = glass
        self.nmPerPixelX = nmPerPixelX
        self.nmPerPixelY = nmPerPixelY
        self.tilesRun = tilesRun
    }
}
