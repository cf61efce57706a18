import Foundation

extension Material {
    /// What a body is made of, before the slide decides what light sees of it.
    enum Substance: Sendable {
        /// - wall: thickness in µm. - spore: dark of its own, as a fungus.
        case pollen(wall: Float)
        case fungus
        case starch
        case dust
        case fibre
        case hair
    }

    /// A body of a substance on a slide.
    init(_ substance: Substance, on preparation: Preparation, _ random: inout RandomStream) {
        let medium = preparation.optics.mediumIndex
        let uptake = preparation.uptake * exp(random.normal(0, 0.25))
        let tint = Vector(random.uniform(0.85...1.18), random.uniform(0.9...1.1), random.uniform(0.85...1.18))
        let stain = preparation.stain
        let strength = stain == .none ? random.uniform(0.5...1.6) : uptake
        switch substance {
        case .pollen(let wall):
            let isEmpty = random.chance(preparation.emptyShare)
            // The wall is 1.5 or more; the content's water follows the medium. A hollow body is full of medium.
            let body: Float =
                isEmpty
                ? medium + random.uniform(0.006...0.03)
                : preparation.medium == .air
                    ? random.uniform(1.44...1.54) : max(medium + 0.012, random.uniform(1.44...1.53))
            var content = stain.content * tint * strength
            if isEmpty { content *= 0.06 }
            self.init(
                refraction: body - medium, absorption: content,
                wallAbsorption: stain.wall * tint * (stain == .none ? random.uniform(0.6...1.5) : uptake),
                wall: wall * random.uniform(0.8...1.25), granularity: random.uniform(0.15...0.8))
            fill = isEmpty ? 1 : random.chance(0.3) ? random.uniform(0.6...0.95) : 1
        case .fungus:
            let brown = Vector(0.12, 0.2, 0.34) * random.uniform(0.1...1.3)
            self.init(
                refraction: max(-0.02, random.uniform(1.46...1.54) - medium),
                absorption: brown + stain.content * 0.5 * uptake,
                wallAbsorption: brown * 1.5 + stain.wall * 0.3 * uptake, wall: 0.6, granularity: 0.4)
        case .starch:
            self.init(
                refraction: 1.53 - medium, absorption: Vector(0.002, 0.003, 0.004) + stain.content * 0.1,
                wallAbsorption: .zero, wall: 0, granularity: 0.2)
        case .dust:
            let dark = random.uniform(0.02...0.8)
            self.init(
                refraction: random.uniform(1.42...1.6) - medium,
                absorption: Vector(1, 1.1, 1.25) * dark * dark + stain.content * uptake * random.uniform(0...1),
                wallAbsorption: [0.05, 0.05, 0.05], wall: 0.3, granularity: 0.6)
        case .fibre, .hair:
            let dyes: [Vector] = [[0.02, 0.02, 0.03], [0.25, 0.15, 0.06], [0.04, 0.05, 0.09], [0.2, 0.2, 0.2]]
            self.init(
                refraction: random.uniform(1.5...1.56) - medium,
                absorption: dyes[Int(random.next() % UInt64(dyes.count))] * random.uniform(0.3...1) + stain.content
                    * 0.6
                    * uptake,
                wallAbsorption: stain.wall * 0.3 * uptake, wall: 0.4, granularity: 0.2)
        }
    }

    /// A bubble of air in a medium.
    static func bubble(in preparation: Preparation) -> Material {
        Material(
            refraction: 1 - preparation.optics.mediumIndex, absorption: .zero, wallAbsorption: .zero, wall: 0,
            granularity: 0)
    }
}
