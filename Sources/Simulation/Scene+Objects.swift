import Foundation

extension Scene {
    /// A grain of one of the two species.
    /// - species: nil for either.
    static func grain(
        _ stream: RandomStream, _ preparation: Preparation?, species: String? = nil
    ) -> SceneObject {
        var random = stream
        let coin = random.chance(0.5)
        let iva = species.map { $0 == "iva" } ?? coin
        let lift = random.normal(0, preparation?.liftSpread ?? 0.9)
        let spin = random.uniform(0...6.2832)
        if iva {
            let solid = IvaGrain(preparation, &random)
            let material = preparation.map { Material(.pollen(wall: 1.1), on: $0, &random) } ?? .iva(&random)
            return SceneObject(
                kind: .grain(species: "iva"), solid: solid, material: material,
                rotation: Rotation(pole: random.direction(), spin: spin), lift: lift, noise: Noise(&random))
        }
        // A boat lies on its side or keel: its long axis is nearly level, its roll is any.
        let tilt = max(-0.5, min(0.5, random.normal(0, 0.17)))
        let roll = random.uniform(0...6.2832)
        let x = Vector(cos(spin) * cos(tilt), sin(spin) * cos(tilt), sin(tilt))
        let level = cross(Vector(0, 0, 1), x).unit
        let up = cross(x, level)
        let y = level * cos(roll) + up * sin(roll)
        let solid = GalanthusGrain(preparation, &random)
        let material = preparation.map { Material(.pollen(wall: 0.8), on: $0, &random) } ?? .galanthus(&random)
        return SceneObject(
            kind: .grain(species: "galanthus"), solid: solid, material: material,
            rotation: Rotation(x: x, y: y, z: cross(x, y)), lift: lift, noise: Noise(&random))
    }

    /// Something else than a grain of the two species.
    static func other(_ stream: RandomStream, _ preparation: Preparation?) -> SceneObject {
        if let preparation { return other(stream, on: preparation) }
        var random = stream
        let choice = random.uniform()
        let flat = Rotation(pole: (Vector(0, 0, 1) + random.direction() * 0.25).unit, spin: random.uniform(0...6.2832))
        let lift = random.normal(0.5, 1.8)
        func make(_ kind: String, _ solid: any Solid, _ material: Material, _ rotation: Rotation) -> SceneObject {
            SceneObject(
                kind: .other(kind: kind), solid: solid, material: material, rotation: rotation, lift: lift,
                noise: Noise(&random))
        }
        if choice < 0.34 { return make("debris", DebrisFlake(&random), .debris(&random), flat) }
        if choice < 0.48 {
            let level = Rotation(pole: Vector(0, 0, 1), spin: random.uniform(0...6.2832))
            return make("fibre", Fibre(&random), .fibre(&random), level)
        }
        if choice < 0.65 { return make("bubble", AirBubble(&random), .air, flat) }
        let forms = ForeignGrain.Form.classic
        let form = forms[Int(random.next() % UInt64(forms.count))]
        let pole = form == .triporate ? (Vector(0, 0, 1) + random.direction() * 0.5).unit : random.direction()
        let rotation = Rotation(pole: pole, spin: random.uniform(0...6.2832))
        return make("foreign pollen", ForeignGrain(form, &random), .foreign(form, &random), rotation)
    }

    private static func other(_ stream: RandomStream, on preparation: Preparation) -> SceneObject {
        var random = stream
        let choice = random.uniform()
        let flat = Rotation(pole: (Vector(0, 0, 1) + random.direction() * 0.25).unit, spin: random.uniform(0...6.2832))
        let level = Rotation(pole: Vector(0, 0, 1), spin: random.uniform(0...6.2832))
        let lift = random.normal(0, preparation.liftSpread)
        func make(_ kind: String, _ solid: any Solid, _ material: Material, _ rotation: Rotation) -> SceneObject {
            SceneObject(
                kind: .other(kind: kind), solid: solid, material: material, rotation: rotation, lift: lift,
                noise: Noise(&random))
        }
        if choice < 0.16 {
            return make("debris", DebrisFlake(&random), Material(.dust, on: preparation, &random), flat)
        }
        if choice < 0.21 { return make("fibre", Fibre(&random), Material(.fibre, on: preparation, &random), level) }
        if choice < 0.25 { return make("hair", Hair(&random), Material(.hair, on: preparation, &random), level) }
        if choice < 0.30 {
            return make("starch", StarchGrain(&random), Material(.starch, on: preparation, &random), flat)
        }
        // Air holds no bubbles.
        if choice < 0.36, preparation.medium != .air {
            return make("bubble", AirBubble(&random), .bubble(in: preparation), flat)
        }
        let forms = ForeignGrain.Form.weighted
        let form = forms[Int(random.next() % UInt64(forms.count))]
        let pole = form.isFlat ? (Vector(0, 0, 1) + random.direction() * 0.5).unit : random.direction()
        let rotation = Rotation(pole: pole, spin: random.uniform(0...6.2832))
        let substance: Material.Substance = form.isFungus ? .fungus : .pollen(wall: form.wall)
        return make(
            form.isFungus ? "spore" : "foreign pollen", ForeignGrain(form, &random),
            Material(substance, on: preparation, &random), rotation)
    }
}
