package import Pairing

/// Which fields a lens is taught from, which it is judged by, and what its map's channels stand for.
package struct Lesson: Codable, Sendable, Equatable {
    package struct Field: Codable, Sendable, Equatable {
        package var capture: Int64
        package var slide: String
        /// Kept from the training, for the judgement.
        package var isHeldOut: Bool
    }

    /// Grains of one species.
    package struct Grains: Codable, Sendable, Equatable {
        package var species: String
        package var taught: Int
        package var heldOut: Int
    }

    /// The order of slides, then of captures.
    package var fields: [Field]
    package var species: [Dataset.Species]
    /// Map channel of objects that are none of the species; nil where there is no room for them.
    package var otherChannel: Int?
    package var grains: [Grains]
    /// Whether slides are on both sides: then a figure flatters.
    package var isOfSameSlides: Bool
    /// What a reader of the figures must know.
    package var remarks: [String]

    /// A species that may be taught.
    package struct Candidate: Sendable, Equatable {
        package let key: String
        /// Scientific name.
        package let name: String
        /// "#rrggbb".
        package let colour: String

        package init(key: String, name: String, colour: String) {
            self.key = key
            self.name = name
            self.colour = colour
        }
    }

    /// Channels of a map.
    package static let channels = 3
    /// Of one slide's fields, one in so many is held out.
    static let heldOutOf = 5

    /// - Parameters:
    ///   - fields: finished ones of all slides.
    ///   - slides: to be taught from, by name.
    ///   - heldOut: slides that are only judged by; where there is none, one is chosen (see ``chosenSlide(_:_:)``).
    ///   - chosen: keys of the species to tell apart; all that are labelled where empty.
    ///   - known: what the keys stand for.
    ///   - start: map channels of the lens that it starts from, by species: kept, so that what it knows is not learnt anew.
    package init(
        _ fields: [LabelledField], slides: [String], heldOut: [String], chosen: [String], known: [Candidate],
        start: [String: Int] = [:]
    ) throws(TeachingError) {
        for slide in slides + heldOut where !fields.contains(where: { $0.slide == slide }) {
            throw TeachingError(
                .badLabels, "the slide \"\(slide)\" has no finished field",
                hint: "label a field to its end and finish it: neurallens capture finish CAPTURE")
        }
        self.fields = []
        (species, otherChannel) = try Self.channels(fields, chosen: chosen, known: known, start: start)
        (grains, isOfSameSlides, remarks) = ([], false, [])
        try divide(fields, slides: slides, heldOut: heldOut)
        try count(fields)
    }

    // MARK: Species

    private static func channels(
        _ fields: [LabelledField], chosen: [String], known: [Candidate], start: [String: Int]
    ) throws(TeachingError) -> (species: [Dataset.Species], other: Int?) {
        let labelled = Set(fields.flatMap { $0.grains.compactMap(\.species) })
        guard !labelled.isEmpty else {
            throw TeachingError(
                .badLabels, "the finished fields hold no grain of any species",
                hint: "label grains with their species, then finish the fields")
        }
        if let missing = chosen.first(where: { !labelled.contains($0) }) {
            throw TeachingError(
                .badLabels, "the finished fields hold no grain of the species \"\(missing)\"",
                hint: "they hold \(labelled.sorted().joined(separator: ", "))")
        }
        let keys =
            chosen.isEmpty ? labelled.sorted() : chosen.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        guard keys.count <= Self.channels else {
            throw TeachingError(
                .badLabels,
                "\(keys.count) species are labelled (\(keys.joined(separator: ", "))), and a lens's map holds "
                    + "\(Self.channels)",
                hint: "name up to \(Self.channels) with --species; with two, all others are taught as other objects")
        }
        let hasOthers = fields.contains { $0.grains.contains { $0.species.map { !keys.contains($0) } ?? true } }
        guard keys.count > 1 || hasOthers || !chosen.isEmpty else {
            throw TeachingError(
                .badLabels, "only \(keys[0]) is labelled: there is nothing that the lens could learn to tell it from",
                hint: "label a second species, or say with --species \(keys[0]) that whatever is drawn is one")
        }
        var taken: [String: Int] = [:]
        for key in keys {
            if let channel = start[key], !taken.values.contains(channel) { taken[key] = channel }
        }
        for key in keys where taken[key] == nil {
            taken[key] =
                (0..<Self.channels).first { !taken.values.contains($0) && !start.values.contains($0) }
                ?? (0..<Self.channels).first { !taken.values.contains($0) }!
        }
        let species = keys.map { key in
            let candidate = known.first { $0.key == key }
            return Dataset.Species(
                key: key, name: candidate?.name ?? key, mapChannel: taken[key]!, colour: candidate?.colour ?? "#808080")
        }.sorted { $0.mapChannel < $1.mapChannel }
        // Where there is room, the channel of other objects is there even if nothing is labelled as one: a lens that it
        // starts from draws them.
        return (species, (0..<Self.channels).first { !taken.values.contains($0) })
    }

    // MARK: Fields

    private mutating func divide(
        _ all: [LabelledField], slides: [String], heldOut: [String]
    ) throws(TeachingError) {
        func add(_ field: LabelledField, isHeldOut: Bool) {
            fields.append(Field(capture: field.capture, slide: field.slide, isHeldOut: isHeldOut))
        }
        let taught = slides.filter { !heldOut.contains($0) }
        guard !taught.isEmpty else {
            throw TeachingError(
                .badLabels, "all slides are held out, and none is left to learn from", hint: "hold out fewer slides")
        }
        let held: Set<String>
        if !heldOut.isEmpty {
            held = Set(heldOut)
        } else if taught.count > 1, let one = Self.chosenSlide(all, taught, species: species.map(\.key)) {
            held = [one]
            remarks.append(Self.rule(one))
        } else {
            return try divideByFields(all, taught)
        }
        for slide in taught.filter({ !held.contains($0) }) + held.sorted() {
            for field in all where field.slide == slide { add(field, isHeldOut: held.contains(slide)) }
        }
    }

    /// Which of several slides is held out: of those whose absence leaves every species to learn from, the one with most
    /// species, of these the one with fewest grains, of these the first by name. Nil where each has a species to itself.
    package static func chosenSlide(_ all: [LabelledField], _ slides: [String], species: [String]) -> String? {
        func count(_ key: String, _ slides: [String]) -> Int {
            all.reduce(0) { $0 + (slides.contains($1.slide) ? $1.count(of: key) : 0) }
        }
        let candidates = slides.filter { slide in
            species.allSatisfy { count($0, slides.filter { $0 != slide }) > 0 }
        }.map { slide in
            let counts = species.map { count($0, [slide]) }
            return (slide: slide, kinds: counts.count { $0 > 0 }, grains: counts.reduce(0, +))
        }.filter { $0.grains > 0 }
        return candidates.min { (-$0.kinds, $0.grains, $0.slide) < (-$1.kinds, $1.grains, $1.slide) }?.slide
    }

    /// Why that one was held out, for people.
    package static func rule(_ slide: String) -> String {
        "The slide \"\(slide)\" was held out by rule: of those that leave every species to learn from, the one with "
            + "most species, and of these the one with fewest grains."
    }

    /// One field in five of each slide is held out, at least one of all, as far as every species is left to learn from.
    private mutating func divideByFields(_ all: [LabelledField], _ slides: [String]) throws(TeachingError) {
        isOfSameSlides = true
        let chosen = all.filter { slides.contains($0.slide) }
        guard chosen.count > 1 else {
            throw TeachingError(
                .badLabels, "only one field is finished, and a lens cannot be judged by what it was taught",
                hint: "finish a second field, better one of another slide")
        }
        var left = Dictionary(
            uniqueKeysWithValues: species.map { one in (one.key, chosen.reduce(0) { $0 + $1.count(of: one.key) }) })
        var held: Set<Int64> = []
        for slide in slides {
            let fields = chosen.filter { $0.slide == slide }.sorted { $0.capture < $1.capture }
            let wanted = fields.count < 2 ? 0 : max(1, fields.count / Self.heldOutOf)
            // From the middle of each stretch.
            var places = (0..<wanted).map { (2 * $0 + 1) * fields.count / (2 * wanted) }
            places += fields.indices.filter { !places.contains($0) }
            var taken = 0
            for place in places where taken < wanted {
                let field = fields[place]
                guard !field.grains.isEmpty, species.allSatisfy({ left[$0.key]! > field.count(of: $0.key) }) else {
                    continue
                }
                for one in species { left[one.key]! -= field.count(of: one.key) }
                held.insert(field.capture)
                taken += 1
            }
        }
        guard !held.isEmpty else {
            throw TeachingError(
                .badLabels, "no field can be held out without taking a species from what the lens learns from",
                hint: "finish more fields, so that every species is in two of them at least")
        }
        remarks.append(
            slides.count == 1
                ? "Fields of the slide that the lens was taught from are held out: a figure from the same slide flatters. "
                    + "Label a second slide for an honest one."
                : "No slide could be held out: without it a species is missing from the others, or it shows none. Fields of "
                    + "the same slides are, and such a figure flatters.")
        for slide in slides {
            for field in chosen where field.slide == slide {
                fields.append(
                    Field(capture: field.capture, slide: slide, isHeldOut: held.contains(field.capture)))
            }
        }
    }

    private mutating func count(_ all: [LabelledField]) throws(TeachingError) {
        let held = Dictionary(uniqueKeysWithValues: fields.map { ($0.capture, $0.isHeldOut) })
        for one in species {
            var (taught, kept) = (0, 0)
            for field in all {
                guard let isHeldOut = held[field.capture] else { continue }
                if isHeldOut { kept += field.count(of: one.key) } else { taught += field.count(of: one.key) }
            }
            guard taught > 0 else {
                throw TeachingError(
                    .badLabels, "what the lens would learn from holds no grain of \(one.name)",
                    hint: "hold out other slides, or label \(one.key) on another one")
            }
            if kept == 0 { remarks.append("What was held out shows no grain of \(one.name): its figures say nothing.") }
            grains.append(Grains(species: one.key, taught: taught, heldOut: kept))
        }
    }
}

extension Lesson {
    /// What is taught, of slide after slide in turn: so the first few fields are of many slides.
    package var taughtInTurn: [Field] {
        var seen: [String: Int] = [:]
        return fields.filter { !$0.isHeldOut }.enumerated().map { index, field in
            seen[field.slide, default: 0] += 1
            return (turn: seen[field.slide]!, index: index, field: field)
        }.sorted { ($0.turn, $0.index) < ($1.turn, $1.index) }.map(\.field)
    }

    /// Numbers of fields to learn from by which a learning curve is told, beside all: a quarter of them and half.
    package var partsOfCurve: [Int] {
        let all = fields.count { !$0.isHeldOut }
        return [all / 4, all / 2].filter { $0 > 0 }
    }
}
