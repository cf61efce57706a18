internal import Imaging
internal import Quantities

/// The pixels whose centres lie inside a polygon (even-odd rule), as runs along rows.
package struct PolygonMask {
    private static let limit = 1_000_000

    private var runs: [Int: [Range<Int>]] = [:]
    private var area = 0

    /// - Parameters:
    ///   - polygon: empty where a coordinate reaches a million pixels.
    ///   - rows: those that count; nil for all.
    package init(_ polygon: [Grain.Point], within rows: Range<Int>? = nil) {
        let points = polygon.map { SIMD2($0.x, $0.y) }
        guard points.allSatisfy({ abs($0.x) < Double(Self.limit) && abs($0.y) < Double(Self.limit) }) else { return }
        var runs: [Int: [Range<Int>]] = [:]
        var area = 0
        Polygon.rows(of: points, within: rows ?? -Self.limit..<Self.limit) { row, from, to in
            let first = Int(saturating: from.rounded(.up)), last = Int(saturating: to.rounded(.down))
            guard first <= last else { return }
            runs[row, default: []].append(first..<last + 1)
            area += last + 1 - first
        }
        self.runs = runs
        self.area = area
    }

    private func shared(with other: PolygonMask) -> Int {
        var shared = 0
        for (row, mine) in runs {
            for run in mine {
                for theirs in other.runs[row] ?? [] { shared += run.clamped(to: theirs).count }
            }
        }
        return shared
    }

    /// What both cover, as a part of the smaller one, 0...1.
    package func overlap(with other: PolygonMask) -> Double {
        let smaller = min(area, other.area)
        return smaller == 0 ? 0 : Double(shared(with: other)) / Double(smaller)
    }

    package func intersectionOverUnion(with other: PolygonMask) -> Double {
        let shared = shared(with: other)
        let union = area + other.area - shared
        return union == 0 ? 0 : Double(shared) / Double(union)
    }

    /// Pairs true outlines with found ones, each at most once, those of most overlap first.
    package static func matches(
        _ truth: [PolygonMask], _ found: [PolygonMask], minimumOverlap: Double
    ) -> [(truth: Int, found: Int)] {
        var pairs: [(overlap: Double, truth: Int, found: Int)] = []
        for (i, one) in truth.enumerated() {
            for (j, other) in found.enumerated() {
                let overlap = one.intersectionOverUnion(with: other)
                if overlap >= minimumOverlap { pairs.append((overlap, i, j)) }
            }
        }
        pairs.sort { ($1.overlap, $0.truth, $0.found) < ($0.overlap, $1.truth, $1.found) }
        var usedTruth: Set<Int> = [], usedFound: Set<Int> = []
        return pairs.compactMap { pair in
            guard !usedTruth.contains(pair.truth), !usedFound.contains(pair.found) else { return nil }
            usedTruth.insert(pair.truth)
            usedFound.insert(pair.found)
            return (pair.truth, pair.found)
        }
    }
}
