package import Imaging
internal import Quantities

/// Finds the grains of a sample map.
///
/// 1. Every pixel goes to its strongest class, or to glass where no class reaches `threshold`.
/// 2. Connected regions smaller than a grain, holes included, go to the neighbour they share most of their outline
///    with.
/// 3. Regions with a neck are split there: they are grains of one species that touch.
/// 4. A region enclosed by a larger region of another class is a doubtful part of that one, not a second grain.
/// 5. A grain's species is the class with most evidence over its whole area.
/// 6. What the border rule leaves out, and what is nearly as large as a grain, is kept with the reason.
package struct GrainFinder: Sendable {
    /// The classes of the map, in order of preference at equal evidence.
    package var classes: [MapClass]
    /// Map value at which a pixel belongs to an object, 0...1.
    package var threshold: Float
    /// Smaller objects are dirt, smaller holes are filled. At the edge of the field, where only part of a grain shows,
    /// a quarter of it is enough.
    package var minimumAreaSquareMicrometres: Double
    /// Objects of less confidence are `unidentified`, 0...1.
    package var minimumConfidence: Double
    /// A neck narrower than this share of the thinner part's largest inscribed circle divides two grains. Two
    /// equal discs are told apart when their centres are at least `2 * (1 - r²)^0.5` radii apart; 0.75 gives 1.32.
    package var neckRatio: Double
    /// A region that shares more than this part of its outline with a larger one of another class belongs to it.
    /// Counted in pixel edges, half a disc shares 0.33 to 0.41 and a disc covered by an equal one 1.2 radii away
    /// 0.30.
    package var enclosedShare: Double
    package var borderRule: BorderRule
    /// See `BorderRule.twoEdges`.
    package var guardMicrometres: Double
    /// Turns evidence into confidence.
    package var calibration: ConfidenceCalibration

    package init(
        classes: [MapClass], threshold: Float = 0.5, minimumAreaSquareMicrometres: Double = 30,
        minimumConfidence: Double = 0.6, neckRatio: Double = 0.75, enclosedShare: Double = 0.3,
        borderRule: BorderRule = .twoEdges, guardMicrometres: Double = BorderRule.guardMicrometres,
        calibration: ConfidenceCalibration = .identity
    ) {
        precondition(!classes.isEmpty && classes.count < 255, "a map has between 1 and 254 classes")
        self.classes = classes
        self.threshold = threshold
        self.minimumAreaSquareMicrometres = minimumAreaSquareMicrometres
        self.minimumConfidence = minimumConfidence
        self.neckRatio = neckRatio
        self.enclosedShare = enclosedShare
        self.borderRule = borderRule
        self.guardMicrometres = guardMicrometres
        self.calibration = calibration
    }

    /// Smaller shares of the size floor are not even kept as rejected.
    private static let keptShare = 0.2

    /// The grains of a map in reading order (from top to bottom by their upper edge, then from left to right), with
    /// those that do not count: see `Grain.rejection`.
    /// - Parameters:
    ///   - map: one channel a class, 0...1; values outside are clipped and NaN counts as 0.
    ///   - input: the picture that the map was made from, for the grains' focus.
    package func find(in map: Picture<Float>, scale: MapScale, input: Picture<Float>? = nil) -> [Grain] {
        precondition(classes.allSatisfy { (0..<map.channels).contains($0.channel) }, "a class without a map channel")
        let minimumArea = minimumAreaSquareMicrometres / scale.squareMicrometresPerMapPixel
        let minimumPixels = Int(saturating: max(1, min(minimumArea.rounded(.up), Double(map.width * map.height) + 1)))
        var regions = RegionMap(kinds: kinds(of: map), width: map.width, height: map.height)
        func isTooSmall(_ region: RegionMap.Region) -> Bool {
            let isCut =
                region.minX == 0 || region.minY == 0 || region.maxX == map.width - 1 || region.maxY == map.height - 1
            return region.area < (isCut ? minimumPixels / 4 : minimumPixels)
        }
        var grains = small(in: regions, map: map, scale: scale, input: input) { region in
            isTooSmall(region) && Double(region.area) >= Self.keptShare * Double(minimumPixels)
        }
        regions.absorb { region, _, _ in isTooSmall(region) }
        regions.split(neckRatio: neckRatio, minimumPixels: minimumPixels)
        regions.absorb { region, neighbour, sharedEdges in
            neighbour.kind != RegionMap.glass && neighbour.kind != region.kind && neighbour.area >= region.area
                && Double(sharedEdges) > enclosedShare * Double(region.perimeter)
        }
        grains += regions.regions.indices
            .filter { regions.regions[$0].kind != RegionMap.glass && !isTooSmall(regions.regions[$0]) }
            .map { measured($0, in: regions, map: map, scale: scale, input: input) }
        return grains.sorted {
            ($0.boundingBoxPixels.y0, $0.boundingBoxPixels.x0) < ($1.boundingBoxPixels.y0, $1.boundingBoxPixels.x0)
        }
    }

    /// Objects that are too small to count and lie by themselves on glass.
    private func small(
        in regions: RegionMap, map: Picture<Float>, scale: MapScale, input: Picture<Float>?,
        where isKept: (RegionMap.Region) -> Bool
    ) -> [Grain] {
        let candidates = regions.regions.indices.filter {
            regions.regions[$0].kind != RegionMap.glass && isKept(regions.regions[$0])
        }
        return candidates.filter { regions.liesOnGlass($0) }.map {
            var grain = measured($0, in: regions, map: map, scale: scale, input: input)
            grain.rejection = .small
            return grain
        }
    }

    /// Each pixel's class counted from 1 in the order of `classes`, 0 for glass.
    private func kinds(of map: Picture<Float>) -> [UInt8] {
        map.samples.withUnsafeBufferPointer { samples in
            [UInt8](unsafeUninitializedCapacity: map.width * map.height) { kinds, count in
                let offsets = classes.map(\.channel)
                for pixel in 0..<map.width * map.height {
                    var best = threshold.nextDown
                    var kind: UInt8 = 0
                    for index in 0..<offsets.count {
                        let value = samples[pixel * map.channels + offsets[index]]
                        if value > best {
                            best = value
                            kind = UInt8(index + 1)
                        }
                    }
                    kinds.initializeElement(at: pixel, to: kind)
                }
                count = map.width * map.height
            }
        }
    }
}
