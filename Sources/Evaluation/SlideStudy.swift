internal import Foundation
internal import Grains
internal import Imaging
internal import Mosaic
package import Simulation

/// How right a lens counts a slide that is captured in overlapping fields: a simulated slide whose stage says nothing,
/// placed by its pictures, each grain counted once, compared with the truth.
package struct SlideStudy: Encodable, Sendable {
    package var lens: String
    /// SHA-256 of `lens.json`.
    package var lensDigest: String
    package var seed: UInt64
    package var fields: Int
    package var capturedTwice: Int
    package var placed: Int
    /// Distance of places from the truth, in pixels of the camera.
    package var placementRMSPixels: Double
    package var placementLargestPixels: Double
    /// True grains that at least one field shows whole or counts.
    package var grains: Int
    /// True grains that no field found: the lens's misses, not the mosaic's.
    package var unseen: Int
    package var counted: Int
    package var doubled: Int
    package var doubledShare: Double
    /// Grains that a field counts and the slide does not.
    package var lost: Int
    package var lostShare: Double
    /// Counted objects that are no true grain.
    package var spurious: Int

    enum CodingKeys: String, CodingKey {
        case lens, seed, fields, placed, grains, unseen, counted, doubled, lost, spurious
        case lensDigest = "lens_digest"
        case capturedTwice = "captured_twice"
        case placementRMSPixels = "placement_rms_px"
        case placementLargestPixels = "placement_largest_px"
        case doubledShare = "doubled_share"
        case lostShare = "lost_share"
    }

    /// - Parameters:
    ///   - lensFolder: of the lens; it is verified as it is for use.
    ///   - threads: that share the work of the lens.
    ///   - progress: called with the number of captures done.
    package init(
        lensFolder: String, seed: UInt64, layout: SimulatedSlide.Layout, density: FieldDensity = FieldDensity(),
        threads: Int, progress: (Int) -> Void = { _ in }
    ) throws(EvaluationError) {
        let lens = try CountingLens(folder: lensFolder, threads: threads)
        let slide = SimulatedSlide(seed: seed, layout: layout, density: density)
        let nmPerPixel = SimulatedField(seed: seed, index: 0, view: .camera).nmPerPixel
        var placer = SlidePlacer()
        var pictures: [Picture<UInt8>] = []
        var found: [[Grain]] = []
        var truth: [[CountAccuracy.TrueGrain]] = []
        for index in slide.captures.indices {
            let rendering = slide.render(index)
            let picture = rendering.optical
            placer.add(
                FieldDescription(width: picture.width, height: picture.height, nmPerPixel: nmPerPixel),
                picture: picture)
            found.append(
                try lens.grains(in: picture, nmPerPixel: nmPerPixel).filter { $0.species != Grain.unidentified })
            truth.append(
                rendering.truth.grains.map {
                    CountAccuracy.TrueGrain(
                        id: $0.id ?? -1, outlinePixels: $0.agreementOutline.polygon, isOnBorder: $0.onBorder)
                })
            pictures.append(picture)
            progress(index + 1)
        }
        let placement = placer.place { pictures[$0] }
        let count = SlideCount(found, placement: placement, descriptions: placer.descriptions)
        let accuracy = CountAccuracy(count, found: found, truth: truth)
        let places = PlacementAccuracy(
            placement, truth: slide.captures.map(\.stageMicrometres), nmPerPixel: nmPerPixel,
            rotationDegrees: Double(layout.rotationDegrees))
        self.lens = lens.name
        lensDigest = lens.digest
        self.seed = seed
        fields = slide.captures.count
        capturedTwice = layout.capturedTwice
        placed = places.placed
        placementRMSPixels = places.rms
        placementLargestPixels = places.largest
        grains = accuracy.grains
        unseen = accuracy.unseen
        counted = accuracy.counted
        doubled = accuracy.doubled
        doubledShare = accuracy.doubledShare
        lost = accuracy.lost
        lostShare = accuracy.lostShare
        spurious = accuracy.spurious
    }
}
