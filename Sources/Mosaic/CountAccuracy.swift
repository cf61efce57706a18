package import Grains

/// How many of a slide's true grains are counted more than once or not at all because its fields overlap.
package struct CountAccuracy: Sendable, Equatable {
    /// A grain as one field shows it.
    package struct TrueGrain: Sendable {
        /// The same in every field.
        package var id: Int
        package var outlinePixels: [Grain.Point]
        /// Whether the field's border cuts it.
        package var isOnBorder: Bool

        package init(id: Int, outlinePixels: [Grain.Point], isOnBorder: Bool) {
            self.id = id
            self.outlinePixels = outlinePixels
            self.isOnBorder = isOnBorder
        }
    }

    /// True grains that at least one field shows whole or counts.
    package private(set) var grains = 0
    /// Of those, the ones that no field found.
    package private(set) var unseen = 0
    /// Counted at least once.
    package private(set) var counted = 0
    /// Counts beyond the first of the same grain.
    package private(set) var doubled = 0
    /// Grains that a field would count and the slide does not.
    package private(set) var lost = 0
    /// Counted objects that are no true grain.
    package private(set) var spurious = 0

    package var doubledShare: Double { grains == 0 ? 0 : Double(doubled) / Double(grains) }
    package var lostShare: Double { grains == 0 ? 0 : Double(lost) / Double(grains) }

    /// - Parameters:
    ///   - found: of each field, those rejected included.
    ///   - truth: of the same fields.
    package init(_ count: SlideCount, found: [[Grain]], truth: [[TrueGrain]], minimumOverlap: Double = 0.5) {
        precondition(found.count == truth.count && found.count == count.verdicts.count, "one list a field")
        var wanted: Set<Int> = [], seen: Set<Int> = [], countable: Set<Int> = []
        var counts: [Int: Int] = [:]
        for field in found.indices {
            let masks = truth[field].map { PolygonMask($0.outlinePixels) }
            let pairs = PolygonMask.matches(
                masks, found[field].map { PolygonMask($0.outlinePixels) }, minimumOverlap: minimumOverlap)
            let idOf = Dictionary(uniqueKeysWithValues: pairs.map { ($0.found, truth[field][$0.truth].id) })
            wanted.formUnion(truth[field].filter { !$0.isOnBorder }.map(\.id))
            for (number, grain) in found[field].enumerated() {
                let verdict = count.verdicts[field][number]
                guard let id = idOf[number] else {
                    if verdict == .counted { spurious += 1 }
                    continue
                }
                seen.insert(id)
                if grain.rejection == nil { countable.insert(id) }
                if verdict == .counted { counts[id, default: 0] += 1 }
            }
        }
        wanted.formUnion(countable)
        grains = wanted.count
        unseen = wanted.subtracting(seen).count
        counted = counts.count
        doubled = counts.values.reduce(0) { $0 + $1 - 1 }
        lost = countable.filter { counts[$0] == nil }.count
    }
}
