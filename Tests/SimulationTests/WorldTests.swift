import Foundation
import Imaging
import Simulation
import Testing

struct WorldTests {
    private static let density = FieldDensity(
        grainsPerSquareMillimetre: 700, othersPerSquareMillimetre: 200, emptyShare: 0, touchingShare: 0)

    @Test func aWorldThatDoesNotExistIsRefusedWithTheOnesThatDo() {
        #expect {
            _ = try World(named: "moon")
        } throws: { error in
            let error = error as? SimulationError
            return error?.code == .noWorld && error!.message.contains("\"moon\"") && error!.hint.contains("fuchsin")
        }
    }

    /// Where bodies lie is no matter of stain, medium or optics: every way of forming pictures must show them there.
    @Test(arguments: World.all.map(\.name))
    func bodiesShowWhereTheMapSaysInEveryWorld(_ name: String) throws {
        let field = SimulatedField(seed: 5, index: 1, view: .pair, density: Self.density, world: try World(named: name))
        let rendering = field.render()
        let map = try #require(rendering.electron).map
        let grey = (0..<1024 * 1024).map { pixel -> Float in
            (0..<3).reduce(0) { $0 + Float(rendering.optical.samples[pixel * 3 + $1]) }
        }
        let glass = glassLevel(grey, map)
        /// Mean departure from the glass within the map, moved by some pixels.
        func departure(_ dx: Int, _ dy: Int) -> Double {
            var (sum, count) = (0.0, 0)
            for y in stride(from: 70, to: 954, by: 3) {
                for x in stride(from: 70, to: 954, by: 3) {
                    let at = (y + dy) * 1024 + x + dx
                    guard (0..<3).contains(where: { map.samples[at * 3 + $0] == 255 }) else { continue }
                    sum += Double(abs(grey[y * 1024 + x] - glass))
                    count += 1
                }
            }
            return sum / Double(max(count, 1))
        }
        let here = departure(0, 0)
        #expect(here > 12, "\(name): bodies differ from glass by \(here) of 765")
        for (dx, dy) in [(60, 0), (-60, 0), (0, 60), (0, -60)] {
            #expect(here > 1.1 * departure(dx, dy), "\(name): seen better \(dx), \(dy) px beside")
        }
    }

    private func glassLevel(_ grey: [Float], _ map: Picture<UInt8>) -> Float {
        let glass = grey.indices.filter { at in (0..<3).allSatisfy { map.samples[at * 3 + $0] == 0 } }.map { grey[$0] }
        return glass.sorted()[glass.count / 2]
    }

    @Test func aDyeTakesTheLightThatItIsKnownToTake() {
        // Basic fuchsin absorbs green most, malachite green and acid fuchsin (Alexander) leave blue light of walls.
        let field = SimulatedField(seed: 5, index: 1, view: .pair, density: Self.density, world: named("fuchsin"))
        let rendering = field.render()
        let map = rendering.electron!.map
        var (grains, glass) = (SIMD3<Double>.zero, SIMD3<Double>.zero)
        var (inGrains, inGlass) = (0.0, 0.0)
        for pixel in 0..<1024 * 1024 {
            let rgb = SIMD3((0..<3).map { Double(rendering.optical.samples[pixel * 3 + $0]) })
            if map.samples[pixel * 3] == 255 || map.samples[pixel * 3 + 2] == 255 {
                grains += rgb
                inGrains += 1
            } else if map.samples[pixel * 3 + 1] == 0 {
                glass += rgb
                inGlass += 1
            }
        }
        let transmission = (grains / inGrains) / (glass / inGlass)
        #expect(transmission.y < transmission.x && transmission.y < transmission.z)
    }

    @Test func everySlideOfAWorldIsAnother() {
        let world = named("safranin")
        let one = SimulatedField(seed: 3, index: 1, view: .camera, density: Pairs.sparse, world: world)
        let other = SimulatedField(seed: 3, index: 2, view: .camera, density: Pairs.sparse, world: world)
        #expect(one.exposed() == one.exposed())
        #expect(one.exposed() != other.exposed())
    }

    private func named(_ name: String) -> World { World.all.first { $0.name == name }! }
}
