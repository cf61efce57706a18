import Foundation

/// A named family of preparations: what slides of one kind of laboratory look like.
///
/// Worlds differ in medium, stain, optics, camera and in how a picture is formed, so widely that a lens which is true in
/// all of them, and in one that was left out of its training, has learnt grains and not a renderer.
package struct World: Sendable, Equatable {
    package let name: String
    /// What it is, in a sentence.
    package let summary: String
    let media: [Medium]
    let stains: [Stain]
    let formations: [Optics.Formation]
    /// Numerical apertures of objectives.
    let apertures: ClosedRange<Float>
    /// Of the focal plane about the grains' middle, in µm.
    let focusSpread: Float
    /// How much a camera does to its picture, 0 (a laboratory's) to 1 (a telephone's).
    let processing: Float

    /// The first generation of simulated fields, unstained in glycerine through one objective: what is drawn where no
    /// world is named.
    package static let classic = World(
        name: "classic", summary: "unstained in glycerine, one 20x objective of NA 0.4, a linear camera",
        media: [.glycerineJelly], stains: [.none], formations: [.layers], apertures: 0.4...0.4, focusSpread: 1.2,
        processing: 0)

    package static let all: [World] = [
        classic,
        World(
            name: "dry", summary: "dry on glass in air, unstained, as for an electron microscope",
            media: [.air], stains: [.none], formations: [.rays], apertures: 0.25...0.5, focusSpread: 3,
            processing: 0.3),
        World(
            name: "fuchsin", summary: "basic fuchsin in glycerine jelly, as routine pollen counts",
            media: [.glycerineJelly], stains: [.fuchsin], formations: [.rays, .layers, .waves], apertures: 0.35...0.75,
            focusSpread: 3, processing: 0.5),
        World(
            name: "safranin", summary: "safranin in silicone oil or jelly",
            media: [.siliconeOil, .glycerineJelly], stains: [.safranin], formations: [.rays, .layers],
            apertures: 0.35...0.65, focusSpread: 3, processing: 0.4),
        World(
            name: "acetolysed", summary: "acetolysed walls, empty, in silicone oil or jelly",
            media: [.siliconeOil, .glycerineJelly], stains: [.acetolysis], formations: [.waves, .rays, .layers],
            apertures: 0.4...0.75, focusSpread: 3, processing: 0.3),
        World(
            name: "water", summary: "fresh in water, unstained, condenser nearly closed: pale, with halos",
            media: [.water], stains: [.none], formations: [.waves, .rays], apertures: 0.3...0.65, focusSpread: 3,
            processing: 0.3),
        World(
            name: "alexander", summary: "Alexander's stain: green walls, magenta content, empty grains pale",
            media: [.glycerineJelly, .water], stains: [.alexander], formations: [.layers, .rays],
            apertures: 0.3...0.65, focusSpread: 3, processing: 0.4),
        World(
            name: "field-station",
            summary: "any medium and stain through a poor 10x objective and a consumer camera, far out of focus",
            media: Medium.allCases, stains: Stain.allCases, formations: [.rays, .layers], apertures: 0.2...0.4,
            focusSpread: 5, processing: 1),
    ]

    /// - Throws: `.noWorld`.
    package init(named name: String) throws(SimulationError) {
        guard let world = Self.all.first(where: { $0.name == name }) else {
            throw SimulationError(
                .noWorld, "there is no world \"\(name)\"",
                hint: "name one of \(Self.all.map(\.name).joined(separator: ", "))")
        }
        self = world
    }

    private init(
        name: String, summary: String, media: [Medium], stains: [Stain], formations: [Optics.Formation],
        apertures: ClosedRange<Float>, focusSpread: Float, processing: Float
    ) {
        self.name = name
        self.summary = summary
        self.media = media
        self.stains = stains
        self.formations = formations
        self.apertures = apertures
        self.focusSpread = focusSpread
        self.processing = processing
    }

    package static func == (one: World, other: World) -> Bool { one.name == other.name }

    /// Sets the streams of different worlds apart.
    var number: UInt64 { UInt64(Self.all.firstIndex(of: self)!) }

    /// A slide of this world.
    func preparation(seed: UInt64, number index: Int) -> Preparation {
        var random = RandomStream(seed, UInt64(index), 20, number)
        func pick<Element>(_ choices: [Element]) -> Element { choices[Int(random.next() % UInt64(choices.count))] }
        let medium = pick(media)
        let stain = pick(stains)
        var optics = Optics()
        // In air light is bent too strongly for what thin layers and waves take for granted.
        optics.formation = medium == .air ? .rays : pick(formations)
        optics.objectiveAperture = random.uniform(apertures)
        optics.condenserAperture = optics.objectiveAperture * random.uniform(0.3...0.95)
        if name == "water" { optics.condenserAperture = optics.objectiveAperture * random.uniform(0.2...0.5) }
        optics.mediumIndex = medium.index(&random)
        let shift = random.normal(0, 0.008)
        optics.wavelengths =
            Vector(
                random.uniform(0.595...0.63), random.uniform(0.53...0.555), random.uniform(0.45...0.475)) + shift
        let colour = random.uniform(-1.2...1.2)
        optics.axialColour = Vector(-0.7 * colour + random.normal(0, 0.2), 0, colour + random.normal(0, 0.3))
        optics.halo = max(0, random.normal(0.06, 0.08) * (1 + processing))
        let (inner, outer) = (
            optics.objectiveAperture - optics.condenserAperture, optics.objectiveAperture + optics.condenserAperture
        )
        optics.pupilEdges = max(0.02, 0.7 * inner)...max(0.1, 0.95 * outer)
        let isHollow = stain == .acetolysis
        return Preparation(
            medium: medium, stain: stain, uptake: exp(random.normal(0, 0.4)),
            emptyShare: isHollow ? 1 : stain == .alexander ? random.uniform(0...0.5) : random.uniform(0...0.15),
            collapsedShare: medium == .air ? random.uniform(0.05...0.5) : random.uniform(0...0.15),
            swelling: medium == .air ? random.uniform(0.9...1) : random.uniform(0.95...1.12),
            optics: optics, focus: random.normal(1.5, focusSpread), focusSpread: random.uniform(0.3...1.5),
            liftSpread: medium == .air ? 0.15 : random.uniform(0.4...2.5),
            camera: CameraChain(processing: processing, &random), dirt: random.uniform(0.3...2))
    }
}
