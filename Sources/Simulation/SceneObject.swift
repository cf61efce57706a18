/// One thing on the slide.
struct SceneObject: Sendable {
    enum Kind: Sendable, Equatable {
        /// A grain of a species the lens knows, by its key.
        case grain(species: String)
        /// Debris, a fibre, a bubble or foreign pollen.
        case other(kind: String)
    }

    let kind: Kind
    let solid: any Solid
    let material: Material
    var rotation: Rotation
    /// Position of the centre in µm from the field's upper left corner.
    var x: Float = 0
    var y: Float = 0
    /// How far the mounting medium lifts it from the slide under the optical microscope, in µm.
    var lift: Float = 0
    /// Sets the pattern inside the body.
    let noise: Noise
    /// The same in every field that shows the object; nil where a scene is one field.
    var id: Int?

    var isBubble: Bool { kind == .other(kind: "bubble") }

    /// Map channel: 0 red *Iva*, 1 green other, 2 blue *Galanthus*.
    var mapChannel: Int {
        switch kind {
        case .grain(species: "iva"): 0
        case .grain: 2
        case .other: 1
        }
    }

    /// Relative density of the body's content at a place beside its centre, in µm.
    func density(x: Float, y: Float) -> Float {
        let coarse = noise(Vector(x * 0.45, y * 0.45, 0))
        let fine = noise(Vector(x * 1.1, y * 1.1, 7))
        return max(0, 1 + material.granularity * (coarse + 0.7 * fine))
    }

    /// Distance from the centre to the tangent line that faces a direction in the plane of the slide, in µm.
    func extent(_ dx: Float, _ dy: Float) -> Float {
        let direction = Vector(dx, dy, 0)
        let own = Vector(dot(rotation.x, direction), dot(rotation.y, direction), dot(rotation.z, direction))
        return (own * solid.semiAxes).length
    }
}
