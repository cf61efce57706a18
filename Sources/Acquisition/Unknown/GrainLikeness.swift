internal import ControlAPI
internal import Foundation
internal import Grains
internal import SlideStore
internal import Statistics

/// How like each other grains are: features of the network as they differ from the mean of all of them, in standard deviations,
/// beside size and shape.
struct GrainLikeness: Sendable {
    /// What size and shape weigh beside the network's features.
    private static let shapeWeight: Float = 0.6

    private let grains: [StoredGrain]
    /// Of length 1 each, or 0.
    private let directions: [[Float]]

    init(_ grains: [StoredGrain], features: [[Float]]) {
        self.grains = grains
        let shapes = grains.map { stored -> [Float] in
            let grain = stored.grain
            let ratio = grain.ellipse.map { $0.minorMicrometres / max($0.majorMicrometres, 1e-9) } ?? 1
            return [
                2 * Float(log(max(grain.equivalentDiameterMicrometres, 1e-3))), Float(grain.circularity ?? 1),
                Float(ratio),
            ]
        }
        let (seen, shape) = (Self.standardised(features), Self.standardised(shapes))
        directions = grains.indices.map { index in
            let all =
                Self.scaled(seen[index], count: seen[index].count)
                + Self.scaled(shape[index], count: shape[index].count).map { $0 * Self.shapeWeight }
            let length = all.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return length > 0 ? all.map { $0 / length } : all
        }
    }

    /// Each column less its mean, over its standard deviation.
    private static func standardised(_ rows: [[Float]]) -> [[Float]] {
        guard let width = rows.first?.count else { return [] }
        var result = rows
        for column in 0..<width {
            let values = rows.map { Double($0[column]) }
            let mean = values.reduce(0, +) / Double(values.count)
            let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
            for row in rows.indices {
                result[row][column] = deviation > 1e-9 ? Float((values[row] - mean) / deviation) : 0
            }
        }
        return result
    }

    /// So that features of any number weigh alike.
    private static func scaled(_ row: [Float], count: Int) -> [Float] {
        let factor = 1 / Float(max(1, count)).squareRoot()
        return row.map { $0 * factor }
    }

    func groups(threshold: Float) -> [GrainGroups.Group] {
        let directions = directions
        let found = AverageLinkage.groups(count: grains.count, threshold: threshold) { a, b in
            var product: Float = 0
            for index in directions[a].indices { product += directions[a][index] * directions[b][index] }
            return max(0, 1 - product)
        }
        return found.enumerated().map { number, members in
            var middle = [Float](repeating: 0, count: directions[members[0]].count)
            for member in members { for index in middle.indices { middle[index] += directions[member][index] } }
            let nearness = members.map { member in
                (member: member, product: zip(directions[member], middle).reduce(Float(0)) { $0 + $1.0 * $1.1 })
            }.sorted { ($1.product, $0.member) < ($0.product, $1.member) }.map(\.member)
            let diameters = members.map { grains[$0].grain.equivalentDiameterMicrometres }.filter { $0 > 0 }
            let circularities = members.compactMap { grains[$0].grain.circularity }
            func mean(_ values: [Double]) -> Double? {
                values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
            }
            return GrainGroups.Group(
                number: number + 1, grains: nearness.map { grains[$0].id }, diameterUm: mean(diameters),
                smallestUm: diameters.min(), largestUm: diameters.max(), circularity: mean(circularities))
        }
    }
}
