internal import Mosaic
internal import SlideStore

/// What whoever uses a slide's counts must know: sentences, the weightiest first, none where nothing is doubtful.
struct SlideDoubts: Sendable {
    let sentences: [String]

    /// Doubts of one kind that are told capture by capture; more are told together.
    private static let toldSingly = 3

    /// - Parameters:
    ///   - captures: of the slide, the oldest first.
    ///   - tallies: of the run in force.
    ///   - left: decisions of other runs that do not hold in it.
    ///   - places: of the same fields.
    init(captures: [Capture], tallies: [FieldTally], places: SlidePlaces, left: [LeftReview]) {
        let counted = captures.filter { $0.exclusion == nil }
        sentences =
            Self.provisional(tallies) + Self.mixed(counted) + Self.uncounted(counted) + Self.impossible(captures)
            + Self.doubtful(counted)
            + Self.unplaced(tallies, places)
            + Self.excluded(captures) + Self.left(left)
    }

    /// Counts of different lenses are not those of one.
    private static func mixed(_ captures: [Capture]) -> [String] {
        let lenses = Dictionary(grouping: captures.filter { $0.lens != nil }) { $0.lens!.sha256 }.values
            .sorted { $0[0].id < $1[0].id }
        guard lenses.count > 1, let slide = captures.first?.slide.name else { return [] }
        let parts = lenses.map { captures in
            "\(captures.count) by \(captures[0].lens!.name) (\(captures[0].lens!.sha256.prefix(12))), \(names(captures))"
        }
        return [
            "the fields were counted by \(lenses.count) different lenses: \(parts.joined(separator: "; ")); a reanalysis of the "
                + "slide \"\(slide)\" looks at all of them with one"
        ]
    }

    private static func excluded(_ captures: [Capture]) -> [String] {
        let excluded = captures.filter { $0.exclusion != nil }
        return Dictionary(grouping: excluded) { $0.exclusion?.reason ?? "" }
            .sorted { $0.value[0].id < $1.value[0].id }.map { reason, captures in
                "\(captures.count) \(captures.count == 1 ? "field is" : "fields are") left out by a person: "
                    + "\(names(captures)): \(reason)"
            }
    }

    private static func left(_ left: [LeftReview]) -> [String] {
        guard let first = left.first else { return [] }
        let what = left.count == 1 ? "1 review of another run does" : "\(left.count) reviews of other runs do"
        return [
            "\(what) not hold in this one: review \(first.review.id) (\(first.review.action.rawValue) of grain "
                + "\(first.review.grains.map(String.init).joined(separator: ", ")), capture \(first.capture)): "
                + "\(first.reason)" + (left.count > 1 ? ", and others" : "")
        ]
    }

    private static func uncounted(_ captures: [Capture]) -> [String] {
        var sentences: [String] = []
        let failed = Dictionary(grouping: captures.filter { $0.state == .failed }) { $0.failure?.kind ?? "" }
        for (_, captures) in failed.sorted(by: { $0.value[0].id < $1.value[0].id }) {
            let verb = captures.count == 1 ? "field is" : "fields are"
            sentences.append(
                "\(captures.count) \(verb) not counted: \(names(captures)): \(captures[0].failure?.message ?? "failed")"
            )
        }
        let pending = captures.filter { $0.state == .stored || $0.state == .analysing }
        if !pending.isEmpty {
            sentences.append(
                "\(pending.count) \(pending.count == 1 ? "field waits" : "fields wait") for the lens and "
                    + "\(pending.count == 1 ? "is" : "are") not counted yet: \(names(pending))")
        }
        return sentences
    }

    /// What early versions stored and nothing is computed with.
    private static func impossible(_ captures: [Capture]) -> [String] {
        let found = captures.filter { !$0.unusable.isEmpty }
        guard let first = found.first else { return [] }
        return ["\(names(found)): \(first.unusable.joined(separator: ", and ")), and is left out"]
    }

    private static func doubtful(_ captures: [Capture]) -> [String] {
        var kinds: [FieldDoubt.Key] = []
        var byKind: [FieldDoubt.Key: [(capture: Capture, sentence: String)]] = [:]
        for capture in captures where capture.state == .done {
            for doubt in capture.doubts {
                if byKind[doubt.key] == nil { kinds.append(doubt.key) }
                byKind[doubt.key, default: []].append((capture, doubt.sentence))
            }
        }
        return kinds.flatMap { kind -> [String] in
            let found = byKind[kind] ?? []
            guard found.count > toldSingly else { return found.map { "capture \($0.capture.id): \($0.sentence)" } }
            return [
                "\(found.count) fields are doubtful (\(kind.rawValue)): \(names(found.map(\.capture))); "
                    + "capture \(found[0].capture.id): \(found[0].sentence)"
            ]
        }
    }

    private static func provisional(_ tallies: [FieldTally]) -> [String] {
        let fields = tallies.filter { $0.nmPerPixel != nil }
        let surveyed = fields.count(where: \.isJudged)
        guard surveyed < fields.count, fields.count > 1 else { return [] }
        return [
            "these counts are provisional: the slide is surveyed up to field \(surveyed) of \(fields.count), and until the "
                + "rest is, a grain that several fields show counts more than once"
        ]
    }

    /// Fields with grains that may lie in other fields too. One that is like no other is in order where fields lie apart;
    /// where most of them overlap, it most likely does too.
    private static func unplaced(_ tallies: [FieldTally], _ places: SlidePlaces) -> [String] {
        guard tallies.count > 1 else { return [] }
        let overlap = 2 * tallies.count { places[$0.capture]?.means == .registered } > tallies.count
        var uncertain: [String: [FieldTally]] = [:]
        for tally in tallies where tally.grains.keys.contains(where: { tally.counted($0) > 0 }) {
            guard let place = places[tally.capture], place.positionMicrometres == nil, let reason = place.reason,
                reason != .noMatch || overlap
            else { continue }
            uncertain[reason.rawValue, default: []].append(tally)
        }
        return uncertain.sorted { $0.key < $1.key }.map { reason, tallies in
            "\(tallies.count) of \(tallies.count == 1 ? "the fields is" : "the fields are") not placed, and grains that "
                + "other fields show too may count twice: \(names(tallies.map(\.capture))): \(reason)"
        }
    }

    private static func names(_ captures: [Capture]) -> String { names(captures.map(\.id)) }

    /// `capture 3`, `captures 3, 5-9`.
    static func names(_ captures: [Capture.ID]) -> String {
        var ranges: [ClosedRange<Capture.ID>] = []
        for id in captures.sorted() {
            if let last = ranges.last, last.upperBound == id - 1 {
                ranges[ranges.count - 1] = last.lowerBound...id
            } else {
                ranges.append(id...id)
            }
        }
        let list = ranges.map { range in
            switch range.count {
            case 1: "\(range.lowerBound)"
            case 2: "\(range.lowerBound), \(range.upperBound)"
            default: "\(range.lowerBound)-\(range.upperBound)"
            }
        }
        return (captures.count == 1 ? "capture " : "captures ") + list.joined(separator: ", ")
    }
}
