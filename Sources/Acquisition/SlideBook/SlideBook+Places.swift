package import ControlAPI
internal import Grains
internal import Imaging
internal import Lens
internal import Mosaic
internal import Quantities
internal import SlideStore

/// A slide is a place: where its fields lie, as far as it is surveyed, and a picture of it.
extension SlideBook {
    func places(ofSlide slide: Slide.ID) async throws(Problem) -> SlidePlaces {
        let fields = try await asProblems { () throws(StoreError) in try await store.fieldPlaces(ofSlide: slide) }
        return await computed { SlidePlaces(fields) }
    }

    /// All grains of a run.
    func grains(ofRun run: Run.ID) async throws(Problem) -> [StoredGrain] {
        var grains: [StoredGrain] = []
        while true {
            let after = grains.last?.id ?? 0
            let page = try await asProblems { () throws(StoreError) in try await store.grains(ofRun: run, after: after)
            }
            if page.isEmpty { return grains }
            grains += page
        }
    }

    // MARK: What clients ask

    package func placements(ofSlide name: String) async throws(Problem) -> SlidePlacements {
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
        let places = try await places(ofSlide: slide.id)
        let (captures, summary) = try await asProblems { () throws(StoreError) in
            (try await store.captures(ofSlide: slide.id), try await store.summary(ofSlide: slide.id))
        }
        var remarks = places.placement.contradictions.map { contradiction in
            "the stated position of capture \(places.captures[contradiction.field]) is "
                + "\(Int(saturating: contradiction.distanceMicrometres.rounded())) um from where its picture belongs"
        }
        let unplaced = captures.count { places[$0.id]?.positionMicrometres == nil }
        if unplaced > 0, captures.count > 1 {
            remarks.append(
                "\(unplaced) of \(captures.count) fields are not placed: grains that they share are not known")
        }
        for capture in captures where !capture.unusable.isEmpty {
            remarks.append("capture \(capture.id): \(capture.unusable.joined(separator: ", and ")), so it is left out")
        }
        // Seen in many fields, each time at the same pixels.
        var dirt: [Grain.Box] = []
        if let run = summary.run {
            for grain in try await asProblems({ () throws(StoreError) in try await store.dirt(ofRun: run) }) {
                let centre = grain.grain.centroidPixels
                let isKnown = dirt.contains {
                    ($0.x0...$0.x1).contains(centre.x) && ($0.y0...$0.y1).contains(centre.y)
                }
                if !isKnown { dirt.append(grain.grain.boundingBoxPixels) }
            }
        }
        return SlidePlacements(
            slide: slide.name,
            fields: captures.map { capture in
                guard let field = places[capture.id] else {
                    let why = capture.state == .done ? "it is not surveyed yet" : "it is not analysed"
                    return FieldPlacement(
                        capture: capture.id, reason: capture.scale == nil ? "its scale is unknown" : why)
                }
                let position = field.positionMicrometres
                return FieldPlacement(
                    capture: capture.id, xUm: position?.x, yUm: position?.y,
                    how: field.means.map { $0 == .stage ? .stage : .registered },
                    reason: position == nil ? field.reason?.rawValue : nil, group: field.group,
                    confidence: field.confidence, repeats: field.repeats.map { places.captures[$0] })
            },
            doubles: summary.counts.reduce(0) { $0 + ($1.byStatus[.double] ?? 0) }, dirt: dirt.count, remarks: remarks)
    }

    package func map(ofSlide name: String) async throws(Problem) -> [UInt8] {
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
        return try await map(of: slide)
    }

    /// The slide's map as a PNG file.
    /// - Parameter longestSide: about, in pixels; as the map says where it is left out.
    func map(of slide: Slide, longestSide: Int? = nil) async throws(Problem) -> [UInt8] {
        let places = try await places(ofSlide: slide.id)
        guard !places.captures.isEmpty else {
            throw Problem(
                .mapRefused, "the slide \"\(slide.name)\" has no analysed field with a known scale",
                hint: "capture a field first, or calibrate the objective with `neurallens camera calibrate`")
        }
        let run = try await asProblems { () throws(StoreError) in try await store.runInForce(ofSlide: slide.id) }
        let grains = if let run { try await self.grains(ofRun: run.id) } else { [StoredGrain]() }
        let marks = grains.compactMap { grain -> SlideMap.Mark? in
            guard grain.standing.status.isCounted, let field = places.number(of: grain.capture) else { return nil }
            return SlideMap.Mark(
                field: field, species: grain.standing.species, outlinePixels: grain.grain.outlinePixels,
                number: Int(grain.id), isDoubtful: grain.standing.status == .doubtful)
        }
        var map = SlideMap()
        if let longestSide { map.longestSidePixels = longestSide }
        for species in species(ofLens: run?.lens.sha256) { map.colours[species.key] = species.eightBitColour }
        for species in store.addedSpecies where map.colours[species.key] == nil {
            map.colours[species.key] = species.eightBitColour
        }
        let stored = store
        let drawing = map
        return try await drawn { (isWanted) throws(Problem) in
            let picture = try drawing.draw(places.placement, descriptions: places.descriptions, marks: marks) {
                (number) throws(Problem) in
                guard isWanted() else { throw Problem(CancellationError()) }
                return try stored.waitForColours(ofCapture: places.captures[number])
            }
            do throws(ImagingError) {
                return try PNG.encode(
                    picture, nmPerPixel: nil,
                    text: ["Title": "Map of the slide \(slide.name)", "Software": "NeuralLens \(Microscope.version)"])
            } catch {
                throw Problem(.internalError, error.message, hint: error.hint)
            }
        }
    }
}
