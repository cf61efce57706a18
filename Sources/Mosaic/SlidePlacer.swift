internal import Foundation
package import Imaging
internal import Quantities
internal import Registration

/// Finds where the fields of a slide lie, from their pictures and from what the stage says, field by field.
///
/// 1. A small preview is kept of each field. What previews have in common stays with the camera and is taken away.
/// 2. A new field is phase-correlated with its neighbours in time, by the stage, beside those, and by likeness
///    (``LikenessIndex``): with few, however many there are. A match joins their groups if the other fields that then overlap agree.
/// 3. Each overlapping pair is measured at full resolution where it shows most (enhanced correlation, see `Registrar`).
/// 4. A group that is joined moves as one, by the robust least squares over the pairs that join it. All positions of a
///    group are solved anew whenever it has grown by an eighth; pairs that contradict the loops they close are left out.
///
/// What comes of a field depends on the fields before it alone, not on when it is placed nor on whether the program was
/// started anew in between.
package struct SlidePlacer: Sendable {
    /// What is known of a field that was compared with those before it.
    package struct Field: Sendable, Equatable {
        /// Number of the pattern that was taken away; nil while none is known.
        package var pattern: Int?
        /// Too little lies in it to compare it.
        package var isEmpty = false
        /// It fits in several places.
        package var isAmbiguous = false
        /// It matches a field and contradicts others.
        package var isContradicted = false
        /// A field of its group, the same for all in it; itself where it is alone.
        package var group: Int
        /// Of the upper left corner, in its group's frame.
        package var positionMicrometres = SIMD2<Double>.zero
        /// That of the best pair that its place rests on, 0...1; nil where it is alone.
        package var confidence: Double?
        /// The earliest field that shows the same place.
        package var repeats: Int?
        /// Earlier fields that may show the same grains turned or mirrored.
        package var mayTurn: [Int] = []

        package init(group: Int) { self.group = group }
    }

    /// Two fields that overlap, measured at full resolution.
    package struct Pair: Sendable, Equatable {
        package let first: Int
        package let second: Int
        /// Position of the second less that of the first, in pixels.
        package var shiftPixels: SIMD2<Double>
        /// Standard deviation of `shiftPixels`.
        package var deviationPixels: Double
        package var correlation: Double
        /// 0...1.
        package var confidence: Double
        /// False where it contradicts the loops that it closes.
        package var isKept: Bool

        package init(
            first: Int, second: Int, shiftPixels: SIMD2<Double>, deviationPixels: Double, correlation: Double,
            confidence: Double, isKept: Bool
        ) {
            self.first = first
            self.second = second
            self.shiftPixels = shiftPixels
            self.deviationPixels = deviationPixels
            self.correlation = correlation
            self.confidence = confidence
            self.isKept = isKept
        }
    }

    /// What one field brought, for a file that keeps all: the placer is restored from it without any picture.
    package struct Step: Sendable {
        /// Fields that are new or other than before, by number.
        package fileprivate(set) var fields: Set<Int> = []
        /// Whose objects are new or others.
        package fileprivate(set) var objects: Set<Int> = []
        package fileprivate(set) var pairs: [Pair] = []
        /// Fields of which all pairs from before this step are void.
        package fileprivate(set) var redone: Set<Int> = []
        /// From this one on, patterns are new.
        package fileprivate(set) var patterns: Range<Int> = 0..<0
        /// Fields that lie elsewhere against others than before, by more than matters to a grain.
        package fileprivate(set) var moved: Set<Int> = []
    }

    struct Key: Hashable, Comparable {
        let first, second: Int
        static func < (a: Key, b: Key) -> Bool { (a.first, a.second) < (b.first, b.second) }
    }

    package private(set) var descriptions: [FieldDescription] = []
    /// Nil where they lie in a file.
    private var previews: [FieldPreview?] = []
    /// Those that were placed.
    package private(set) var fields: [Field] = []
    package private(set) var patterns: [StaticPattern] = []
    private(set) var pairs: [Key: Pair] = [:]
    private var pairsOf: [[Key]] = []
    private var members: [Int: [Int]] = [:]
    private var index = LikenessIndex()
    private var step = Step()

    /// Used lately, the latest last.
    private var contents: [(field: Int, content: FieldContent)] = []
    private var pictures: [(field: Int, picture: Picture<UInt8>)] = []
    private static let contentsKept = 24
    private static let picturesKept = 4

    package init() {}

    /// As it was when these were kept.
    package init(
        descriptions: [FieldDescription], fields: [Field], objects: [[UInt8]], pairs: [Pair], patterns: [StaticPattern]
    ) {
        precondition(
            descriptions.count == fields.count && objects.count == fields.count, "one description and one list a field")
        self.descriptions = descriptions
        self.fields = fields
        self.patterns = patterns
        previews = Array(repeating: nil, count: fields.count)
        pairsOf = Array(repeating: [], count: fields.count)
        for (number, field) in fields.enumerated() { members[field.group, default: []].append(number) }
        for pair in pairs { keep(pair) }
        for bytes in objects { index.add(LikenessIndex.Object.all(littleEndianBytes: bytes)) }
        step = Step()
    }

    /// Adds the next field.
    package mutating func add(_ description: FieldDescription, picture: Picture<UInt8>) {
        precondition(
            picture.width == description.width && picture.height == description.height, "the picture of this field")
        add(description, preview: FieldPreview(picture))
        pictures.append((descriptions.count - 1, picture))
        if pictures.count > Self.picturesKept { pictures.removeFirst() }
    }

    /// Adds the next field by its preview, which may have been made elsewhere.
    package mutating func add(_ description: FieldDescription, preview: FieldPreview) {
        descriptions.append(description)
        previews.append(preview)
    }

    /// Previews are no longer held, and fetched where they are needed.
    package mutating func releasePreviews() { for at in previews.indices { previews[at] = nil } }

    /// What the index knows of a field, for a file.
    package func objects(ofField field: Int) -> [UInt8] {
        LikenessIndex.Object.bytes(of: index.objects(ofField: field))
    }

    // MARK: Placing

    /// Places all fields added so far.
    /// - Parameters:
    ///   - goesOn: asked within each pair of fields, after some tens of milliseconds' work; false ends the placing, and
    ///     must be the answer from then on. Fields that were placed by then are.
    ///   - fetch: the full picture of a field by its number in the order of adding.
    /// - Returns: nil where it was ended.
    package mutating func place<Failure: Error>(
        while goesOn: () -> Bool, fetch: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> SlidePlacement? {
        while fields.count < descriptions.count {
            let step = try placeNext(
                while: goesOn, preview: { (field) throws(Failure) in FieldPreview(try fetch(field)) }, picture: fetch)
            if step == nil { return nil }
        }
        return placement
    }

    /// Places all fields added so far.
    package mutating func place<Failure: Error>(
        fetch: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> SlidePlacement {
        try place(while: { true }, fetch: fetch)!
    }

    /// Places the first field that is not placed yet.
    /// - Parameters:
    ///   - goesOn: asked as by ``place(while:fetch:)``.
    ///   - preview: of an earlier field that is not held.
    ///   - picture: of a field.
    /// - Returns: nil where it was ended, or something thrown: then nothing has changed.
    package mutating func placeNext<Failure: Error>(
        while goesOn: () -> Bool, preview: (Int) throws(Failure) -> FieldPreview,
        picture: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> Step? {
        precondition(fields.count < descriptions.count, "there is a field to place")
        var next = self
        next.step = Step()
        let objects = try next.advance(while: goesOn, preview, picture)
        // What was read is of use also where it was ended.
        (contents, pictures) = (next.contents, next.pictures)
        guard let objects else { return nil }
        next.step.moved = next.moved(since: self)
        swap(&self, &next)
        // Held by one alone, the index is added to where it lies.
        next.index = LikenessIndex()
        index.add(objects)
        return step
    }

    /// - Returns: objects of the new field, which the index does not know yet; nil where it was ended.
    private mutating func advance<Failure: Error>(
        while goesOn: () -> Bool, _ preview: (Int) throws(Failure) -> FieldPreview,
        _ picture: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> [LikenessIndex.Object]? {
        let new = fields.count
        step.patterns = patterns.count..<patterns.count
        let redone = try learnPattern(for: new, preview)
        if !redone.isEmpty {
            // With another pattern, what was found before is void.
            step.redone = Set(redone)
            var known = index
            swap(&known, &index)
            for field in redone { forget(field) }
            index = LikenessIndex()
            for field in 0..<new {
                guard step.redone.contains(field) else {
                    index.add(known.objects(ofField: field))
                    continue
                }
                guard let objects = try link(field, while: goesOn, preview, picture) else { return nil }
                index.add(objects)
                step.objects.insert(field)
            }
        }
        fields.append(Field(group: new))
        pairsOf.append([])
        members[new] = [new]
        fields[new].pattern = latestPattern(before: new)
        step.fields.insert(new)
        step.objects.insert(new)
        guard let objects = try link(new, while: goesOn, preview, picture) else { return nil }
        step.pairs = step.pairs.map { pairs[Key(first: $0.first, second: $0.second)]! }
        return objects
    }

    /// Fields whose stored state is another one, and those that moved against others.
    private mutating func moved(since before: SlidePlacer) -> Set<Int> {
        let new = fields.count - 1
        var moved: Set<Int> = [new]
        var changed: [Int] = []
        for field in 0..<new where before.fields[field] != fields[field] {
            step.fields.insert(field)
            let (old, now) = (before.fields[field], fields[field])
            if old.group != now.group || old.positionMicrometres != now.positionMicrometres { changed.append(field) }
            if old.repeats != now.repeats { moved.insert(field) }
        }
        for first in changed {
            for second in members[fields[first].group]! where second != new && second != first {
                let (old, now) = (before.displacement(first, second), displacement(first, second))
                if old != now, before.isNear(old, first) || isNear(now, first) { moved.formUnion([first, second]) }
            }
        }
        return moved
    }

    private func isNear(_ displacement: SIMD2<Double>?, _ field: Int) -> Bool {
        guard let displacement else { return false }
        let size = descriptions[field].sizeMicrometres
        return abs(displacement.x) < size.x && abs(displacement.y) < size.y
    }

    /// Position of the second less that of the first in µm, to what matters to a grain; nil where it is not known.
    private func displacement(_ first: Int, _ second: Int) -> SIMD2<Double>? {
        guard fields[first].group == fields[second].group else { return nil }
        return SlidePlacement.rounded(fields[second].positionMicrometres - fields[first].positionMicrometres)
    }

    // MARK: What stays with the camera

    /// With so many fields the pattern is so much better that those before are compared once more.
    private static let fieldsForPattern: Set = [6, 7, 9, 12, 16]
    /// Fields that the pattern of those after them is learnt from: dirt comes, and is wiped off.
    private static let fieldsOfPattern = 32

    /// Learns what stays with the camera, as soon as it can be told and once more when it is told well; from then on from
    /// each block of fields for those after it.
    /// - Returns: earlier fields that are to be compared again.
    private mutating func learnPattern<Failure: Error>(
        for new: Int, _ preview: (Int) throws(Failure) -> FieldPreview
    ) throws(Failure) -> [Int] {
        let alike = (0...new).filter { isSameSize($0, new) }
        let count = alike.count
        let isKnown = latestPattern(before: new) != nil
        let basis: ArraySlice<Int>
        if count <= Self.fieldsOfPattern {
            guard count >= StaticPattern.minimumFields, !isKnown || Self.fieldsForPattern.contains(count) else {
                return []
            }
            basis = alike[...]
        } else {
            guard (count - 1) % Self.fieldsOfPattern == 0 else { return [] }
            basis = alike.dropLast().suffix(Self.fieldsOfPattern)
        }
        var pictures: [FieldPreview] = []
        for field in basis { pictures.append(try self.preview(field, preview)) }
        guard let found = StaticPattern(pictures) else { return [] }
        patterns.append(found)
        step.patterns = step.patterns.lowerBound..<patterns.count
        patternOfNext[SIMD2(descriptions[new].width, descriptions[new].height)] = patterns.count - 1
        return count <= Self.fieldsOfPattern ? alike.dropLast() : []
    }

    private var patternOfNext: [SIMD2<Int>: Int] = [:]

    /// The pattern that a field's contemporaries have.
    private func latestPattern(before field: Int) -> Int? {
        let size = SIMD2(descriptions[field].width, descriptions[field].height)
        if let number = patternOfNext[size] { return number }
        return (0..<min(field, fields.count)).last { isSameSize($0, field) }.flatMap { fields[$0].pattern }
    }

    private func isSameSize(_ a: Int, _ b: Int) -> Bool {
        descriptions[a].width == descriptions[b].width && descriptions[a].height == descriptions[b].height
    }

    private func isSameKind(_ a: Int, _ b: Int) -> Bool {
        isSameSize(a, b) && abs(descriptions[a].nmPerPixel / descriptions[b].nmPerPixel - 1) < 1e-6
    }

    /// A field is as it was before it was compared, with the latest pattern.
    private mutating func forget(_ field: Int) {
        members[fields[field].group]?.removeAll { $0 == field }
        if members[fields[field].group]?.isEmpty == true { members[fields[field].group] = nil }
        for key in pairsOf[field] {
            pairs[key] = nil
            let other = key.first == field ? key.second : key.first
            pairsOf[other].removeAll { $0 == key }
        }
        pairsOf[field] = []
        fields[field] = Field(group: field)
        fields[field].pattern = latestPattern(before: field)
        members[field] = [field]
        contents.removeAll { $0.field == field }
    }

    private func preview<Failure: Error>(
        _ field: Int, _ fetch: (Int) throws(Failure) -> FieldPreview
    ) throws(Failure) -> FieldPreview {
        if let held = previews[field] { return held }
        return try fetch(field)
    }

    private mutating func content<Failure: Error>(
        _ field: Int, _ fetch: (Int) throws(Failure) -> FieldPreview
    ) throws(Failure) -> FieldContent {
        if let at = contents.firstIndex(where: { $0.field == field }) {
            contents.append(contents.remove(at: at))
        } else {
            let content = FieldContent(try preview(field, fetch), fields[field].pattern.map { patterns[$0] })
            contents.append((field, content))
            if contents.count > Self.contentsKept { contents.removeFirst() }
        }
        return contents[contents.count - 1].content
    }

    /// How a grain looks in the field's preview, once the field was placed.
    /// - Parameters:
    ///   - middle: of the grain, in pixels of the field, the centre of the upper left one being (0, 0).
    ///   - diameter: of the circle of the same area, in pixels of the field.
    ///   - preview: of a field that is not held.
    /// - Returns: nil where nothing tells it from others.
    package mutating func look<Failure: Error>(
        inField field: Int, middle: SIMD2<Double>, diameter: Double,
        preview: (Int) throws(Failure) -> FieldPreview
    ) throws(Failure) -> GrainLook? {
        let factor = factor(field)
        return GrainLook(
            try content(field, preview).picture, middle: (middle - (factor - 1) / 2) / factor,
            diameter: diameter / factor)
    }

    /// Full pixels along one preview pixel.
    private func factor(_ field: Int) -> Double {
        Double(
            max(
                1,
                (max(descriptions[field].width, descriptions[field].height) + FieldPreview.side - 1) / FieldPreview.side
            ))
    }

    // MARK: Joining

    /// Share of a field that two stage positions let overlap at most, 0...1; nil where a position is unknown.
    private func stageOverlap(_ a: Int, _ b: Int) -> Double? {
        guard let p = descriptions[a].stageMicrometres, let q = descriptions[b].stageMicrometres else { return nil }
        let size = descriptions[a].sizeMicrometres
        let slack = descriptions[a].stageUncertaintyMicrometres + descriptions[b].stageUncertaintyMicrometres
        let shared = SIMD2(abs(p.x - q.x), abs(p.y - q.y)) - SIMD2(repeating: slack)
        let part = (size - pointwiseMax(shared, .zero)) / size
        return part.x > 0 && part.y > 0 ? part.x * part.y : 0
    }

    /// Whether the stage agrees with a match; false where it says nothing.
    private func isWhereStageSays(_ match: FieldMatch, _ first: Int, _ second: Int) -> Bool {
        let (a, b) = (descriptions[first], descriptions[second])
        guard let p = a.stageMicrometres, let q = b.stageMicrometres else { return false }
        let off = match.shift * (factor(second) * b.nmPerPixel / 1000) - (q - p)
        return (off * off).sum().squareRoot() <= a.stageUncertaintyMicrometres + b.stageUncertaintyMicrometres
    }

    /// Compares a field with its neighbours before it.
    /// - Returns: its objects; nil where it was ended.
    private mutating func link<Failure: Error>(
        _ field: Int, while goesOn: () -> Bool, _ preview: (Int) throws(Failure) -> FieldPreview,
        _ picture: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> [LikenessIndex.Object]? {
        guard goesOn() else { return nil }
        let content = try content(field, preview)
        let objects = LikenessIndex.Object.all(
            in: content, micrometresPerPixel: factor(field) * descriptions[field].nmPerPixel / 1000)
        fields[field].isEmpty = content.isEmpty
        fields[field].mayTurn = index.turned(objects)
        if content.isEmpty { return objects }
        // The latest first: that is where the stage was. Then those the stage says are near.
        var neighbours = field > 0 ? [field - 1] : []
        neighbours += (0..<field).map { ($0, stageOverlap($0, field) ?? 0) }
            .filter { $0.1 > FieldMatch.minimumOverlap }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(6).map(\.0)
        var tried: Set<Int> = []
        for other in neighbours where tried.insert(other).inserted {
            try tryToLink(other, field, while: goesOn, preview, picture)
        }
        // Several fields back, after a field that shows nothing or the return of a row.
        for back in 2...4 where field >= back && members[fields[field].group]!.count == 1 {
            guard tried.insert(field - back).inserted else { continue }
            try tryToLink(field - back, field, while: goesOn, preview, picture)
        }
        // What lies beside the fields before: a stage that moves on comes past them.
        for back in 1...4 where field >= back {
            for other in beside(field - back) where tried.insert(other).inserted {
                try tryToLink(other, field, while: goesOn, preview, picture)
            }
        }
        let alike = field <= fewFields ? Array((0..<field).reversed()) : index.overlapping(objects)
        for other in alike where tried.insert(other).inserted {
            if let overlap = stageOverlap(other, field), overlap < FieldMatch.minimumOverlap { continue }
            try tryToLink(other, field, while: goesOn, preview, picture)
        }
        // A row that shares too little with the one before it where it begins, may share more further on.
        for other in besideRows(field) where tried.insert(other).inserted {
            try tryToLink(other, field, while: goesOn, preview, picture)
        }
        // And so may what was captured between fields of this group and does not belong to it yet.
        let near = Set((0...4).filter { field >= $0 }.flatMap { [field - $0] + beside(field - $0) })
        for lost in lost(around: near) where lost != field {
            if tried.insert(lost).inserted { try tryToLink(lost, field, while: goesOn, preview, picture) }
            guard field - lost <= 2 else { continue }
            for other in near.sorted() where other != lost && other != field {
                try tryToLink(other, lost, while: goesOn, preview, picture)
            }
        }
        return goesOn() ? objects : nil
    }

    /// Fields that lie beside a field where its group began with a row: the row before ran the other way, or the same.
    private func besideRows(_ field: Int) -> [Int] {
        let start = members[fields[field].group]!.min()!
        guard start > 0, start < field else { return [] }
        let before = members[fields[start - 1].group]!.min()!
        let (turned, alike) = (2 * start - 1 - field, field - start + before)
        var found: [Int] = []
        for off in [0, -1, 1, -2, 2] { found += [turned + off, alike + off] }
        return found.filter { $0 >= 0 && $0 < start }
    }

    /// Fields of other groups that were captured next to these.
    private func lost(around near: Set<Int>) -> [Int] {
        var found: Set<Int> = []
        for field in near where members[fields[field].group]!.count > 1 {
            for other in [field - 1, field + 1] where fields.indices.contains(other) && !fields[other].isEmpty {
                if fields[other].group != fields[field].group { found.insert(other) }
            }
        }
        return found.sorted()
    }

    /// Up to so many fields, all are compared: the index misses fields whose common strip cuts every grain.
    package var fewFields = 96
    private static let mostBeside = 8

    /// Fields of a field's group that lie next to it, the nearest first.
    private func beside(_ field: Int) -> [Int] {
        let size = descriptions[field].sizeMicrometres
        return members[fields[field].group]!.compactMap { other -> (away: Double, field: Int)? in
            let off = (fields[other].positionMicrometres - fields[field].positionMicrometres) / size
            guard other != field, max(abs(off.x), abs(off.y)) < 1.1 else { return nil }
            return ((off * off).sum(), other)
        }.sorted { ($0.away, $0.field) < ($1.away, $1.field) }.prefix(Self.mostBeside).map(\.field)
    }

    /// Other pairs of a join that are looked at, those that share most.
    private static let witnesses = 8

    private mutating func tryToLink<Failure: Error>(
        _ first: Int, _ second: Int, while goesOn: () -> Bool, _ preview: (Int) throws(Failure) -> FieldPreview,
        _ picture: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) {
        guard goesOn(), fields[first].group != fields[second].group, isSameKind(first, second), !fields[first].isEmpty
        else { return }
        let (one, other) = (try content(first, preview), try content(second, preview))
        let trustsRest = fields[first].pattern != nil && fields[second].pattern != nil
        var support: Support?
        switch FieldMatch.search(one, other, trustsRest: trustsRest) {
        case .found(let match): support = try self.support(first, second, match, while: goesOn, preview)
        case .uncertain(let matches):
            // What no other pair of fields bears out may be one grain on another of its kind.
            var sure: [Support] = []
            for match in matches {
                guard let found = try self.support(first, second, match, while: goesOn, preview) else { return }
                if found.against == 0, found.isBorneOut || isWhereStageSays(match, first, second) { sure.append(found) }
            }
            if sure.count == 1 {
                support = sure[0]
            } else {
                fields[first].isAmbiguous = true
                fields[second].isAmbiguous = true
            }
        case .nothing: break
        }
        guard let support, goesOn() else { return }
        guard support.against < support.agreeing.count else {
            fields[first].isContradicted = true
            fields[second].isContradicted = true
            return
        }
        var ties: [Pair] = []
        for (key, match) in support.agreeing {
            let isInOrder = key.first < key.second
            let pair = try measured(
                isInOrder ? key : Key(first: key.second, second: key.first), isInOrder ? match : match.reversed,
                while: goesOn, preview, picture)
            guard let pair else { return }
            ties.append(pair)
        }
        join(fields[first].group, fields[second].group, ties)
    }

    /// What the fields that overlap by a match say of it.
    private struct Support {
        /// The match itself, and pairs that agree with it.
        var agreeing: [(pair: Key, match: FieldMatch)]
        /// Pairs that contradict it.
        var against = 0
        /// Whether a pair agrees that shows another part of the slide and would place its fields by itself.
        var isBorneOut = false
    }

    /// - Returns: nil where it was ended.
    private mutating func support<Failure: Error>(
        _ first: Int, _ second: Int, _ match: FieldMatch, while goesOn: () -> Bool,
        _ preview: (Int) throws(Failure) -> FieldPreview
    ) throws(Failure) -> Support? {
        let factor = factor(second)
        let offset = pixels(first) + match.shift * factor - pixels(second)
        let size = SIMD2(Double(descriptions[first].width), Double(descriptions[first].height))
        var shared: [(part: Double, pair: Key, guess: SIMD2<Double>)] = []
        for member in members[fields[first].group]! where !fields[member].isEmpty {
            for moved in members[fields[second].group]! where !fields[moved].isEmpty {
                let guess = pixels(moved) + offset - pixels(member)
                let part = pointwiseMax(size - SIMD2(abs(guess.x), abs(guess.y)), .zero) / size
                guard part.x * part.y >= FieldMatch.minimumOverlap, (member, moved) != (first, second) else { continue }
                shared.append((part.x * part.y, Key(first: member, second: moved), guess / factor))
            }
        }
        shared.sort { ($1.part, $0.pair) < ($0.part, $1.pair) }
        // Previews place a field to about half their pixel, and that adds up along a row.
        let reach = 4
        var support = Support(agreeing: [(pair: Key(first: first, second: second), match: match)])
        let micrometres = descriptions[first].nmPerPixel / 1000
        func shown(_ member: Int, _ moved: Int) -> SlideRectangle? {
            let (a, b) = (pixels(member) * micrometres, (pixels(moved) + offset) * micrometres)
            return SlideRectangle(low: a, high: a + size * micrometres)
                .intersection(SlideRectangle(low: b, high: b + size * micrometres))
        }
        let common = shown(first, second)
        for (_, pair, guess) in shared.prefix(Self.witnesses) {
            guard goesOn() else { return nil }
            let (a, b) = (try content(pair.first, preview), try content(pair.second, preview))
            switch FieldMatch.check(a, b, near: guess, within: reach) {
            case .agrees(let found):
                support.agreeing.append((pair, found))
                // What shows the same part of the slide says the same, right or wrong.
                if found.isGood, let seen = shown(pair.first, pair.second) {
                    let same = common.flatMap { seen.intersection($0)?.areaSquareMicrometres } ?? 0
                    if same < 0.25 * seen.areaSquareMicrometres { support.isBorneOut = true }
                }
            case .contradicts: support.against += 1
            case .silent: break
            }
        }
        return support
    }

    private func pixels(_ field: Int) -> SIMD2<Double> {
        fields[field].positionMicrometres / (descriptions[field].nmPerPixel / 1000)
    }

    // MARK: Full resolution

    private mutating func fullPicture<Failure: Error>(
        _ field: Int, _ fetch: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> Picture<UInt8> {
        if let at = pictures.firstIndex(where: { $0.field == field }) {
            pictures.append(pictures.remove(at: at))
        } else {
            pictures.append((field, try fetch(field)))
            if pictures.count > Self.picturesKept { pictures.removeFirst() }
        }
        return pictures[pictures.count - 1].picture
    }

    /// - Returns: nil where it was ended.
    private mutating func measured<Failure: Error>(
        _ key: Key, _ match: FieldMatch, while goesOn: () -> Bool,
        _ preview: (Int) throws(Failure) -> FieldPreview, _ fetch: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> Pair? {
        let (first, second) = (try fullPicture(key.first, fetch), try fullPicture(key.second, fetch))
        let factor = factor(key.second)
        let guess = match.shift * factor
        func pair(_ shift: SIMD2<Double>, _ deviation: Double) -> Pair {
            Pair(
                first: key.first, second: key.second, shiftPixels: shift, deviationPixels: deviation,
                correlation: match.correlation, confidence: match.confidence, isKept: true)
        }
        let patches = richest(try content(key.second, preview), match, key.second)
        let found = patches.compactMap { patch -> (shift: SIMD2<Double>, correlation: Double)? in
            // What the patch shows, with room for the error of the guess.
            let room = Int(saturating: 1.5 * factor) + 8
            let (right, down) = (Int(saturating: guess.x.rounded()), Int(saturating: guess.y.rounded()))
            let x = max(0, patch.x + right - room), y = max(0, patch.y + down - room)
            let width = min(first.width, patch.x + patch.width + right + room) - x
            let height = min(first.height, patch.y + patch.height + down + room) - y
            guard width > 24, height > 24, goesOn() else { return nil }
            let fixed = first.cropped(x: x, y: y, width: width, height: height).normalised.grey
            let moving = second.cropped(x: patch.x, y: patch.y, width: patch.width, height: patch.height)
                .normalised.grey
            let origin = SIMD2(Double(patch.x - x), Double(patch.y - y))
            let registrar = Registrar()
            var result = Registration(
                transform: Similarity(offset: origin + guess), confidence: 0, correlation: 0, overlap: 0)
            for step in [4.0, 1] where step < factor || step == 1 {
                result = registrar.refine(result.transform, moving, onto: fixed, step: step, while: goesOn)
            }
            let shift = result.transform.offset - origin
            let off = shift - guess
            guard result.correlation > 0.3, (off * off).sum().squareRoot() <= 1.5 * factor + 1 else { return nil }
            return (shift, result.correlation)
        }
        // What was ended on the way is none.
        guard goesOn() else { return nil }
        guard let best = found.max(by: { $0.correlation < $1.correlation }) else { return pair(guess, 0.4 * factor) }
        let agreeing = found.filter {
            let off = $0.shift - best.shift
            return (off * off).sum() < 1
        }
        let sum = agreeing.reduce(SIMD2<Double>.zero) { $0 + $1.shift }
        return pair(sum / Double(agreeing.count), agreeing.count > 1 ? 0.15 : 0.3)
    }

    /// Up to three parts of what two fields share in which most lies, in full pixels of the second; not where
    /// something stays with the camera.
    private func richest(
        _ content: FieldContent, _ match: FieldMatch, _ second: Int
    ) -> [(x: Int, y: Int, width: Int, height: Int)] {
        let factor = Int(saturating: factor(second))
        let (width, height) = (content.picture.width, content.picture.height)
        let (x, y) = (Int(saturating: match.shift.x.rounded()), Int(saturating: match.shift.y.rounded()))
        let columns = max(0, -x)..<min(width, width - x), rows = max(0, -y)..<min(height, height - y)
        let side = max(8, 384 / factor)
        let wide = min(side, columns.count), high = min(side, rows.count)
        guard wide >= 4, high >= 4 else { return [] }
        let fixed = fields[second].pattern.map { patterns[$0].samples }
        var candidates: [(score: Float, x: Int, y: Int)] = []
        for top in stride(from: rows.lowerBound, through: rows.upperBound - high, by: max(1, high / 3)) {
            for left in stride(from: columns.lowerBound, through: columns.upperBound - wide, by: max(1, wide / 3)) {
                var score: Float = 0
                for row in top..<top + high {
                    for at in row * width + left..<row * width + left + wide {
                        score += min(0.1, abs(content.picture.samples[at]))
                        if let fixed {
                            score -= 2 * min(0.1, max(0, abs(Float(fixed[at]) * FieldPreview.unit) - 0.03))
                        }
                    }
                }
                candidates.append((score, left, top))
            }
        }
        candidates.sort { ($1.score, $0.y, $0.x) < ($0.score, $1.y, $1.x) }
        var chosen: [(score: Float, x: Int, y: Int)] = []
        for candidate in candidates where chosen.count < 3 {
            if chosen.allSatisfy({ abs($0.x - candidate.x) >= wide || abs($0.y - candidate.y) >= high }) {
                chosen.append(candidate)
            }
        }
        return chosen.map { ($0.x * factor, $0.y * factor, wide * factor, high * factor) }
    }

    // MARK: Positions

    private mutating func keep(_ pair: Pair) {
        let key = Key(first: pair.first, second: pair.second)
        if pairs.updateValue(pair, forKey: key) == nil {
            pairsOf[key.first].append(key)
            pairsOf[key.second].append(key)
        }
        step.pairs.append(pair)
    }

    /// Makes two groups one by pairs between them: the smaller moves.
    private mutating func join(_ one: Int, _ other: Int, _ ties: [Pair]) {
        let (large, small) = members[one]!.count >= members[other]!.count ? (one, other) : (other, one)
        let before = members[large]!.count
        // Each group is stiff, as if it were one point.
        let solution = PositionGraph(
            count: 2,
            edges: ties.map { tie in
                let isOutward = fields[tie.first].group == large
                let shift = pixels(tie.first) + tie.shiftPixels - pixels(tie.second)
                return PositionGraph.Edge(
                    first: 0, second: 1, shift: isOutward ? shift : -shift, deviation: tie.deviationPixels)
            }
        ).solved()
        let move = solution.positions[1] * (descriptions[ties[0].first].nmPerPixel / 1000)
        for field in members[small]! {
            fields[field].positionMicrometres += move
            fields[field].group = large
        }
        members[large]! += members[small]!
        members[small] = nil
        for (at, tie) in ties.enumerated() {
            var tie = tie
            tie.isKept = solution.kept[at]
            keep(tie)
        }
        if Self.isSolved(from: before, to: members[large]!.count) { solve(large) } else { ties.forEach { note($0) } }
    }

    /// Groups up to this size are solved with every field.
    private static let smallGroup = 64
    private static let growth = 9.0 / 8

    /// Whether a group that grows from one size to another passes one at which it is solved: each is an eighth more than
    /// the one before.
    private static func isSolved(from before: Int, to after: Int) -> Bool {
        func steps(_ size: Int) -> Double { (log(Double(size)) / log(growth)).rounded(.down) }
        return after <= smallGroup || steps(before) != steps(after)
    }

    /// All positions of a group anew.
    private mutating func solve(_ group: Int) {
        let all = members[group]!.sorted()
        let numberOf = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
        let keys = all.flatMap { field in pairsOf[field].filter { $0.first == field } }.sorted()
        let solution = PositionGraph(
            count: all.count,
            edges: keys.map { key in
                PositionGraph.Edge(
                    first: numberOf[key.first]!, second: numberOf[key.second]!, shift: pairs[key]!.shiftPixels,
                    deviation: pairs[key]!.deviationPixels)
            }
        ).solved()
        let scale = descriptions[all[0]].nmPerPixel / 1000
        let parts = Dictionary(grouping: all.indices) { solution.part[$0] }
        members[group] = nil
        for places in parts.values {
            let part = places.map { all[$0] }
            let name = part.contains(group) ? group : part[0]
            members[name] = part
            for place in places {
                fields[all[place]].positionMicrometres = solution.positions[place] * scale
                fields[all[place]].group = name
                fields[all[place]].confidence = nil
                fields[all[place]].repeats = nil
            }
        }
        for (at, key) in keys.enumerated() {
            if pairs[key]!.isKept != solution.kept[at] {
                pairs[key]!.isKept = solution.kept[at]
                step.pairs.append(pairs[key]!)
            }
            note(pairs[key]!)
        }
    }

    /// What a pair says of its fields.
    private mutating func note(_ tie: Pair) {
        let pair = pairs[Key(first: tie.first, second: tie.second)]!
        guard pair.isKept else { return }
        for field in [pair.first, pair.second] {
            fields[field].confidence = max(fields[field].confidence ?? 0, pair.confidence)
        }
        // A twentieth of a field's side beside another it shows the same place.
        let size = SIMD2(Double(descriptions[pair.first].width), Double(descriptions[pair.first].height))
        if max(abs(pair.shiftPixels.x) / size.x, abs(pair.shiftPixels.y) / size.y) < 0.05 {
            let original = fields[pair.first].repeats ?? pair.first
            fields[pair.second].repeats = min(fields[pair.second].repeats ?? original, original)
        }
    }

    // MARK: Outcome

    /// Where a field lies in its group, or why it does not.
    package func outcome(_ number: Int) -> SlidePlacement.Field {
        let field = fields[number]
        guard members[field.group]!.count > 1 else { return SlidePlacement.Field(reason: reason(field)) }
        return SlidePlacement.Field(
            positionMicrometres: field.positionMicrometres, means: .registered, group: field.group,
            confidence: field.confidence ?? 0, repeats: field.repeats)
    }

    private func reason(_ field: Field) -> SlidePlacement.Reason {
        if field.isEmpty { return .tooLittle }
        if field.isContradicted { return .contradicted }
        return field.isAmbiguous ? .ambiguous : .noMatch
    }

    /// Where the fields lie that were placed.
    package var placement: SlidePlacement {
        SlidePlacement(
            groups: fields.indices.map { outcome($0) },
            pairs: pairs.values.filter(\.isKept).map { pair in
                let off =
                    (fields[pair.second].positionMicrometres - fields[pair.first].positionMicrometres)
                    / (descriptions[pair.first].nmPerPixel / 1000) - pair.shiftPixels
                return SlidePlacement.Pair(
                    first: pair.first, second: pair.second, shiftPixels: pair.shiftPixels,
                    correlation: pair.correlation, confidence: pair.confidence,
                    residualPixels: (off * off).sum().squareRoot())
            }.sorted { ($0.first, $0.second) < ($1.first, $1.second) },
            descriptions: Array(descriptions[..<fields.count]))
    }
}
