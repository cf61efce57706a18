/// The microscope between slide and sensor.
struct Optics: Sendable {
    /// How a picture is made of bodies.
    enum Formation: String, Sendable, CaseIterable {
        /// Three absorbing and refracting layers a body, blurred by their defocus (``BrightField``).
        case layers
        /// Rays traced through the body's surfaces from the objective's cone to the condenser's (``RayTracing``).
        case rays
        /// The wave propagated slice by slice, for each direction of the condenser's light (``WavePropagation``).
        case waves
    }

    var formation = Formation.layers
    /// Numerical aperture of the objective.
    var objectiveAperture: Float = 0.4
    /// Numerical aperture of the light that the condenser, as far as it is open, gives.
    var condenserAperture: Float = 0.24
    /// Refractive index of what the bodies lie in.
    var mediumIndex: Float = 1.45
    /// Of red, green and blue, in µm.
    var wavelengths = Vector(0.61, 0.54, 0.46)
    /// Focal planes of red and blue against green, in µm.
    var axialColour = Vector(-0.55, 0, 0.75)
    /// Share of the light that spherical aberration and dirt spread three times as wide.
    var halo: Float = 0
    /// Angles in rad between which the light that a body turns leaves the pupil.
    var pupilEdges: ClosedRange<Float> = 0.1...0.62

    /// The 20x objective of NA 0.4 with a condenser half closed, of the first generation of simulated fields.
    static let classic = Optics()

    /// Standard deviation of the in-focus point spread, in µm: 0.21 wavelengths by NA.
    var pointSpread: Vector { 0.21 * wavelengths / objectiveAperture }

    /// Standard deviation of the blur for 1 µm of defocus.
    var defocusBlur: Float { 0.225 * objectiveAperture }

    /// Share of the condenser's light that still enters the objective when turned by an angle in rad.
    func pupil(_ angle: Float) -> Float { 1 - 0.94 * smoothStep(pupilEdges.lowerBound, pupilEdges.upperBound, angle) }
}

extension Plane {
    /// Blurred by the point spread and its halo.
    func spread(_ sigma: Float, halo: Float) -> Plane {
        var result = blurred(sigma)
        if halo > 0 {
            let wide = blurred(3 * sigma)
            for i in result.values.indices { result.values[i] += halo * (wide.values[i] - result.values[i]) }
        }
        return result
    }
}
