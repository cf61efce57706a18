internal import Foundation
package import Imaging
package import Pairing

/// Whether a synthesised micrograph has the surface, the ground and the shadows of the true one, and nothing besides:
/// what an eye sees first and a mean difference does not.
///
/// Waves are taken by differences of Gaussians (a Gaussian of deviation s halves waves of 5.34 s pixels); within grains
/// means at least 6 px inside a species' part of the true map, so that outlines do not count.
package struct SurfaceFidelity: Sendable {
    /// Sums over pixels of one kind.
    private struct Sums {
        var count = 0.0
        var generated = 0.0, truth = 0.0
        var generatedSquares = 0.0, trueSquares = 0.0, products = 0.0

        mutating func add(_ a: Float, _ b: Float) {
            let (a, b) = (Double(a), Double(b))
            count += 1
            generated += a
            truth += b
            generatedSquares += a * a
            trueSquares += b * b
            products += a * b
        }

        private var generatedVariance: Double { generatedSquares - generated * generated / max(count, 1) }
        private var trueVariance: Double { trueSquares - truth * truth / max(count, 1) }

        var powerShare: Double { trueVariance > 0 ? generatedVariance / trueVariance : 0 }

        var correlation: Double {
            let both = (generatedVariance * trueVariance).squareRoot()
            return both > 0 ? (products - generated * truth / max(count, 1)) / both : 0
        }
    }

    private var fine: [String: Sums] = [:]
    private var detail: [String: Sums] = [:]
    private var background = Sums()
    private var shadow = Sums()
    private var openGround = Sums()
    private var objects = 0
    private var ghosts = 0

    package init() {}

    /// Of a species: power of waves of 4 to 12 px within grains, as a share of the true one.
    package func finePower(_ species: String) -> Double { fine[species]?.powerShare ?? 0 }
    /// Of a species: correlation of detail of 1.5 to 7 px within grains with the true one.
    package func detailCorrelation(_ species: String) -> Double { detail[species]?.correlation ?? 0 }
    package var species: [String] { fine.keys.sorted() }
    /// Of the ground beside all objects, shadows included, with the true one, both smoothed over 6 px.
    package var backgroundCorrelation: Double { background.correlation }
    /// How much darker the ground is close to objects than far from them, as a share of the true darkening.
    package var shadowDepth: Double {
        func depth(_ value: (Sums) -> Double) -> Double {
            value(openGround) / max(openGround.count, 1) - value(shadow) / max(shadow.count, 1)
        }
        let whole = depth(\.truth)
        return whole > 1e-4 ? depth(\.generated) / whole : 0
    }
    /// Foreign objects of a grain's size, and in how many of them something is drawn.
    package var foreignObjects: Int { objects }
    package var ghostShare: Double { objects == 0 ? 0 : Double(ghosts) / Double(objects) }

    /// Adds a field; pictures of one size, the map with channels as `dataset` has them.
    package mutating func add(
        generated: Picture<Float>, true sem: Picture<Float>, map: Picture<Float>, truth: FieldTruth?, dataset: Dataset
    ) {
        let (a, b) = (generated.grey, sem.grey)
        let (width, height) = (a.width, a.height)
        func band(_ picture: Picture<Float>, _ small: Double, _ large: Double) -> Picture<Float> {
            var result = small > 0 ? picture.blurred(sigma: small) : picture
            let wide = picture.blurred(sigma: large)
            for at in result.samples.indices { result.samples[at] -= wide.samples[at] }
            return result
        }
        let fine = (band(a, 0.75, 2.25), band(b, 0.75, 2.25))
        let detail = (band(a, 0.28, 1.31), band(b, 0.28, 1.31))
        for species in dataset.species {
            let within = Self.distances(map, channels: [species.mapChannel])
            for at in 0..<width * height where within[at] > 6 {
                self.fine[species.key, default: Sums()].add(fine.0.samples[at], fine.1.samples[at])
                self.detail[species.key, default: Sums()].add(detail.0.samples[at], detail.1.samples[at])
            }
        }
        // Ground: pixels by their distance from any object.
        let channels = dataset.species.map(\.mapChannel) + (dataset.otherChannel.map { [$0] } ?? [])
        let distance = Self.distances(map, channels: channels, inside: false)
        let smooth = (a.blurred(sigma: 3), b.blurred(sigma: 3))
        for at in 0..<width * height where distance[at] > 4 {
            background.add(smooth.0.samples[at], smooth.1.samples[at])
            if distance[at] < 24 { shadow.add(smooth.0.samples[at], smooth.1.samples[at]) }
            if distance[at] > 90 { openGround.add(smooth.0.samples[at], smooth.1.samples[at]) }
        }
        addGhosts(a, map, truth, dataset)
    }

    /// Something is drawn in a foreign object where the picture departs from even ground, or is much brighter than the
    /// ground, in a twentieth of its box.
    private mutating func addGhosts(
        _ picture: Picture<Float>, _ map: Picture<Float>, _ truth: FieldTruth?, _ dataset: Dataset
    ) {
        guard let other = dataset.otherChannel, let truth else { return }
        let known = dataset.species.map(\.mapChannel)
        let smooth = picture.blurred(sigma: 1)
        let level = picture.blurred(sigma: 8)
        let ground = picture.samples.indices.filter { at in
            (0..<map.channels).allSatisfy { map.samples[at * map.channels + $0] < 0.5 }
        }.map { picture.samples[$0] }.sorted()
        let usual = ground.isEmpty ? 0 : ground[ground.count / 2]
        for object in truth.others {
            let left = max(0, Int(object.box[0].rounded())), right = min(picture.width, Int(object.box[2].rounded()))
            let top = max(0, Int(object.box[1].rounded())), bottom = min(picture.height, Int(object.box[3].rounded()))
            guard right - left >= 24, bottom - top >= 24 else { continue }
            var (seen, drawn) = (0, 0)
            for y in top..<bottom {
                for x in left..<right {
                    let at = y * picture.width + x
                    guard map.samples[at * map.channels + other] > 0.5,
                        known.allSatisfy({ map.samples[at * map.channels + $0] < 0.5 })
                    else { continue }
                    seen += 1
                    if abs(smooth.samples[at] - level.samples[at]) > 0.05 || smooth.samples[at] > usual + 0.2 {
                        drawn += 1
                    }
                }
            }
            guard seen >= 200 else { continue }
            objects += 1
            if drawn * 20 > seen { ghosts += 1 }
        }
    }

    /// In pixels: of each pixel of the channels from their edge, or of each other pixel from the nearest of them.
    private static func distances(_ map: Picture<Float>, channels: [Int], inside: Bool = true) -> [Float] {
        let mask = Picture<UInt8>(
            width: map.width, height: map.height, channels: 1,
            samples: (0..<map.width * map.height).map { pixel in
                let isIn = channels.contains { map.samples[pixel * map.channels + $0] >= 0.5 }
                return isIn == inside ? 1 : 0
            })
        return mask.distanceToBackground()
    }
}

extension EvaluationReport {
    /// What an eye sees first, see ``SurfaceFidelity``.
    package struct Fidelity: Codable, Sendable, Equatable {
        package var finePower: [String: Double]
        package var detailCorrelation: [String: Double]
        package var backgroundCorrelation: Double
        package var shadowDepth: Double
        package var foreignObjects: Int
        package var ghostShare: Double

        init(_ found: SurfaceFidelity) {
            finePower = Dictionary(uniqueKeysWithValues: found.species.map { ($0, found.finePower($0)) })
            detailCorrelation = Dictionary(
                uniqueKeysWithValues: found.species.map { ($0, found.detailCorrelation($0)) })
            backgroundCorrelation = found.backgroundCorrelation
            shadowDepth = found.shadowDepth
            foreignObjects = found.foreignObjects
            ghostShare = found.ghostShare
        }

        enum CodingKeys: String, CodingKey {
            case finePower = "fine_power"
            case detailCorrelation = "detail_correlation"
            case backgroundCorrelation = "background_correlation"
            case shadowDepth = "shadow_depth"
            case foreignObjects = "foreign_objects"
            case ghostShare = "ghost_share"
        }
    }
}
