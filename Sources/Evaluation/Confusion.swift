internal import Foundation
package import Grains
internal import Imaging

/// What true objects were counted as, whatever their species: each is matched with at most one counted object, best
/// overlap of outlines first.
package struct Confusion: Codable, Sendable, Equatable {
    /// Row and column of what has no partner.
    package static let nothing = "nothing"
    package static let other = "other"

    /// True kind to counted kind to number.
    package private(set) var table: [String: [String: Int]] = [:]
    /// Objects of the truth that are none of the species, and those of them that a species was counted for.
    package private(set) var foreign = 0
    package private(set) var foreignAsSpecies = 0

    package init() {}

    package var foreignShare: Double { foreign == 0 ? 0 : Double(foreignAsSpecies) / Double(foreign) }

    /// Adds a field.
    /// - Parameters:
    ///   - others: boxes (left, top, right, bottom) of objects that are none of the species. One is counted as what has
    ///     its middle in the box, or whose middle lies in it, and matches no true grain.
    ///   - counted: with outlines in the field's pixels.
    /// - Returns: for each counted object, whether it matches a true grain of its own species.
    @discardableResult
    package mutating func add(
        grains: [Agreement.Outline], others: [[Double]], counted: [Grain], minimumOverlap: Double = 0.5
    ) -> [Bool] {
        let truth = grains.map { Spans($0.polygon) }, found = counted.map { Spans($0.outlinePixels) }
        var pairs: [(overlap: Double, truth: Int, found: Int)] = []
        for (i, one) in truth.enumerated() {
            for (j, other) in found.enumerated() {
                let overlap = one.intersectionOverUnion(with: other)
                if overlap >= minimumOverlap { pairs.append((overlap, i, j)) }
            }
        }
        pairs.sort { ($1.overlap, $0.truth, $0.found) < ($0.overlap, $1.truth, $1.found) }
        var partner = [Int?](repeating: nil, count: truth.count)
        var isTaken = [Bool](repeating: false, count: counted.count), isRight = isTaken
        for pair in pairs where partner[pair.truth] == nil && !isTaken[pair.found] {
            partner[pair.truth] = pair.found
            isTaken[pair.found] = true
            isRight[pair.found] = grains[pair.truth].species == counted[pair.found].species
        }
        for (grain, found) in zip(grains, partner) {
            table[grain.species, default: [:]][found.map { counted[$0].species } ?? Self.nothing, default: 0] += 1
        }
        for box in others {
            foreign += 1
            let middle = Grain.Point(x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2)
            let here = counted.indices.filter { index in
                guard !isTaken[index] else { return false }
                let p = counted[index].centroidPixels, b = counted[index].boundingBoxPixels
                let isInside = p.x >= box[0] && p.x <= box[2] && p.y >= box[1] && p.y <= box[3]
                return isInside || (middle.x >= b.x0 && middle.x <= b.x1 && middle.y >= b.y0 && middle.y <= b.y1)
            }
            let kinds = here.map { counted[$0].species }
            for index in here { isTaken[index] = true }
            let species = kinds.first { $0 != Grain.unidentified }
            if species != nil { foreignAsSpecies += 1 }
            table[Self.other, default: [:]][species ?? kinds.first ?? Self.nothing, default: 0] += 1
        }
        for (grain, taken) in zip(counted, isTaken) where !taken {
            table[Self.nothing, default: [:]][grain.species, default: 0] += 1
        }
        return isRight
    }
}

/// The pixels inside an outline, as runs along rows.
private struct Spans {
    private var runs: [Int: [Range<Int>]] = [:]
    private var area = 0

    init(_ polygon: [Grain.Point]) {
        let points = polygon.map { SIMD2($0.x, $0.y) }
        guard let bottom = points.map(\.y).max(), bottom >= 0, bottom < 1e6 else { return }
        var runs: [Int: [Range<Int>]] = [:]
        var area = 0
        Polygon.rows(of: points, height: Int(bottom) + 2) { row, from, to in
            let first = Int(from.rounded(.up)), last = Int(to.rounded(.down))
            guard first <= last else { return }
            runs[row, default: []].append(first..<last + 1)
            area += last + 1 - first
        }
        self.runs = runs
        self.area = area
    }

    func intersectionOverUnion(with other: Spans) -> Double {
        var shared = 0
        for (row, mine) in runs {
            for run in mine { for theirs in other.runs[row] ?? [] { shared += run.clamped(to: theirs).count } }
        }
        let union = area + other.area - shared
        return union == 0 ? 0 : Double(shared) / Double(union)
    }
}
