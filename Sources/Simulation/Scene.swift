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

    /// - preparation: nil for the classic one.
    init(
        seed: UInt64, index: Int, width: Float, height: Float, density: FieldDensity, preparation: Preparation? = nil
    ) {
        self.width = width
        self.height = height
        var random = RandomStream(seed, UInt64(index), 1)
        focus =
            preparation.map { random.normal($0.focus, $0.focusSpread) } ?? max(1, min(7.5, random.normal(4.3, 1.2)))
        illumination = Illumination(width: width, height: height, &random)
        let area = width * height * 1e-6
        let dirt = preparation?.dirt ?? 1
        specks = (0..<random.poisson(area * 500 * dirt)).map { _ in Speck(width: width, height: height, &random) }

        // Objects are also laid outside the field, so that its border cuts some.
        let margin: Float = 20
        let wide = (width + 2 * margin) * (height + 2 * margin) * 1e-6
        let factor = exp(random.normal(-0.1, 0.45))
        let isEmpty = random.chance(density.emptyShare)
        let grains = isEmpty ? 0 : random.poisson(wide * density.grainsPerSquareMillimetre * factor)
        let others = random.poisson(wide * density.othersPerSquareMillimetre * exp(random.normal(-0.1, 0.4)))
        // Long fibres first: they find no room later.
        var drafts = (0..<others).map {
            Self.other(RandomStream(seed, UInt64(index), 3, UInt64($0)), preparation)
        }
        drafts.sort { max($0.solid.semiAxes.x, $0.solid.semiAxes.y) > max($1.solid.semiAxes.x, $1.solid.semiAxes.y) }
        drafts += (0..<grains).map { Self.grain(RandomStream(seed, UInt64(index), 2, UInt64($0)), preparation) }
        for draft in drafts {
            if let placed = place(draft, margin: margin, touching: density.touchingShare, &random) {
                objects.append(placed)
            }
        }
    }

    /// Lifts the objects to any height of a mount of some thickness, in µm.
    mutating func spread(over thickness: Float, seed: UInt64, index: Int) {
        for number in objects.indices {
            var random = RandomStream(seed, UInt64(index), 21, UInt64(number))
            objects[number].lift = random.uniform(-thickness / 2...thickness / 2)
        }
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
