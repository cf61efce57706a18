internal import Foundation
package import Imaging
internal import Quantities
internal import Registration

/// Finds where the fields of a slide lie, from their pictures and from what the stage says.
///
/// 1. A small preview is kept of each field. What all previews have in common stays with the camera and is taken away.
/// 2. Fields next to each other in time or by the stage are phase-correlated. A match joins their groups if the other
///    fields that then overlap agree.
/// 3. Each overlapping pair is measured at full resolution where it shows most (enhanced correlation, see
///    `Registrar`).
/// 4. Positions are the robust least squares over all pairs; pairs that contradict the loops they close are left out.
///
/// Fields are added as they are captured; ``place(fetch:)`` may be called after each and compares only what is new, or
/// all once more where what stays with the camera is better known.
/// About 200 kB are kept a field, and full pictures are fetched a few at a time.
package struct SlidePlacer: Sendable {
    private struct Key: Hashable { let first, second: Int }

    /// A pair measured at full resolution.
    private struct Measured: Sendable {
        let shift: SIMD2<Double>
        let deviation: Double
    }

    package private(set) var descriptions: [FieldDescription] = []
    private var previews: [FieldPreview] = []
    /// How the fields were compared: with which pattern taken away, and of how many fields it is.
    private var pattern: [Key: StaticPattern] = [:]
    private var patternFields: [Key: Int] = [:]
    private var contents: [FieldContent?] = []
    private var searches: [Key: FieldMatch.Search] = [:]
    private var measured: [Key: Measured] = [:]

    package init() {}

    /// Adds the next field.
    package mutating func add(_ description: FieldDescription, picture: Picture<UInt8>) {
        precondition(
            picture.width == description.width && picture.height == description.height, "the picture of this field")
        add(description, preview: FieldPreview(picture))
    }

    /// Adds the next field by its preview, which may have been made elsewhere.
    package mutating func add(_ description: FieldDescription, preview: FieldPreview) {
        descriptions.append(description)
        previews.append(preview)
        contents.append(nil)
    }

    /// Places all fields added so far.
    /// - Parameters:
    ///   - goesOn: asked within each pair of fields, after some tens of milliseconds' work; false ends the placing, and
    ///     must be the answer from then on. What was compared by then is kept.
    ///   - fetch: the full picture of a field by its number in the order of adding.
    /// - Returns: nil where it was ended.
    package mutating func place<Failure: Error>(
        while goesOn: () -> Bool, fetch: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> SlidePlacement? {
        prepare(while: goesOn)
        var groups = FieldGroups(count: descriptions.count)
        join(&groups, while: goesOn)
        try measure(groups.edges, while: goesOn, fetch)
        return goesOn() ? placement(groups) : nil
    }

    /// Places all fields added so far.
    package mutating func place<Failure: Error>(
        fetch: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) -> SlidePlacement {
        try place(while: { true }, fetch: fetch)!
    }

    /// How a grain looks in the field's preview, once the field was placed.
    /// - Parameters:
    ///   - middle: of the grain, in pixels of the field, the centre of the upper left one being (0, 0).
    ///   - diameter: of the circle of the same area, in pixels of the field.
    /// - Returns: nil where nothing tells it from others.
    package func look(inField field: Int, middle: SIMD2<Double>, diameter: Double) -> GrainLook? {
        guard let picture = contents[field]?.picture else { return nil }
        let factor = Double(previews[field].factor)
        return GrainLook(picture, middle: (middle - (factor - 1) / 2) / factor, diameter: diameter / factor)
    }

    // MARK: Contents

    private func isSameKind(_ a: Int, _ b: Int) -> Bool {
        let (a, b) = (descriptions[a], descriptions[b])
        return a.width == b.width && a.height == b.height && abs(a.nmPerPixel / b.nmPerPixel - 1) < 1e-6
    }

    /// Up to this many fields, each new one betters the pattern; then every doubling does.
    private static let fieldsForPattern = 32

    /// Takes away from the previews what stays with the camera. The pattern follows from the fields alone, not from how
    /// many of them there were when they were placed before: captures in quick succession end as slow ones do.
    private mutating func prepare(while goesOn: () -> Bool) {
        let sizes = Dictionary(grouping: descriptions.indices) {
            Key(first: descriptions[$0].width, second: descriptions[$0].height)
        }
        for (size, fields) in sizes {
            var basis = fields.count
            if basis > Self.fieldsForPattern {
                basis = Self.fieldsForPattern
                while 2 * basis <= fields.count { basis *= 2 }
            }
            // Another pattern makes all comparisons before it void.
            if patternFields[size] != basis,
                let found = StaticPattern(fields.prefix(basis).map { previews[$0].picture })
            {
                pattern[size] = found
                patternFields[size] = basis
                for field in fields { contents[field] = nil }
                searches = searches.filter { !fields.contains($0.key.first) }
            }
            for field in fields where contents[field] == nil && goesOn() {
                contents[field] = FieldContent(previews[field].picture, pattern[size])
            }
        }
    }

    private func hasPattern(_ field: Int) -> Bool {
        pattern[Key(first: descriptions[field].width, second: descriptions[field].height)] != nil
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
        let off = match.shift * (Double(previews[second].factor) * b.nmPerPixel / 1000) - (q - p)
        return (off * off).sum().squareRoot() <= a.stageUncertaintyMicrometres + b.stageUncertaintyMicrometres
    }

    private mutating func join(_ groups: inout FieldGroups, while goesOn: () -> Bool) {
        let count = descriptions.count
        for field in 0..<count where goesOn() {
            // The latest first: that is where the stage was. Then those the stage says are near.
            if field > 0 { tryToLink(field - 1, field, &groups, while: goesOn) }
            let near = (0..<field).map { ($0, stageOverlap($0, field) ?? 0) }.filter {
                $0.1 > FieldMatch.minimumOverlap
            }
            .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
            for (other, _) in near.prefix(6) { tryToLink(other, field, &groups, while: goesOn) }
            // Several fields back, after a field that shows nothing or the return of a row.
            for back in 2...4 where groups.isAlone(field) && field >= back {
                tryToLink(field - back, field, &groups, while: goesOn)
            }
        }
        // What is still apart, nearest in time first.
        var budget = 12 * count
        for distance in stride(from: 1, to: count, by: 1) {
            for field in distance..<max(distance, count) where budget > 0 && goesOn() {
                let other = field - distance
                if groups.isSame(other, field) { continue }
                if let overlap = stageOverlap(other, field), overlap < FieldMatch.minimumOverlap, distance > 1 {
                    continue
                }
                if searches[Key(first: other, second: field)] == nil { budget -= 1 }
                tryToLink(other, field, &groups, while: goesOn)
            }
        }
    }

    private mutating func tryToLink(
        _ first: Int, _ second: Int, _ groups: inout FieldGroups, while goesOn: () -> Bool
    ) {
        guard goesOn(), !groups.isSame(first, second), isSameKind(first, second), let one = contents[first],
            let other = contents[second], !one.isEmpty, !other.isEmpty
        else { return }
        let key = Key(first: first, second: second)
        if searches[key] == nil {
            searches[key] = FieldMatch.search(one, other, trustsRest: hasPattern(first))
        }
        let match: FieldMatch
        switch searches[key] {
        case .found(let found)?: match = found
        case .single(let found)? where isWhereStageSays(found, first, second): match = found
        default: return
        }
        // Previews place a field to about half their pixel, and that adds up along a row.
        let reach = 4
        var agreeing = [FieldGroups.Edge(first: first, second: second, match: match)]
        var against = 0
        let offset = groups.positions[first] + match.shift - groups.positions[second]
        for member in groups.members(of: first) {
            for moved in groups.members(of: second) where (member, moved) != (first, second) {
                guard let a = contents[member], let b = contents[moved], !a.isEmpty, !b.isEmpty else { continue }
                let guess = groups.positions[moved] + offset - groups.positions[member]
                let size = SIMD2(Double(a.picture.width), Double(a.picture.height))
                let part = pointwiseMax(size - SIMD2(abs(guess.x), abs(guess.y)), .zero) / size
                guard part.x * part.y >= FieldMatch.minimumOverlap else { continue }
                guard goesOn() else { return }
                switch FieldMatch.check(a, b, near: guess, within: reach) {
                case .agrees(let found):
                    agreeing.append(FieldGroups.Edge(first: member, second: moved, match: found))
                case .contradicts: against += 1
                case .silent: break
                }
            }
        }
        if against >= agreeing.count {
            groups.contradicted.formUnion([first, second])
        } else {
            groups.join(first, second, agreeing)
        }
    }

    // MARK: Full resolution

    private mutating func measure<Failure: Error>(
        _ edges: [FieldGroups.Edge], while goesOn: () -> Bool, _ fetch: (Int) throws(Failure) -> Picture<UInt8>
    ) throws(Failure) {
        var recent: [(field: Int, picture: Picture<UInt8>)] = []
        func picture(_ field: Int) throws(Failure) -> Picture<UInt8> {
            if let at = recent.firstIndex(where: { $0.field == field }) {
                recent.append(recent.remove(at: at))
            } else {
                recent.append((field, try fetch(field)))
                if recent.count > 4 { recent.removeFirst() }
            }
            return recent[recent.count - 1].picture
        }
        for edge in edges.sorted(by: { ($0.second, $0.first) < ($1.second, $1.first) }) {
            let key = Key(first: edge.first, second: edge.second)
            guard measured[key] == nil, goesOn() else { continue }
            let first = try picture(edge.first), second = try picture(edge.second)
            let found = refined(edge, first, second, while: goesOn)
            // What was ended on the way is none.
            if goesOn() { measured[key] = found }
        }
    }

    private func refined(
        _ edge: FieldGroups.Edge, _ first: Picture<UInt8>, _ second: Picture<UInt8>, while goesOn: () -> Bool
    ) -> Measured {
        let factor = Double(previews[edge.second].factor)
        let guess = edge.match.shift * factor
        let coarse = Measured(shift: guess, deviation: 0.4 * factor)
        let patches = richest(edge)
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
        guard let best = found.max(by: { $0.correlation < $1.correlation }) else { return coarse }
        let agreeing = found.filter {
            let off = $0.shift - best.shift
            return (off * off).sum() < 1
        }
        let sum = agreeing.reduce(SIMD2<Double>.zero) { $0 + $1.shift }
        return Measured(
            shift: sum / Double(agreeing.count), deviation: agreeing.count > 1 ? 0.15 : 0.3)
    }

    /// Up to three parts of what two fields share in which most lies, in full pixels of the second; not where
    /// something stays with the camera.
    private func richest(_ edge: FieldGroups.Edge) -> [(x: Int, y: Int, width: Int, height: Int)] {
        guard let content = contents[edge.second] else { return [] }
        let factor = previews[edge.second].factor
        let (width, height) = (content.picture.width, content.picture.height)
        let (x, y) = (Int(saturating: edge.match.shift.x.rounded()), Int(saturating: edge.match.shift.y.rounded()))
        let columns = max(0, -x)..<min(width, width - x), rows = max(0, -y)..<min(height, height - y)
        let side = max(8, 384 / factor)
        let wide = min(side, columns.count), high = min(side, rows.count)
        guard wide >= 4, high >= 4 else { return [] }
        let size = Key(first: descriptions[edge.second].width, second: descriptions[edge.second].height)
        let fixed = pattern[size]?.picture.samples
        var candidates: [(score: Float, x: Int, y: Int)] = []
        for top in stride(from: rows.lowerBound, through: rows.upperBound - high, by: max(1, high / 3)) {
            for left in stride(from: columns.lowerBound, through: columns.upperBound - wide, by: max(1, wide / 3)) {
                var score: Float = 0
                for row in top..<top + high {
                    for at in row * width + left..<row * width + left + wide {
                        score += min(0.1, abs(content.picture.samples[at]))
                        if let fixed { score -= 2 * min(0.1, max(0, abs(fixed[at]) - 0.03)) }
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

    private func placement(_ groups: FieldGroups) -> SlidePlacement {
        let count = descriptions.count
        let edges = groups.edges.sorted { ($0.first, $0.second) < ($1.first, $1.second) }
        let graph = PositionGraph(
            count: count,
            edges: edges.map { edge in
                let exact = measured[Key(first: edge.first, second: edge.second)]!
                return PositionGraph.Edge(
                    first: edge.first, second: edge.second, shift: exact.shift, deviation: exact.deviation)
            })
        let solution = graph.solved()
        var fields = [SlidePlacement.Field](repeating: SlidePlacement.Field(), count: count)
        var pairs: [SlidePlacement.Pair] = []
        for (at, edge) in edges.enumerated() where solution.kept[at] {
            let shift = graph.edges[at].shift
            let off = solution.positions[edge.second] - solution.positions[edge.first] - shift
            pairs.append(
                SlidePlacement.Pair(
                    first: edge.first, second: edge.second, shiftPixels: shift, correlation: edge.match.correlation,
                    confidence: edge.match.confidence, residualPixels: (off * off).sum().squareRoot()))
            for field in [edge.first, edge.second] {
                fields[field].confidence = max(fields[field].confidence ?? 0, edge.match.confidence)
            }
            // A twentieth of a field's side beside another it shows the same place.
            let size = SIMD2(Double(descriptions[edge.first].width), Double(descriptions[edge.first].height))
            if max(abs(shift.x) / size.x, abs(shift.y) / size.y) < 0.05 {
                let original = fields[edge.first].repeats ?? edge.first
                fields[edge.second].repeats = min(fields[edge.second].repeats ?? original, original)
            }
        }
        let parts = Dictionary(grouping: 0..<count) { solution.part[$0] }.values.filter { $0.count > 1 }
            .sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
        for members in parts {
            for field in members {
                fields[field].positionMicrometres =
                    solution.positions[field] * (descriptions[field].nmPerPixel / 1000)
                fields[field].means = .registered
            }
        }
        for field in 0..<count where fields[field].means == nil {
            fields[field].reason = reason(field, groups)
        }
        var result = SlidePlacement(fields: fields, pairs: pairs, contradictions: [])
        StageFrame.apply(to: &result, descriptions: descriptions, parts: Array(parts))
        return result
    }

    private func reason(_ field: Int, _ groups: FieldGroups) -> SlidePlacement.Reason {
        if contents[field]?.isEmpty != false { return .tooLittle }
        if groups.contradicted.contains(field) { return .contradicted }
        let isAmbiguous = searches.contains { key, outcome in
            guard key.first == field || key.second == field else { return false }
            return switch outcome {
            case .ambiguous, .single: true
            case .found, .nothing: false
            }
        }
        return isAmbiguous ? .ambiguous : .noMatch
    }
}
