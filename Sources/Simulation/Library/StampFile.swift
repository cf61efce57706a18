import Foundation
import Imaging

/// The bodies of one preparation, as a library keeps them.
struct StampFile: Sendable {
    let world: World
    let preparation: Preparation
    let stamps: [GrainStamp]
    /// Mapped, not read: a library is larger than what a training needs at a time.
    let bytes: Data

    /// Of heights.
    static let step: Float = 0.083

    private static func name(_ world: World, _ number: Int) -> String { "\(world.name)-\(number)" }

    static func exists(folder: String, world: World, number: Int) -> Bool {
        FileManager.default.fileExists(atPath: "\(folder)/\(name(world, number)).json")
    }

    private struct Index: Codable {
        var seed: UInt64
        var stamps: [GrainStamp]
    }

    /// - Throws: `.badLibrary`.
    init(folder: String, world: World, number: Int) throws(SimulationError) {
        let path = "\(folder)/\(Self.name(world, number))"
        let index = try GrainLibrary.read(Index.self, path + ".json")
        do {
            bytes = try Data(contentsOf: URL(fileURLWithPath: path + ".stamps"), options: .alwaysMapped)
        } catch {
            throw SimulationError(
                .badLibrary, "\(path).stamps cannot be read: \(error.localizedDescription)",
                hint: "make the library anew with neurallens-lab library")
        }
        for stamp in index.stamps {
            let limit = 1 << 14
            let sizes = [stamp.light.width, stamp.light.height, stamp.relief.width, stamp.relief.height]
            guard sizes.allSatisfy({ (1..<limit).contains($0) }), stamp.offset >= 0,
                stamp.offset <= bytes.count - stamp.byteCount, stamp.offset % 2 == 0, stamp.reach.count >= 8
            else {
                throw SimulationError(
                    .badLibrary, "\(path).stamps is shorter than its index says, or the index is not one",
                    hint: "make the library anew with neurallens-lab library")
            }
        }
        self.world = world
        preparation = world.preparation(seed: index.seed, number: number)
        stamps = index.stamps
    }

    /// Renders the preparation's bodies; the index comes last, so that its presence means all of it.
    static func write(world: World, number: Int, seed: UInt64, to folder: String) throws {
        let preparation = world.preparation(seed: seed, number: number)
        var objects: [SceneObject] = []
        for (turn, species) in ["iva", "galanthus"].enumerated() {
            for grain in 0..<GrainLibrary.grainsASpecies {
                let stream = RandomStream(seed, world.number, UInt64(number), 21 + UInt64(turn), UInt64(grain))
                objects.append(Scene.grain(stream, world == .classic ? nil : preparation, species: species))
            }
        }
        for other in 0..<GrainLibrary.others {
            let stream = RandomStream(seed, world.number, UInt64(number), 23, UInt64(other))
            objects.append(Scene.other(stream, world == .classic ? nil : preparation))
        }
        let bodies = objects
        let rendered = parallelMap(count: bodies.count) { at in
            render(bodies[at], preparation, seed: [seed, world.number, UInt64(number), UInt64(at)])
        }
        var file = Data()
        var stamps: [GrainStamp] = []
        for (stamp, samples) in rendered {
            var stamp = stamp
            stamp.offset = file.count
            file.append(samples)
            stamps.append(stamp)
        }
        let path = "\(folder)/\(name(world, number))"
        try file.write(to: URL(fileURLWithPath: path + ".stamps"), options: .atomic)
        try JSONEncoder().encode(Index(seed: seed, stamps: stamps))
            .write(to: URL(fileURLWithPath: path + ".json"), options: .atomic)
    }

    private static func render(
        _ object: SceneObject, _ preparation: Preparation, seed: [UInt64]
    ) -> (GrainStamp, Data) {
        var random = RandomStream(seed[0], seed[1], seed[2], 24, seed[3])
        let grid = Grid(originX: 0, originY: 0, step: step)
        // Somewhere within a pixel, so that edges are sampled at every phase.
        let (x, y) = (random.uniform(0...0.166), random.uniform(0...0.166))
        var object = object
        (object.x, object.y) = (x, y)
        let mesh = object.solid.mesh().placed(object.rotation, x: x, y: y)
        let focus = random.normal(preparation.focus, preparation.focusSpread) - object.lift
        let optics = preparation.optics
        let highest = mesh.positions.reduce(0) { max($0, $1.z) }
        let margin = BrightField.margin(focus: focus, height: highest, optics: optics, step: step)
        let relief = Relief(mesh, on: grid, margin: margin, alignment: 2)
        let colour = random.normal(0, 0.06)
        let transmission = BrightField.transmission(
            of: object, relief: relief, focus: focus, optics: optics, step: step
        ) { SIMD2(colour * $0, -colour * $0) }
        let close = Relief(mesh, on: grid, margin: 1, alignment: 2)
        var samples = Data(capacity: transmission.samples.count * 2 + close.top.count * 2)
        let halves = transmission.samples.map { Float16(max(0, min(8, $0))) }
        halves.withUnsafeBytes { samples.append(contentsOf: $0) }
        let heights = close.top.map { $0.isFinite ? UInt16(max(1, min(65_535, ($0 * 1000).rounded()))) : 0 }
        heights.withUnsafeBytes { samples.append(contentsOf: $0) }
        let outline =
            Silhouette(
                close.moved(x: -close.x0, y: -close.y0), width: close.width, height: close.height, minimumArea: 1
            )?.outline ?? []
        let corners = outline.map { SIMD2(Float($0.x) + Float(close.x0), Float($0.y) + Float(close.y0)) }
        var reach = [Float](repeating: 0, count: 32)
        for corner in corners {
            let length = (corner * corner).sum().squareRoot() * step
            let turn = Int(((atan2(corner.y, corner.x) / (2 * .pi) + 1) * 32).rounded()) % 32
            reach[turn] = max(reach[turn], length)
        }
        for turn in 0..<32 where reach[turn] == 0 {
            reach[turn] = max(reach[(turn + 1) % 32], reach[(turn + 31) % 32])
        }
        let (species, kind): (String?, String?) =
            switch object.kind {
            case .grain(let species): (species, nil)
            case .other(let kind): (nil, kind)
            }
        let stamp = GrainStamp(
            species: species, kind: kind, isBubble: object.isBubble, reach: reach,
            outline: corners.map { [$0.x, $0.y] },
            light: .init(
                x: transmission.x0, y: transmission.y0, width: transmission.width, height: transmission.height),
            relief: .init(x: close.x0, y: close.y0, width: close.width, height: close.height), offset: 0)
        return (stamp, samples)
    }
}

extension Relief {
    /// Upper surface alone.
    init(x0: Int, y0: Int, width: Int, height: Int, top: [Float]) {
        self.x0 = x0
        self.y0 = y0
        self.width = width
        self.height = height
        self.top = top
        (bottom, topOrnament, topWall, bottomOrnament, bottomWall) = ([], [], [], [], [])
    }

    func moved(x: Int, y: Int) -> Relief { Relief(x0: x0 + x, y0: y0 + y, width: width, height: height, top: top) }
}
