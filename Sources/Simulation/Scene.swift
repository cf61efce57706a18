import Foundation

/// What lies under the objective in one field, and how the microscope stands.
struct Scene: Sendable {
    /// Size of the optical field in µm.
    let width: Float
    let height: Float
    var objects: [SceneObject] = []
    /// Specks on cover slip and optics, far out of focus.
    let specks: [Speck]
    /// Height of the focal plane above the middle of a grain 18 µm high, in µm.
    let focus: Float
    let illumination: Illumination

    init(seed: UInt64, index: Int, width: Float, height: Float, density: FieldDensity) {
        self.width = width
        self.height = height
        var random = RandomStream(seed, UInt64(index), 1)
        focus = max(1, min(7.5, random.normal(4.3, 1.2)))
        illumination = Illumination(width: width, height: height, &random)
        let area = width * height * 1e-6
        specks = (0..<random.poisson(area * 500)).map { _ in Speck(width: width, height: height, &random) }

        // Objects are also laid outside the field, so that its border cuts some.
        let margin: Float = 20
        let wide = (width + 2 * margin) * (height + 2 * margin) * 1e-6
        let factor = exp(random.normal(-0.1, 0.45))
        let isEmpty = random.chance(density.emptyShare)
        let grains = isEmpty ? 0 : random.poisson(wide * density.grainsPerSquareMillimetre * factor)
        let others = random.poisson(wide * density.othersPerSquareMillimetre * exp(random.normal(-0.1, 0.4)))
        // Long fibres first: they find no room later.
        var drafts = (0..<others).map { Self.other(RandomStream(seed, UInt64(index), 3, UInt64($0))) }
        drafts.sort { max($0.solid.semiAxes.x, $0.solid.semiAxes.y) > max($1.solid.semiAxes.x, $1.solid.semiAxes.y) }
        drafts += (0..<grains).map { Self.grain(RandomStream(seed, UInt64(index), 2, UInt64($0))) }
        for draft in drafts {
            if let placed = place(draft, margin: margin, touching: density.touchingShare, &random) {
                objects.append(placed)
            }
        }
    }

    private static func grain(_ stream: RandomStream) -> SceneObject {
        var random = stream
        let iva = random.chance(0.5)
        let lift = random.normal(0, 0.9)
        let spin = random.uniform(0...6.2832)
        if iva {
            return SceneObject(
                kind: .grain(species: "iva"), solid: IvaGrain(&random), material: .iva(&random),
                rotation: Rotation(pole: random.direction(), spin: spin), lift: lift, noise: Noise(&random))
        }
        // A boat lies on its side or keel: its long axis is nearly level, its roll is any.
        let tilt = max(-0.5, min(0.5, random.normal(0, 0.17)))
        let roll = random.uniform(0...6.2832)
        let x = Vector(cos(spin) * cos(tilt), sin(spin) * cos(tilt), sin(tilt))
        let level = cross(Vector(0, 0, 1), x).unit
        let up = cross(x, level)
        let y = level * cos(roll) + up * sin(roll)
        return SceneObject(
            kind: .grain(species: "galanthus"), solid: GalanthusGrain(&random), material: .galanthus(&random),
            rotation: Rotation(x: x, y: y, z: cross(x, y)), lift: lift, noise: Noise(&random))
    }

    private static func other(_ stream: RandomStream) -> SceneObject {
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
        let forms = ForeignGrain.Form.allCases
        let form = forms[Int(random.next() % UInt64(forms.count))]
        let pole = form == .triporate ? (Vector(0, 0, 1) + random.direction() * 0.5).unit : random.direction()
        let rotation = Rotation(pole: pole, spin: random.uniform(0...6.2832))
        return make("foreign pollen", ForeignGrain(form, &random), .foreign(form, &random), rotation)
    }

    /// Lays an object where it overlaps no other, or against one; nil where forty tries find no room.
    private func place(
        _ draft: SceneObject, margin: Float, touching: Float, _ random: inout RandomStream
    ) -> SceneObject? {
        var object = draft
        let grains = objects.filter { if case .grain = $0.kind { true } else { false } }
        let isGrain = if case .grain = draft.kind { true } else { false }
        let seeksContact = isGrain && !grains.isEmpty && random.chance(touching)
        for _ in 0..<40 {
            var neighbour: Int?
            if seeksContact {
                let other = grains[Int(random.next() % UInt64(grains.count))]
                let angle = random.uniform(0...6.2832)
                let (dx, dy) = (cos(angle), sin(angle))
                let distance = (other.extent(dx, dy) + object.extent(dx, dy)) * random.uniform(0.9...1.0)
                object.x = other.x + dx * distance
                object.y = other.y + dy * distance
                neighbour = objects.firstIndex { $0.x == other.x && $0.y == other.y }
            } else {
                object.x = random.uniform(-margin...(width + margin))
                object.y = random.uniform(-margin...(height + margin))
            }
            let clear = objects.enumerated().allSatisfy { index, other in
                if index == neighbour { return true }
                let (dx, dy) = (object.x - other.x, object.y - other.y)
                let distance = max(1e-3, (dx * dx + dy * dy).squareRoot())
                return other.extent(dx / distance, dy / distance) + object.extent(dx / distance, dy / distance) + 0.6
                    < distance
            }
            if clear { return object }
        }
        return nil
    }
}
