/// The bright field without a specimen: brightness, tint, and how it falls off across the field.
struct Illumination: Sendable {
    /// Share of the sensor's full scale in the middle, per channel.
    private var level: Vector
    private let centreX: Float
    private let centreY: Float
    private let falloff: Float
    private let slope: SIMD2<Float>
    /// Distance from the middle, in µm, at which the light has fallen by `falloff`.
    private let reach: Float
    /// Sideways colour error of the objective: relative magnification of red and blue against green.
    let lateralColour: Float

    /// A field smaller than the camera's lies anywhere within the camera's.
    init(width: Float, height: Float, _ random: inout RandomStream) {
        let brightness = max(0.72, min(0.87, random.normal(0.8, 0.03)))
        level = brightness * Vector(random.normal(1, 0.018), 1, random.normal(0.985, 0.022))
        let (slackX, slackY) = (max(0, 230.4 - width) / 2, max(0, 184.3 - height) / 2)
        centreX = width / 2 + random.uniform(-1...1) * slackX + random.normal(0, 12)
        centreY = height / 2 + random.uniform(-1...1) * slackY + random.normal(0, 12)
        reach = max(115, 0.375 * (width * width + height * height).squareRoot())
        falloff = random.uniform(0.01...0.09)
        slope = SIMD2(random.normal(0, 0.015), random.normal(0, 0.015))
        lateralColour = random.normal(0.0006, 0.0002)
    }

    /// Share of full scale at a place in µm.
    func callAsFunction(x: Float, y: Float) -> Vector {
        let (dx, dy) = ((x - centreX) / reach, (y - centreY) / reach)
        return level * (1 - falloff * (dx * dx + dy * dy) + slope.x * dx + slope.y * dy)
    }

    /// How far red (1) or blue (-1) is displaced from green at a place, in µm.
    func lateralShift(x: Float, y: Float, sign: Float) -> SIMD2<Float> {
        SIMD2(x - centreX, y - centreY) * (lateralColour * sign)
    }
}
