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
            let matched = PolygonMask.matches(truth, found, minimumOverlap: minimumOverlap).count
            species[key, default: Tally()].actual += truth.count
            species[key, default: Tally()].counted += found.count
            species[key, default: Tally()].matched += matched
        }
    }
}
