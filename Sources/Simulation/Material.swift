/// How a body acts on light. Triples are red 610 nm, green 540 nm, blue 460 nm.
struct Material: Sendable {
    /// Refractive index less that of the mounting medium.
    var refraction: Float
    /// Absorption of the body, natural, per µm.
    var absorption: Vector
    /// Absorption of wall and ornament, natural, per µm.
    var wallAbsorption: Vector
    /// Wall thickness in µm.
    var wall: Float
    /// Relative variation of the body's absorption (cytoplasm, starch, oil).
    var granularity: Float
    /// Radius of the content as a share of the body's; what is left holds the medium.
    var fill: Float = 1

    init(refraction: Float, absorption: Vector, wallAbsorption: Vector, wall: Float, granularity: Float) {
        self.refraction = refraction
        self.absorption = absorption
        self.wallAbsorption = wallAbsorption
        self.wall = wall
        self.granularity = granularity
    }

    static func iva(_ random: inout RandomStream) -> Material {
        varied(
            Material(
                refraction: 0.062, absorption: [0.006, 0.011, 0.036], wallAbsorption: [0.09, 0.13, 0.26], wall: 0.9,
                granularity: 0.35), &random)
    }

    static func galanthus(_ random: inout RandomStream) -> Material {
        varied(
            Material(
                refraction: 0.055, absorption: [0.005, 0.008, 0.021], wallAbsorption: [0.05, 0.07, 0.14], wall: 0.8,
                granularity: 0.5), &random)
    }

    static func foreign(_ form: ForeignGrain.Form, _ random: inout RandomStream) -> Material {
        var material = Material(
            refraction: 0.06, absorption: [0.006, 0.010, 0.024], wallAbsorption: [0.06, 0.08, 0.15], wall: 0.9,
            granularity: 0.4)
        switch form {
        case .spore: material.absorption = [0.03, 0.05, 0.09]
        case .monoporate: material.absorption = [0.003, 0.004, 0.008]
        case .bisaccate: material.wallAbsorption *= 1.3
        default: break
        }
        return varied(material, &random)
    }

    static func debris(_ random: inout RandomStream) -> Material {
        let tint = random.uniform(0...1)
        return varied(
            Material(
                refraction: 0.12, absorption: Vector(0.10, 0.14, 0.2) * (1 - tint) + Vector(0.3, 0.32, 0.34) * tint,
                wallAbsorption: [0.05, 0.05, 0.05], wall: 0.3, granularity: 0.6), &random)
    }

    static func fibre(_ random: inout RandomStream) -> Material {
        let tints: [Vector] = [[0.02, 0.02, 0.03], [0.25, 0.15, 0.06], [0.04, 0.05, 0.09]]
        return varied(
            Material(
                refraction: 0.11, absorption: tints[Int(random.next() % 3)], wallAbsorption: [0.03, 0.03, 0.04],
                wall: 0.3, granularity: 0.2), &random)
    }

    static let air = Material(
        refraction: -0.38, absorption: .zero, wallAbsorption: .zero, wall: 0, granularity: 0)

    private static func varied(_ material: Material, _ random: inout RandomStream) -> Material {
        var material = material
        let strength = random.uniform(0.75...1.35)
        let blue = random.uniform(0.85...1.2)
        material.absorption *= strength * Vector(1, 1, blue)
        material.wallAbsorption *= random.uniform(0.8...1.25) * Vector(1, 1, blue)
        material.refraction *= random.uniform(0.85...1.2)
        return material
    }
}
