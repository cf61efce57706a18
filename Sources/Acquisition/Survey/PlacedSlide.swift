internal import Grains
internal import Imaging
internal import Mosaic
internal import SlideStore
internal import Quantities
internal import Synchronization

/// Where the fields of one slide lie, with what was compared to find out: kept so that a new field is compared with the
/// others only.
struct PlacedSlide: Sendable {
    let slide: Slide.ID
    /// In the order of capture.
    private(set) var captures: [Capture] = []
    private var placer = SlidePlacer()
    /// Of `captures`; nil before the first is placed.
    private(set) var placement: SlidePlacement?
    private let repeats = Repeats()

    /// What was compared of the slide's grains, for the next time.
    private final class Repeats: Sendable {
        let search = Mutex(RepeatSearch())
    }

    init(slide: Slide.ID) { self.slide = slide }

    var descriptions: [FieldDescription] { placer.descriptions }

    /// Whether it holds a slide's captures and no others.
    func covers(_ captures: [Capture]) -> Bool {
        placement != nil && self.captures.map(\.id) == captures.map(\.id)
    }

    /// Takes up the captures that are new, and places all.
    /// - Parameters:
    ///   - goesOn: asked on the way; where it says no, what was compared is kept and nothing is placed.
    ///   - all: captures of the slide that have a scale, oldest first; those here already come first.
    ///   - fetch: a capture's stored input.
    mutating func place<Failure: Error>(
        _ all: [Capture], while goesOn: () -> Bool = { true }, fetch: (Capture) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) {
        if !all.starts(with: captures, by: { $0.id == $1.id }) { self = PlacedSlide(slide: slide) }
        for capture in all.dropFirst(captures.count) {
            guard goesOn() else { return }
            let picture = try fetch(capture)
            placer.add(
                FieldDescription(
                    width: picture.width, height: picture.height, nmPerPixel: capture.scale!.nmPerPixel,
                    stageMicrometres: capture.stagePosition.map { SIMD2($0.xMicrometres, $0.yMicrometres) }),
                picture: picture)
            captures.append(capture)
        }
        let captures = captures
        placement = try placer.place(while: goesOn) { (number) throws(Failure) in try fetch(captures[number]) }
    }

    /// Why a field is not placed that is like no other of the slide.
    static let matchesNoOther = SlidePlacement.Reason.noMatch.rawValue

    /// As the store keeps it.
    var placements: [Placement] {
        guard let placement else { return [] }
        return zip(captures, placement.fields).map { capture, field in
            guard let position = field.positionMicrometres else {
                return Placement(capture: capture.id, outcome: .notPlaced(reason: field.reason?.rawValue ?? "unknown"))
            }
            return Placement(
                capture: capture.id,
                outcome: .placed(
                    SlidePosition(xMicrometres: position.x, yMicrometres: position.y),
                    origin: field.means == .stage ? .stage : .registered, group: field.group ?? 0,
                    confidence: field.confidence ?? 1))
        }
    }

    /// Fields that show the grains of another one turned or mirrored, and so count them twice.
    /// - Parameters:
    ///   - grains: of the run, in any order.
    ///   - goesOn: asked on the way; where it says no, not all are found.
    /// - Returns: what is to be known, by capture.
    func turnedRepeats(_ grains: [StoredGrain], while goesOn: () -> Bool) -> [Capture.ID: String] {
        guard let placement else { return [:] }
        // Where the border cuts one, its middle is another.
        let byCapture = Dictionary(
            grouping: grains.filter { $0.standing.status.isCounted && !$0.grain.isOnBorder }, by: \.capture)
        func micrometres(_ capture: Capture) -> Double { (capture.scale?.nmPerPixel ?? 0) / 1000 }
        let fields = captures.map { capture in
            (byCapture[capture.id] ?? []).map { grain in
                TurnedRepeat.Spot(
                    position: SIMD2(grain.grain.centroidPixels.x, grain.grain.centroidPixels.y) * micrometres(capture),
                    diameter: grain.grain.equivalentDiameterMicrometres)
            }
        }
        func look(_ field: Int, _ spot: TurnedRepeat.Spot) -> GrainLook? {
            let scale = micrometres(captures[field])
            return placer.look(inField: field, middle: spot.position / scale, diameter: spot.diameter / scale)
        }
        /// Placed against each other, or each where the stage says.
        func isRelated(_ earlier: Int, _ later: Int) -> Bool {
            let (one, other) = (placement.fields[earlier], placement.fields[later])
            guard one.positionMicrometres != nil, other.positionMicrometres != nil else { return false }
            return one.group == other.group || one.means == .stage && other.means == .stage
        }
        let found = repeats.search.withLock { $0.find(fields, look: look, while: goesOn, isRelated: isRelated) }
        return Dictionary(
            uniqueKeysWithValues: found.map { repeated in
                let degrees = Int(saturating: abs(repeated.degrees).rounded())
                let turn =
                    (repeated.isMirrored ? ["mirrored"] : []) + (degrees > 1 ? ["turned by about \(degrees)°"] : [])
                let how = turn.isEmpty ? "once more" : turn.joined(separator: " and ")
                let (home, field) = (captures[repeated.earlier].id, captures[repeated.later].id)
                let what = repeated.grains == 1 ? "1 grain" : "\(repeated.grains) grains"
                return (
                    field,
                    "it shows \(what) of capture \(home) \(how), and \(repeated.grains == 1 ? "it counts" : "they count")"
                        + " twice; leave one of the two out (neurallens capture exclude \(field)) if they are the same "
                        + "place"
                )
            })
    }

    /// Which of a run's objects are the same grain, and which are dirt on the sensor.
    /// - Parameter grains: of the run, in any order.
    func verdicts(_ grains: [StoredGrain]) -> [SlideVerdict] {
        guard let placement else { return [] }
        // What a person replaced or left out is not there to be seen twice.
        let byCapture = Dictionary(
            grouping: grains.filter { $0.standing.status != .replaced && $0.standing.status != .excluded },
            by: \.capture)
        let fields = captures.map { byCapture[$0.id] ?? [] }
        // A person's word on a grain is about the grain, in whatever field it lies: what was rejected in one does not
        // come back from another, and what was accepted does not count twice.
        var reviewed: [Detection: SlideCount.Word] = [:]
        for (field, list) in fields.enumerated() {
            for (number, grain) in list.enumerated() {
                guard let review = grain.lastReview else { continue }
                reviewed[Detection(field: field, grain: number)] = SlideCount.Word(
                    number: review.id, species: review.action == .reject ? nil : grain.standing.species)
            }
        }
        let count = SlideCount(
            fields.map { $0.map(\.grain) }, placement: placement, descriptions: descriptions, reviewed: reviewed)
        var verdicts: [SlideVerdict] = []
        for (field, list) in count.verdicts.enumerated() {
            for (number, verdict) in list.enumerated() {
                let id = fields[field][number].id
                switch verdict {
                case .doubleOf(let other):
                    verdicts.append(SlideVerdict(grain: id, kind: .doubleOf(fields[other.field][other.grain].id)))
                case .dirt: verdicts.append(SlideVerdict(grain: id, kind: .dirt))
                case .counted, .rejected: break
                }
            }
        }
        return verdicts
    }
}
