import Foundation
import Imaging
import Simulation
import Testing

struct SimulatedFieldTests {
    @Test func theSameSeedAndIndexGiveTheSameBytes() {
        let field = SimulatedField(seed: 9, index: 3, view: .pair, density: Pairs.sparse)
        let first = field.render()
        let second = field.render()
        #expect(first.optical == second.optical)
        #expect(first.electron?.sem == second.electron?.sem)
        #expect(first.truth == second.truth)
        #expect(field.exposed() == first.mosaic)
    }

    @Test(arguments: [(UInt64(9), 4), (10, 3)])
    func anotherSeedOrIndexIsAnotherField(seed: UInt64, index: Int) {
        let one = SimulatedField(seed: 9, index: 3, view: .pair, density: Pairs.sparse)
        let other = SimulatedField(seed: seed, index: index, view: .pair, density: Pairs.sparse)
        #expect(one.exposed() != other.exposed())
    }

    @Test func outlinesEncloseTheAreaOfTheMap() throws {
        for rendering in Pairs.renderings {
            let map = try #require(rendering.electron).map
            for (species, channel) in [("iva", 0), ("galanthus", 2)] {
                let outlined = rendering.truth.grains.filter { $0.species == species }.map(\.outlineArea).reduce(0, +)
                var mapped = 0
                for i in stride(from: channel, to: map.samples.count, by: 3) where map.samples[i] == 255 { mapped += 1 }
                #expect(abs(outlined / Double(mapped) - 1) < 0.01, "\(species): \(outlined) against \(mapped)")
            }
        }
    }

    @Test func grainsHaveTheSizesOfTheirSpecies() {
        var counts: [String: Int] = [:]
        for grain in Pairs.renderings.flatMap(\.truth.grains) where !grain.onBorder {
            counts[grain.species, default: 0] += 1
            if grain.species == "iva" {
                #expect((16.0...22).contains(grain.equivalentDiameterMicrometres))
            } else {
                #expect((25.0...32).contains(grain.axesMicrometres[0]))
                #expect((0.6...0.72).contains(grain.axesMicrometres[1] / grain.axesMicrometres[0]))
                #expect(grain.spines.isEmpty)
            }
        }
        #expect(counts.count == 2)
    }

    /// A furrow is darker than its flanks, where an electron microscope sees into it.
    @Test func theSulcusLiesWhereTheElectronPictureIsDark() throws {
        var seen = 0
        for rendering in Pairs.renderings {
            let sem = try #require(rendering.electron).sem
            for grain in rendering.truth.grains where grain.sulcus.count > 12 && !grain.onBorder {
                let (first, last) = (grain.sulcus.first!, grain.sulcus.last!)
                let length = hypot(last[0] - first[0], last[1] - first[1])
                let side = SIMD2((last[1] - first[1]) / length, (first[0] - last[0]) / length)
                func mean(_ offset: Double) -> Double {
                    grain.sulcus.map {
                        Double(sem[Int($0[0] + side.x * offset), Int($0[1] + side.y * offset), 0])
                    }.reduce(0, +) / Double(grain.sulcus.count)
                }
                // 3 µm to either side.
                #expect(mean(0) < 0.8 * min(mean(36), mean(-36)))
                seen += 1
            }
        }
        #expect(seen > 0)
    }

    /// The absorbing region of the optical picture against the silhouette of the electron picture.
    @Test func bothPicturesShowAGrainInTheSamePlace() {
        var checked = 0
        for rendering in Pairs.renderings {
            let picture = rendering.optical
            for grain in rendering.truth.grains where !grain.onBorder {
                var (sum, x, y) = (0.0, 0.0, 0.0)
                for py in Int(grain.box[1])...Int(grain.box[3]) {
                    for px in Int(grain.box[0])...Int(grain.box[2]) where grain.contains(Double(px), Double(py)) {
                        let dark = max(0, 200 - Double(picture[px, py, 2]))
                        sum += dark
                        x += dark * Double(px)
                        y += dark * Double(py)
                    }
                }
                #expect(sum / grain.outlineArea > 20, "a grain absorbs blue light")
                #expect(abs(x / sum - grain.centroid[0]) < 6 && abs(y / sum - grain.centroid[1]) < 6)
                checked += 1
            }
        }
        #expect(checked > 0)
    }

    /// Silhouette edges of the map lie on optical edges: moving the map makes its border less dark.
    @Test func theMapIsRegisteredToThePixel() throws {
        for rendering in Pairs.renderings {
            let map = try #require(rendering.electron).map
            /// Mean blue just within grains less mean just without, for a displaced map.
            func contrast(_ dx: Int, _ dy: Int) -> Double {
                var (inner, outer, innerCount, outerCount) = (0, 0, 0, 0)
                for y in stride(from: 40, to: 984, by: 2) {
                    for x in stride(from: 40, to: 984, by: 2) {
                        let here = map[x, y, 0] == 255 || map[x, y, 2] == 255
                        let reach = 8
                        let edges = [(-reach, 0), (reach, 0), (0, -reach), (0, reach)].contains {
                            let there = map[x + $0.0, y + $0.1, 0] == 255 || map[x + $0.0, y + $0.1, 2] == 255
                            return there != here
                        }
                        if !edges { continue }
                        let value = Int(rendering.optical[x + dx, y + dy, 2])
                        if here {
                            (inner, innerCount) = (inner + value, innerCount + 1)
                        } else {
                            (outer, outerCount) = (outer + value, outerCount + 1)
                        }
                    }
                }
                return Double(outer) / Double(outerCount) - Double(inner) / Double(innerCount)
            }
            let best = contrast(0, 0)
            for (dx, dy) in [(-5, 0), (5, 0), (0, -5), (0, 5)] { #expect(best > contrast(dx, dy)) }
        }
    }

    @Test func spineTipsAreBrightInTheElectronPicture() throws {
        let ring = (0..<12).map { step in
            let angle = Double(step) * .pi / 6
            return (Int((14 * cos(angle)).rounded()), Int((14 * sin(angle)).rounded()))
        }
        var (tips, surroundings, count) = (0.0, 0.0, 0)
        for rendering in Pairs.renderings {
            let sem = try #require(rendering.electron).sem
            /// Mean of 3 x 3 pixels.
            func brightness(_ x: Int, _ y: Int) -> Double {
                var sum = 0
                for dy in -1...1 { for dx in -1...1 { sum += Int(sem[x + dx, y + dy]) } }
                return Double(sum) / 9
            }
            for grain in rendering.truth.grains where grain.species == "iva" && !grain.onBorder {
                #expect(grain.spines.count > 40)
                for spine in grain.spines {
                    // Nearer the rim the surroundings are background.
                    let (dx, dy) = (spine[0] - grain.centroid[0], spine[1] - grain.centroid[1])
                    let inner = 0.35 * grain.equivalentDiameterMicrometres
                    if (dx * dx + dy * dy).squareRoot() * 0.083 > inner { continue }
                    let (x, y) = (Int(spine[0].rounded()), Int(spine[1].rounded()))
                    tips += brightness(x, y)
                    surroundings += ring.map { brightness(x + $0.0, y + $0.1) }.reduce(0, +) / Double(ring.count)
                    count += 1
                }
            }
        }
        #expect(count > 10)
        #expect(tips > 1.2 * surroundings, "\(tips) against \(surroundings)")
    }

    @Test func filtersLieAsStated() {
        let field = SimulatedField(seed: 5, index: 0, view: .camera, density: Pairs.sparse)
        let rendering = field.render()
        #expect(rendering.mosaic.width == 1280 && rendering.mosaic.height == 1024)
        #expect(SimulatedField.pattern == .bggr)
        var sums = [0.0, 0.0, 0.0]
        var colours = [0.0, 0.0, 0.0]
        for y in 0..<1024 {
            for x in 0..<1280 {
                sums[SimulatedField.pattern.channel(x: x, y: y)] += Double(rendering.mosaic[x, y])
                for c in 0..<3 { colours[c] += Double(rendering.optical[x, y, c]) }
            }
        }
        let sites = [0.25, 0.5, 0.25]
        for c in 0..<3 { #expect(abs(sums[c] / sites[c] - colours[c]) / (1280 * 1024) < 0.3) }
        // The objective's yellowish grains and the lamp leave the channels distinguishable.
        #expect(abs(colours[0] - colours[2]) / (1280 * 1024) > 0.5)
    }

    @Test func grainsThatTheBorderCutsAreMarked() {
        let grains = Pairs.renderings.flatMap(\.truth.grains)
        #expect(grains.contains { $0.onBorder } && grains.contains { !$0.onBorder })
        for grain in grains {
            let touches = grain.box[0] < 0 || grain.box[1] < 0 || grain.box[2] > 1023 || grain.box[3] > 1023
            #expect(grain.onBorder == touches)
            #expect(grain.box[0] >= -0.5 && grain.box[3] <= 1023.5)
        }
    }
}
