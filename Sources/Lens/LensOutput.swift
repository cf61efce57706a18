package import Grains
package import Imaging

/// What a lens makes of one field. All pictures have the lens's scale and the field's extent.
package struct LensOutput: Sendable {
    /// The sample map as the labelling network gave it: one channel a class, 0...255. Grains are counted from it.
    package let map: Picture<UInt8>
    /// The field as a scanning electron microscope would probably show it, grey. Synthesised. nil from a lens that only
    /// labels.
    package let magnified: Picture<UInt8>?
    /// How narrow the interval of each pixel of the magnified grains is, calibrated: 255 for one of no width, 1 for the
    /// whole range of grey, 0 where nothing is magnified. nil where no network of the lens states intervals.
    package let sureness: Picture<UInt8>?
    /// Share of known fields that are at least as strange as this one, 0...1; nil from a lens that cannot tell.
    package let familiarity: Double?
    /// What the map shows, with what does not count; positions are the field's own pixels.
    package let grains: [Grain]
    /// That finding the grains took.
    package let grainsSeconds: Double
    package let times: LensTimes
    /// What the field was divided by; nil where the lens does not ask for it.
    package let glass: Glass?
    /// In the object plane, across; differs from the manifest's scale by less than half a pixel over the field.
    package let nmPerPixelX: Double
    package let nmPerPixelY: Double
    /// Tiles a network ran on, by network name; fewer than the tiling where a species is absent.
    package let tilesRun: [String: Int]

    package init(
        map: Picture<UInt8>, magnified: Picture<UInt8>?, sureness: Picture<UInt8>? = nil, familiarity: Double? = nil,
        grains: [Grain] = [], grainsSeconds: Double = 0, times: LensTimes = LensTimes(), glass: Glass? = nil,
        nmPerPixelX: Double, nmPerPixelY: Double, tilesRun: [String: Int] = [:]
    ) {
        self.map = map
        self.magnified = magnified
        self.sureness = sureness
        self.familiarity = familiarity
        self.grains = grains
        self.grainsSeconds = grainsSeconds
        self.times = times
        self.glass = glass
        self.nmPerPixelX = nmPerPixelX
        self.nmPerPixelY = nmPerPixelY
        self.tilesRun = tilesRun
    }
}
