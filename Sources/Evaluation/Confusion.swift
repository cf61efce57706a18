internal import Foundation
package import Grains

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
        // Rows above the field do not count.
        let rows = 0..<1_000_000
        let pairs = PolygonMask.matches(
            grains.map { PolygonMask($0.polygon, within: rows) },
            counted.map { PolygonMask($0.outlinePixels, within: rows) }, minimumOverlap: minimumOverlap)
        var partner = [Int?](repeating: nil, count: grains.count)
        var isTaken = [Bool](repeating: false, count: counted.count), isRight = isTaken
        for pair in pairs {
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
