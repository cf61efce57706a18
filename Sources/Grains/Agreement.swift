/// How well counted objects agree with the true ones: each true object is matched with at most one counted object of
/// the same species whose outline overlaps by at least `minimumOverlap` (intersection over union), best overlap first.
package struct Agreement: Sendable, Equatable {
    /// An object with its outline, a closed polygon in pixels.
    package struct Outline: Sendable {
        package var species: String
        package var polygon: [Grain.Point]

        package init(species: String, polygon: [Grain.Point]) {
            self.species = species
            self.polygon = polygon
        }
    }

    package struct Tally: Sendable, Equatable {
        /// True objects in the pictures.
        package var actual = 0
        package var counted = 0
        package var matched = 0

        package init() {}

        /// Share of counted objects that are true; 1 where nothing was counted.
        package var precision: Double { counted == 0 ? 1 : Double(matched) / Double(counted) }
        /// Share of true objects that were counted; 1 where there were none.
        package var recall: Double { actual == 0 ? 1 : Double(matched) / Double(actual) }
        /// Harmonic mean of precision and recall.
        package var f1: Double {
            let sum = actual + counted
            return sum == 0 ? 1 : 2 * Double(matched) / Double(sum)
        }
    }

    package let minimumOverlap: Double
    /// By species key.
    package private(set) var species: [String: Tally] = [:]

    package init(minimumOverlap: Double = 0.5) { self.minimumOverlap = minimumOverlap }

    /// Adds one field.
    package mutating func add(actual: [Outline], counted: [Outline]) {
        for key in Set(actual.map(\.species) + counted.map(\.species)) {
            let truth = actual.filter { $0.species == key }.map { PolygonMask($0.polygon) }
            let found = counted.filter { $0.species == key }.map { PolygonMask($0.polygon) }
            var pairs: [(overlap: Double, truth: Int, found: Int)] = []
            for (i, one) in truth.enumerated() {
                for (j, other) in found.enumerated() {
                    let overlap = one.intersectionOverUnion(with: other)
                    if overlap >= minimumOverlap { pairs.append((overlap, i, j)) }
                }
            }
            pairs.sort { ($1.overlap, $0.truth, $0.found) < ($0.overlap, $1.truth, $1.found) }
            var usedTruth: Set<Int> = [], usedFound: Set<Int> = []
            for pair in pairs where !usedTruth.contains(pair.truth) && !usedFound.contains(pair.found) {
                usedTruth.insert(pair.truth)
                usedFound.insert(pair.found)
            }
            species[key, default: Tally()].actual += truth.count
            species[key, default: Tally()].counted += found.count
            species[key, default: Tally()].matched += usedTruth.count
        }
    }
}

/// The pixels whose centres lie inside a polygon (even-odd rule), as runs along rows.
private struct PolygonMask {
    private var runs: [Int: [Range<Int>]] = [:]
    private var area = 0

    init(_ polygon: [Grain.Point]) {
        guard polygon.count >= 3, polygon.allSatisfy({ abs($0.x) < 1e6 && abs($0.y) < 1e6 }) else { return }
        let top = Int(polygon.map(\.y).min()!.rounded(.up)), bottom = Int(polygon.map(\.y).max()!.rounded(.down))
        guard top <= bottom else { return }
        for row in top...bottom {
            let y = Double(row)
            var crossings: [Double] = []
            for (index, a) in polygon.enumerated() {
                let b = polygon[(index + 1) % polygon.count]
                if (a.y <= y) != (b.y <= y) { crossings.append(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x)) }
            }
            crossings.sort()
            for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                let first = Int(crossings[pair].rounded(.up)), last = Int(crossings[pair + 1].rounded(.down))
                if first <= last {
                    runs[row, default: []].append(first..<last + 1)
                    area += last + 1 - first
                }
            }
        }
    }

    func intersectionOverUnion(with other: PolygonMask) -> Double {
        var shared = 0
        for (row, mine) in runs {
            for run in mine {
                for theirs in other.runs[row] ?? [] { shared += run.clamped(to: theirs).count }
            }
        }
        let union = area + other.area - shared
        return union == 0 ? 0 : Double(shared) / Double(union)
    }
}
