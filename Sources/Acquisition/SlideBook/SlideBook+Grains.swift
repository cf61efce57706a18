package import ControlAPI
internal import Foundation
internal import Grains
internal import Imaging
internal import Lens
internal import Mosaic
internal import Logging
internal import Quantities
internal import SlideStore

/// Single grains, and what people said of them.
extension SlideBook {
    package func grains(ofCapture id: Int64, includingRejected: Bool) async throws(Problem) -> GrainList {
        // First the revision: grains that come after it make a request that names it be refused, never the other way.
        let (capture, labelling, grains) = try await asProblems { () throws(StoreError) in
            (
                try await store.capture(id), try await store.labelling(ofField: id),
                try await store.grains(ofCapture: id, onlyCounted: !includingRejected)
            )
        }
        if let problem = problem(capture) { throw problem }
        return GrainList(
            capture: id, slide: capture.slide.name, nmPerPixel: capture.scale?.nmPerPixel,
            grains: try await wire(grains),
            doubts: capture.doubts.map(\.sentence), revision: labelling.revision,
            finished: labelling.finish.map { FinishReport($0) })
    }

    package func grain(_ id: Int64) async throws(Problem) -> GrainReport {
        let (grain, reviews) = try await asProblems { () throws(StoreError) in
            (try await store.grain(id), try await store.reviews(ofGrain: id))
        }
        var report = try await wire([grain])[0]
        report.reviews = reviews.map { ReviewReport($0) }
        return report
    }

    /// Grains with the scale and the place of their fields.
    func wire(_ grains: [StoredGrain]) async throws(Problem) -> [GrainReport] {
        var scales: [Int64: Double] = [:]
        var positions: [Int64: SlidePosition] = [:]
        var slides: Set<Slide.ID> = []
        for id in Set(grains.map(\.capture)) {
            let capture = try await asProblems { () throws(StoreError) in try await store.capture(id) }
            scales[id] = capture.scale?.nmPerPixel
            slides.insert(capture.slide.id)
        }
        for slide in slides {
            let places = try await places(ofSlide: slide)
            for capture in scales.keys { positions[capture] = places.position(of: capture) ?? positions[capture] }
        }
        return grains.map { GrainReport($0, nmPerPixel: scales[$0.capture], position: positions[$0.capture]) }
    }

    package func nextForReview(
        ofSlide name: String, species: String?, limit: Int
    ) async throws(Problem) -> ReviewList {
        let (summary, grains) = try await asProblems { () throws(StoreError) in
            let slide = try await store.slide(named: name)
            return (
                try await store.summary(ofSlide: slide.id),
                try await store.grainsToReview(ofSlide: slide.id, species: species, limit: limit)
            )
        }
        let remaining = summary.counts.filter { species == nil || $0.species == species }
            .reduce(0) { $0 + ($1.byStatus[.machine] ?? 0) + ($1.byStatus[.doubtful] ?? 0) }
        return ReviewList(slide: summary.slide.name, grains: try await wire(grains), remaining: remaining)
    }

    package func reviews(ofSlide name: String) async throws(Problem) -> [ReviewReport] {
        try await asProblems { () throws(StoreError) -> [Review] in
            let slide = try await store.slide(named: name)
            guard let run = try await store.runInForce(ofSlide: slide.id) else { return [] }
            return try await store.reviews(ofRun: run.id)
        }.map { ReviewReport($0) }
    }

    func grainsNamed(_ ids: [Int64]) async throws(Problem) -> [StoredGrain] {
        var grains: [StoredGrain] = []
        for id in ids { grains.append(try await asProblems { () throws(StoreError) in try await store.grain(id) }) }
        return grains
    }

    // MARK: Crops

    /// Half of its size is shown on each side of a grain, and at least this much.
    private static let leastMarginPixels = 12

    package func crop(ofGrain id: Int64) async throws(Problem) -> [UInt8] {
        try await picture(ofGrain: id) { grain, field, _ in Self.crop(of: grain, from: field, isOutlined: true) }
    }

    package func vignette(ofGrain id: Int64) async throws(Problem) -> [UInt8] {
        try await picture(ofGrain: id) { grain, field, nmPerPixel in
            Vignette.withScaleBar(Self.crop(of: grain, from: field, isOutlined: false), nmPerPixel: nmPerPixel)
        }
    }

    private func picture(
        ofGrain id: Int64, drawn draw: @escaping @Sendable (Grain, Picture<UInt8>, Double?) -> Picture<UInt8>
    ) async throws(Problem) -> [UInt8] {
        let (grain, input) = try await asProblems { () throws(StoreError) in
            let grain = try await store.grain(id)
            return (grain, try await store.picture(ofCapture: grain.capture, kind: PictureRecord.input))
        }
        return try await drawn { (_) throws(Problem) in
            do throws(ImagingError) {
                let picture = try StoredField(png: input.png).picture(name: "the input of capture \(grain.capture)")
                let scale = input.description.nmPerPixel
                return try PNG.encode(
                    draw(grain.grain, picture, scale), nmPerPixel: scale,
                    text: ["Title": "grain \(id) of capture \(grain.capture)"])
            } catch {
                throw Problem(.storeFailed, error.message, hint: error.hint)
            }
        }
    }

    /// A grain with its surroundings.
    /// - Parameters:
    ///   - picture: RGB; of the field's size, or of another one that shows the same.
    ///   - width: of the field, where the picture is of another size.
    static func crop(
        of grain: Grain, from picture: Picture<UInt8>, fieldWidth: Int? = nil, isOutlined: Bool
    ) -> Picture<UInt8> {
        let scale = Double(picture.width) / Double(fieldWidth ?? picture.width)
        let box = grain.boundingBoxPixels
        let margin = max(Double(leastMarginPixels), 0.5 * max(box.x1 - box.x0, box.y1 - box.y0))
        let x0 = max(0, Int(saturating: ((box.x0 - margin) * scale).rounded()))
        let y0 = max(0, Int(saturating: ((box.y0 - margin) * scale).rounded()))
        let x1 = min(picture.width, Int(saturating: ((box.x1 + margin) * scale).rounded()))
        let y1 = min(picture.height, Int(saturating: ((box.y1 + margin) * scale).rounded()))
        var crop = picture.cropped(x: x0, y: y0, width: max(1, x1 - x0), height: max(1, y1 - y0))
        guard isOutlined, crop.channels == 3 else { return crop }
        let corners = grain.outlinePixels.map { ($0.x * scale - Double(x0), $0.y * scale - Double(y0)) }
        for (from, to) in zip(corners, corners.dropFirst() + corners.prefix(1)) {
            let steps = max(1, Int(saturating: max(abs(to.0 - from.0), abs(to.1 - from.1)).rounded(.up)))
            for step in 0...steps {
                let share = Double(step) / Double(steps)
                let x = Int(saturating: (from.0 + share * (to.0 - from.0)).rounded())
                let y = Int(saturating: (from.1 + share * (to.1 - from.1)).rounded())
                guard (0..<crop.width).contains(x), (0..<crop.height).contains(y) else { continue }
                for (channel, value) in [UInt8(255), 220, 0].enumerated() { crop[x, y, channel] = value }
            }
        }
        return crop
    }
}
