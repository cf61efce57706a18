internal import ControlAPI
internal import Grains
internal import Imaging
internal import Mosaic
internal import Quantities
internal import SlideStore

/// One slide as far as it is surveyed: where its fields lie, which grains they show twice, what is dirt on the sensor, and
/// which field shows another one turned.
///
/// A `Sendable` class although it changes: it is used on the survey's thread alone, by one piece of work at a time. What it
/// gives is kept in the store before it is asked for more; where that fails it is thrown away and read anew.
final class SurveyedSlide: @unchecked Sendable {
    /// A grain of the run that is judged, with what the slide said of it last.
    private struct Seen {
        let grain: StoredGrain
        var verdict: SlideVerdict.Kind?
    }

    /// Fields whose grains are held.
    private static let fieldsHeld = 160

    let slide: Slide.ID
    private let store: SlideStore
    /// In the order in which they were surveyed.
    private var captures: [Capture.ID]
    private var numberOf: [Capture.ID: Int]
    private var placer: SlidePlacer

    /// What is held of the run that was judged last, as people had spoken then.
    private var run: Run.ID?
    private var words: Int64 = 0
    private var grains: [Int: [Seen]] = [:]
    /// Grains of the same fields that are not there any more, and of which the slide still says something.
    private var gone: [Int: [StoredGrain.ID]] = [:]
    private var doubles = SlideDoubles()

    /// Reads what the store has. Blocks nothing: the caller has read it.
    init(slide: Slide.ID, _ stored: StoredSurvey, in store: SlideStore) {
        self.slide = slide
        self.store = store
        captures = stored.fields.map(\.capture)
        let numberOf = Dictionary(uniqueKeysWithValues: captures.enumerated().map { ($1, $0) })
        self.numberOf = numberOf
        placer = SlidePlacer(
            descriptions: stored.fields.map {
                Self.description(
                    width: $0.width, height: $0.height, nmPerPixel: $0.nmPerPixel, stage: $0.stagePosition)
            },
            fields: stored.fields.map { SlidePlacer.Field($0, numberOf) },
            objects: stored.fields.map { $0.objects ?? [] },
            pairs: stored.pairs.map { pair in
                SlidePlacer.Pair(
                    first: numberOf[pair.first]!, second: numberOf[pair.second]!,
                    shiftPixels: SIMD2(pair.xPixels, pair.yPixels), deviationPixels: pair.deviationPixels,
                    correlation: pair.correlation, confidence: pair.confidence, isKept: pair.isKept)
            },
            patterns: stored.patterns.map { StaticPattern(bytes: $0) })
    }

    private static func description(
        width: Int, height: Int, nmPerPixel: Double, stage: SlidePosition?
    ) -> FieldDescription {
        FieldDescription(
            width: width, height: height, nmPerPixel: nmPerPixel,
            stageMicrometres: stage.map { SIMD2($0.xMicrometres, $0.yMicrometres) })
    }

    // MARK: Where a field lies

    /// Compares a field with its neighbours. Blocks the calling thread.
    /// - Parameter isWanted: asked on the way; false ends it.
    /// - Returns: what is to be kept; nil where it was ended.
    func place(_ capture: Capture, while isWanted: () -> Bool) throws(Problem) -> SurveyStep? {
        guard let scale = capture.scale else { return SurveyStep() }
        let picture = try store.waitForColours(ofCapture: capture.id)
        guard isWanted() else { return nil }
        let preview = FieldPreview(picture)
        placer.add(
            Self.description(
                width: picture.width, height: picture.height, nmPerPixel: scale.nmPerPixel, stage: capture.stagePosition
            ),
            picture: picture)
        let (captures, descriptions) = (captures + [capture.id], placer.descriptions)
        let found = try placer.placeNext(
            while: isWanted,
            preview: { (number) throws(Problem) in try self.preview(captures[number], descriptions[number]) },
            picture: { (number) throws(Problem) in try self.store.waitForColours(ofCapture: captures[number]) })
        guard let found else { return nil }
        placer.releasePreviews()
        numberOf[capture.id] = self.captures.count
        self.captures = captures

        var step = SurveyStep()
        step.fields = found.fields.union(found.objects).sorted().map { number in
            field(number, withObjects: found.objects.contains(number))
        }
        step.previews[capture.id] = preview.bytes
        step.pairs = found.pairs.map { pair in
            FieldPair(
                first: captures[pair.first], second: captures[pair.second], xPixels: pair.shiftPixels.x,
                yPixels: pair.shiftPixels.y, deviationPixels: pair.deviationPixels, correlation: pair.correlation,
                confidence: pair.confidence, isKept: pair.isKept)
        }
        step.redone = found.redone.map { captures[$0] }
        for number in found.patterns { step.patterns[number] = placer.patterns[number].bytes }
        step.moved = found.moved.map { captures[$0] }
        return step
    }

    private func field(_ number: Int, withObjects: Bool) -> SurveyedField {
        let (field, description, place) = (placer.fields[number], placer.descriptions[number], placer.outcome(number))
        let outcome: Placement.Outcome =
            if let position = place.positionMicrometres {
                .placed(
                    SlidePosition(xMicrometres: position.x, yMicrometres: position.y), origin: .registered,
                    group: field.group, confidence: place.confidence ?? 0)
            } else {
                .notPlaced(reason: (place.reason ?? .noMatch).rawValue)
            }
        return SurveyedField(
            number: number, width: description.width, height: description.height, nmPerPixel: description.nmPerPixel,
            stagePosition: nil, pattern: field.pattern, isEmpty: field.isEmpty, isAmbiguous: field.isAmbiguous,
            isContradicted: field.isContradicted, mayTurn: field.mayTurn,
            objects: withObjects ? placer.objects(ofField: number) : nil,
            placement: Placement(
                capture: captures[number], outcome: outcome, repeats: place.repeats.map { captures[$0] }))
    }

    private func preview(_ capture: Capture.ID, _ description: FieldDescription) throws(Problem) -> FieldPreview {
        let bytes = try blockingAsProblems { () throws(StoreError) in try store.waitForPreview(ofCapture: capture) }
        guard let preview = FieldPreview(ofFieldOfWidth: description.width, height: description.height, bytes: bytes)
        else {
            throw Problem(
                .storeFailed, "the preview of capture \(capture) is not of its size", hint: "check the disk")
        }
        return preview
    }

    // MARK: What counts

    /// Tells doubles, dirt and turned repeats among the grains of some fields in a run, and of what hangs together with
    /// them. Blocks the calling thread.
    /// - Parameter captures: surveyed and analysed in the run.
    /// - Returns: what is to be kept, and how much people had said; nil where it was ended.
    func judge(
        _ captures: [Capture.ID], run: Run.ID, while isWanted: () -> Bool
    ) throws(Problem) -> (judgement: SlideJudgement, words: Int64)? {
        let words = try blockingAsProblems { () throws(StoreError) in try store.waitForWords() }
        if run != self.run || words != self.words || grains.count > Self.fieldsHeld {
            grains = [:]
            if run != self.run || words != self.words { doubles = SlideDoubles() }
            (self.run, self.words) = (run, words)
        }
        let asked = captures.compactMap { numberOf[$0] }
        let places = placer.fields.indices.map { placer.outcome($0) }
        let descriptions = placer.descriptions
        var changed = Set(asked)

        var dirt: [Int: Set<Int>] = [:]
        for field in asked where dirt[field] == nil {
            let (seen, judged) = SensorDirt.fields(with: field, of: places.count)
            try hold(Array(seen), run)
            let found = SensorDirt.find(seen.map { ($0, list($0).map(\.grain.grain)) }, places, descriptions)
            for field in judged {
                dirt[field] = Set(found.filter { $0.field == field }.map(\.grain))
                if dirt[field] != Set(list(field).indices.filter { list(field)[$0].verdict == .dirt }) {
                    changed.insert(field)
                }
            }
            guard isWanted() else { return nil }
        }

        var around = changed
        for field in changed { around.formUnion(SlideDoubles.fields(overlapping: field, places, descriptions)) }
        try hold(around.sorted(), run)
        var doubles = doubles
        self.doubles = SlideDoubles()
        let found = try doubles.find(
            in: around.sorted(), places: places, descriptions: descriptions,
            grains: { (field) throws(Problem) in
                try self.hold([field], run)
                return self.list(field).map(\.grain.grain)
            },
            isDirt: { detection in
                dirt[detection.field]?.contains(detection.grain)
                    ?? (self.list(detection.field)[detection.grain].verdict == .dirt)
            },
            word: { self.word(on: self.list($0.field)[$0.grain].grain) })
        self.doubles = doubles
        guard isWanted() else { return nil }

        var judgement = SlideJudgement()
        judgement.judged = captures
        judgement.about = around.sorted().flatMap { gone.removeValue(forKey: $0) ?? [] }
        for detection in found.seen.sorted() {
            let seen = grains[detection.field]![detection.grain]
            let original = found.originals[detection].map { grains[$0.field]![$0.grain].grain.id }
            let isDirt = dirt[detection.field]?.contains(detection.grain) ?? (seen.verdict == .dirt)
            let verdict: SlideVerdict.Kind? = isDirt ? .dirt : original.map { .doubleOf($0) }
            guard verdict != seen.verdict else { continue }
            grains[detection.field]![detection.grain].verdict = verdict
            changed.insert(detection.field)
            judgement.about.append(seen.grain.id)
            if let verdict { judgement.verdicts.append(SlideVerdict(grain: seen.grain.id, kind: verdict)) }
        }
        judgement.turned = try turned(changed, places, run)
        return isWanted() ? (judgement, words) : nil
    }

    /// Reads grains of fields that are not held.
    private func hold(_ fields: [Int], _ run: Run.ID) throws(Problem) {
        let missing = fields.filter { grains[$0] == nil }
        if missing.isEmpty { return }
        let ids = missing.map { captures[$0] }
        let read = try blockingAsProblems { () throws(StoreError) in
            try store.waitForGrains(ofCaptures: ids, inRun: run)
        }
        for (field, id) in zip(missing, ids) {
            // What a person replaced or left out is not there to be seen twice.
            let all = read[id] ?? []
            func isThere(_ status: Standing.Status) -> Bool { status != .replaced && status != .excluded }
            grains[field] = all.filter { isThere($0.grain.standing.status) }.map {
                Seen(grain: $0.grain, verdict: $0.verdict)
            }
            gone[field] = all.filter { $0.verdict != nil && !isThere($0.grain.standing.status) }.map(\.grain.id)
        }
    }

    /// Of a field that is held.
    private func list(_ field: Int) -> [Seen] { grains[field] ?? [] }

    /// A person's word on a grain is about the grain, in whatever field it lies: what was rejected in one does not come
    /// back from another, and what was accepted does not count twice.
    private func word(on grain: StoredGrain) -> SlideCount.Word? {
        grain.lastReview.map {
            SlideCount.Word(number: $0.id, species: $0.action == .reject ? nil : grain.standing.species)
        }
    }

    // MARK: Turned fields

    /// What is to be known of fields that may repeat others turned, those changed and those that may repeat them.
    private func turned(
        _ changed: Set<Int>, _ places: [SlidePlacement.Field], _ run: Run.ID
    ) throws(Problem) -> [Capture.ID: String?] {
        let fields = placer.fields.indices.filter { number in
            changed.contains(number) || placer.fields[number].mayTurn.contains { changed.contains($0) }
        }
        var sentences: [Capture.ID: String?] = [:]
        for field in fields {
            let candidates = placer.fields[field].mayTurn
            try hold([field] + candidates, run)
            let repeated = try TurnedRepeat.earliest(
                repeatedBy: field, among: candidates, spots: { (field) throws(Problem) in self.spots(field) },
                look: { (field, spot) throws(Problem) in try self.look(field, spot) },
                isRelated: { self.isRelated(places[$0], places[$1], $0, $1) })
            sentences[captures[field]] = .some(repeated.map { sentence($0) })
        }
        return sentences
    }

    private func micrometres(_ field: Int) -> Double { placer.descriptions[field].nmPerPixel / 1000 }

    /// Grains that count. Where the border cuts one, its middle is another.
    private func spots(_ field: Int) -> [TurnedRepeat.Spot] {
        list(field).compactMap { seen in
            let standing = seen.grain.standing
            let counts = standing.status.isCounted || standing.status == .double || standing.reason == "dirt"
            guard counts, seen.verdict == nil, !seen.grain.grain.isOnBorder else { return nil }
            let centroid = seen.grain.grain.centroidPixels
            return TurnedRepeat.Spot(
                position: SIMD2(centroid.x, centroid.y) * micrometres(field),
                diameter: seen.grain.grain.equivalentDiameterMicrometres)
        }
    }

    private func look(_ field: Int, _ spot: TurnedRepeat.Spot) throws(Problem) -> GrainLook? {
        let (captures, descriptions, scale) = (captures, placer.descriptions, micrometres(field))
        return try placer.look(
            inField: field, middle: spot.position / scale, diameter: spot.diameter / scale,
            preview: { (number) throws(Problem) in try self.preview(captures[number], descriptions[number]) })
    }

    /// Placed against each other, or each where the stage says.
    private func isRelated(
        _ one: SlidePlacement.Field, _ other: SlidePlacement.Field, _ earlier: Int, _ later: Int
    ) -> Bool {
        if let group = one.group, group == other.group { return true }
        return one.group == nil && other.group == nil && placer.descriptions[earlier].stageMicrometres != nil
            && placer.descriptions[later].stageMicrometres != nil
    }

    private func sentence(_ repeated: TurnedRepeat) -> String {
        let degrees = Int(saturating: abs(repeated.degrees).rounded())
        let turn = (repeated.isMirrored ? ["mirrored"] : []) + (degrees > 1 ? ["turned by about \(degrees)°"] : [])
        let how = turn.isEmpty ? "once more" : turn.joined(separator: " and ")
        let (home, field) = (captures[repeated.earlier], captures[repeated.later])
        let what = repeated.grains == 1 ? "1 grain" : "\(repeated.grains) grains"
        return "it shows \(what) of capture \(home) \(how), and \(repeated.grains == 1 ? "it counts" : "they count")"
            + " twice; leave one of the two out (neurallens capture exclude \(field)) if they are the same place"
    }
}

extension SlidePlacer.Field {
    fileprivate init(_ stored: SurveyedField, _ numberOf: [Capture.ID: Int]) {
        self.init(group: stored.number)
        pattern = stored.pattern
        isEmpty = stored.isEmpty
        isAmbiguous = stored.isAmbiguous
        isContradicted = stored.isContradicted
        mayTurn = stored.mayTurn
        guard case .placed(let position, _, let group, let confidence) = stored.placement.outcome else { return }
        self.group = group
        positionMicrometres = SIMD2(position.xMicrometres, position.yMicrometres)
        self.confidence = confidence
        repeats = stored.placement.repeats.flatMap { numberOf[$0] }
    }
}
