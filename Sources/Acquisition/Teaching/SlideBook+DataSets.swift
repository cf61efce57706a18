package import ControlAPI
internal import Export
internal import Grains
internal import Imaging
internal import Pairing
internal import SlideStore
internal import Teaching

/// Labels for other programs to learn from.
extension SlideBook {
    package func dataSet(_ request: DataSetRequest) async throws(Problem) -> DataSetReport {
        var taught: [Slide] = [], held: [Slide] = []
        for name in request.slides { taught.append(try await slide(stored: name)) }
        for name in request.heldOut ?? [] { held.append(try await slide(stored: name)) }
        let ids = (taught + held).map(\.id)
        if let twice = (taught + held).first(where: { slide in ids.count { $0 == slide.id } > 1 }) {
            throw Problem(
                .exportRefused, "the slide \"\(twice.name)\" is named twice",
                hint: "a slide is to learn from or to judge by, never both")
        }
        let fields = try await asProblems { () throws(StoreError) in try await store.finishedFields(ofSlides: ids) }
        if let empty = (taught + held).first(where: { slide in !fields.contains { $0.slide == slide.name } }) {
            throw Problem(
                .exportRefused, "the slide \"\(empty.name)\" has no finished field",
                hint: "label a field to its end and finish it: neurallens capture finish CAPTURE")
        }
        let (known, names, heldNames) = (knownSpecies, taught.map(\.name), held.map(\.name))
        return try await drawn { (_) throws(Problem) in
            try Self.dataSet(fields, taught: names, held: heldNames, chosen: request.species, known: known)
        }
    }

    private func slide(stored name: String) async throws(Problem) -> Slide {
        try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
    }

    private static func dataSet(
        _ fields: [FinishedField], taught: [String], held: [String], chosen: [String]?, known: [SpeciesReport]
    ) throws(Problem) -> DataSetReport {
        let labelled = fields.map(\.labelled)
        let found = Set(labelled.flatMap { $0.grains.compactMap(\.species) })
        guard !found.isEmpty else {
            throw Problem(
                .exportRefused, "the finished fields hold no grain of any species",
                hint: "label grains with their species, then finish the fields")
        }
        if let missing = chosen?.first(where: { !found.contains($0) }) {
            throw Problem(
                .exportRefused, "the finished fields hold no grain of the species \"\(missing)\"",
                hint: "they hold \(found.sorted().joined(separator: ", "))")
        }
        let keys = chosen ?? found.sorted()
        var (heldOut, remarks) = (Set(held), [String]())
        if held.isEmpty, taught.count > 1 {
            if let one = Lesson.chosenSlide(labelled, taught, species: keys) {
                heldOut = [one]
                remarks.append(Lesson.rule(one))
            } else {
                remarks.append(
                    "No slide is held out: without any of them a species is missing from the others. Name one to hold out."
                )
            }
        } else if held.isEmpty {
            remarks.append(
                "No slide is held out: there is one slide only, and fields of one slide on both sides would flatter.")
        }
        var report = DataSetReport(slides: [], species: [], fields: [], remarks: remarks)
        for slide in taught + held {
            report.slides.append(
                .init(
                    slide: slide, isHeldOut: heldOut.contains(slide), fields: fields.count { $0.slide == slide }))
        }
        for field in fields {
            report.fields.append(
                .init(
                    capture: field.capture, slide: field.slide, isHeldOut: heldOut.contains(field.slide),
                    width: field.width, height: field.height, nmPerPixel: field.scale?.nmPerPixel,
                    objects: objects(field, keys)))
        }
        for key in keys {
            func grains(_ isHeldOut: Bool) -> Int {
                report.fields.reduce(0) { sum, field in
                    field.isHeldOut == isHeldOut ? sum + field.objects.count { $0.species == key } : sum
                }
            }
            report.species.append(
                .init(
                    key: key, species: known.first { $0.key == key }?.name ?? key, grains: grains(false),
                    grainsHeldOut: grains(true)))
        }
        for species in report.species {
            if species.grains == 0 {
                report.remarks.append("What is to learn from holds no grain of \(species.species).")
            } else if !heldOut.isEmpty, species.grainsHeldOut == 0 {
                report.remarks.append("What is held out holds no grain of \(species.species).")
            }
        }
        return report
    }

    /// Grains with their numbers, and what they cover within the field.
    private static func objects(_ field: FinishedField, _ keys: [String]) -> [DataSetReport.Object] {
        let edge = SIMD2(Double(field.width), Double(field.height))
        return field.labels.compactMap { stored, label in
            let rings = OutlineRings.simple(
                label.outline.map { corner in
                    let place = corner + 0.5
                    return SIMD2(min(max(place.x, 0), edge.x), min(max(place.y, 0), edge.y))
                })
            guard !rings.isEmpty else { return nil }
            return .init(
                grain: stored.id, species: label.species.flatMap { keys.contains($0) ? $0 : nil },
                onBorder: stored.grain.isOnBorder, ringsPx: rings)
        }
    }

    // MARK: pix2pix

    /// A finished field as the camera saw it, and beside it, on the right, what it is labelled as: each species a colour of
    /// its own, red, green, blue in their order, other objects the next one where there is one. RGB of 8 bits.
    /// - Parameter species: keys, one to three.
    package func pair(ofCapture id: Int64, species keys: [String]) async throws(Problem) -> [UInt8] {
        guard (1...Lesson.channels).contains(keys.count), Set(keys).count == keys.count else {
            throw Problem(
                .exportRefused,
                "a picture of labels has room for one to \(Lesson.channels) species, and \(keys.count) are named",
                hint: "name those to tell apart, the others are other objects: --species KEY")
        }
        let field = try await asProblems { () throws(StoreError) in
            try await store.finishedFields(ofSlides: [try await store.capture(id).slide.id], only: id).first
        }
        guard let field else {
            throw Problem(
                .exportRefused, "capture \(id) is not finished, or left out",
                hint: "finish it: neurallens capture finish \(id)"
            )
        }
        return try await drawn { (_) throws(Problem) in
            let species = keys.enumerated().map {
                Dataset.Species(key: $1, name: $1, mapChannel: $0, colour: "#808080")
            }
            let light = try store.waitForColours(ofCapture: id)
            let made = DatasetField(
                light: light.normalised, nmPerPixel: 1, shapes: Lesson.shapes(field.labelled.grains, of: keys),
                datasetNmPerPixel: 1, species: species,
                otherChannel: keys.count < Lesson.channels ? keys.count : nil, sources: [], group: field.slide)
            do {
                guard let map = made.map else { throw Problem(CancellationError()) }
                return try PNG.encode(
                    made.optical.beside(map), nmPerPixel: field.scale?.nmPerPixel,
                    text: ["Title": "capture \(id): the field on the left, its labels on the right"])
            } catch let error as ImagingError {
                throw Problem(.storeFailed, error.message, hint: error.hint)
            } catch {
                throw Problem(.internalError, "\(error)", hint: "please report this")
            }
        }
    }
}
