import Foundation
import Imaging
import Testing

/// Glass is found under whatever lies on it: every field here is made from an illumination that is known.
@Suite struct GlassTests {
    /// What lies on the glass, and how it is lit.
    struct Field: Sendable, CustomTestStringConvertible {
        var name: String
        var width = 640
        var height = 512
        var tint = SIMD3<Float>(0.8, 0.78, 0.75)
        /// How much of the light is lost in the corners, and across from left to right.
        var falloff: Float = 0.06
        var slope: Float = 0.03
        var middle = SIMD2<Float>(0.1, -0.15)
        var grains = 12
        /// Pixels.
        var radius: ClosedRange<Float> = 30...45
        /// What grains let through inside, a channel; and in their rims of a fifth of the radius.
        var inside = SIMD3<Float>(0.7, 0.6, 0.5)
        var rim: Float = 0.35
        /// Brightness of the line of light that refraction draws outside the rim, as a share of the glass.
        var glare: Float = 1
        var dirt = 0
        var noise: Float = 0.01
        var seed: UInt64 = 1

        var testDescription: String { name }

        func light(_ x: Int, _ y: Int) -> SIMD3<Float> {
            let u = (Float(x) + 0.5) / Float(width) * 2 - 1 - middle.x
            let v = (Float(y) + 0.5) / Float(height) * 2 - 1 - middle.y
            return tint * (1 - falloff * (u * u + v * v) / 2 + slope * u)
        }

        var picture: Picture<Float> {
            var random = Numbers(state: seed)
            var transmission = [SIMD3<Float>](repeating: .one, count: width * height)
            for _ in 0..<grains + dirt {
                let isDirt = random.next() < Float(dirt) / Float(grains + dirt)
                let sizes = isDirt ? 5...65 : radius
                let radius = sizes.lowerBound + random.next() * (sizes.upperBound - sizes.lowerBound)
                let (cx, cy) = (random.next() * Float(width), random.next() * Float(height))
                for y in max(0, Int(cy - 2 * radius))..<min(height, Int(cy + 2 * radius) + 1) {
                    for x in max(0, Int(cx - 2 * radius))..<min(width, Int(cx + 2 * radius) + 1) {
                        let r = hypot(Float(x) - cx, Float(y) - cy) / radius
                        if isDirt {
                            if r < 1 { transmission[y * width + x] *= 0.1 }
                        } else if r < 0.8 {
                            transmission[y * width + x] *= inside
                        } else if r < 1 {
                            transmission[y * width + x] *= rim
                        } else if r < 1.12 {
                            transmission[y * width + x] *= glare
                        }
                    }
                }
            }
            var picture = Picture<Float>(width: width, height: height, channels: 3, filledWith: 0)
            for y in 0..<height {
                for x in 0..<width {
                    let value = light(x, y) * transmission[y * width + x]
                    for channel in 0..<3 {
                        let grain = noise * (random.next() + random.next() - 1) * 2.4
                        picture[x, y, channel] = max(0, min(1, value[channel] + grain))
                    }
                }
            }
            return picture
        }
    }

    struct Numbers {
        var state: UInt64
        /// Evenly in 0..<1.
        mutating func next() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) / Float(1 << 24)
        }
    }

    @Test(arguments: [
        Field(name: "a few amber grains"),
        Field(name: "empty glass", grains: 0),
        Field(name: "half covered", grains: 75, seed: 2),
        Field(name: "half covered with pale grains", grains: 75, inside: SIMD3(0.93, 0.92, 0.9), seed: 3),
        Field(
            name: "bright rims and bright middles", grains: 40, inside: SIMD3(repeating: 1.12), rim: 0.2, glare: 1.25),
        Field(name: "corners half as bright", falloff: 0.5, slope: 0.05, middle: .zero, grains: 30),
        Field(name: "off-centre and steep", falloff: 0.2, slope: 0.2, grains: 30),
        Field(name: "white balance far off", tint: SIMD3(0.9, 0.6, 0.3), grains: 30),
        Field(name: "under-exposed", tint: SIMD3(0.22, 0.2, 0.18), grains: 30, noise: 0.004),
        Field(name: "magenta stain", grains: 60, inside: SIMD3(0.85, 0.35, 0.7), seed: 5),
        Field(name: "dirty", grains: 20, dirt: 60, seed: 6),
        Field(name: "a noisy sensor", grains: 30, noise: 0.03),
        Field(name: "a tile of large grains", width: 256, height: 256, grains: 6, radius: 40...60, seed: 7),
    ])
    func theIlluminationIsFound(field: Field) throws {
        let glass = Glass(field.picture)
        #expect(glass.isPlausible)
        var (sum, largest) = (Float(0), Float(0))
        let places = stride(from: 0, to: field.height, by: 16).flatMap { y in
            stride(from: 0, to: field.width, by: 16).map { ($0, y) }
        }
        for (x, y) in places {
            let off = glass(x: Double(x), y: Double(y)) / field.light(x, y) - 1
            for channel in 0..<3 {
                sum += abs(off[channel])
                largest = max(largest, abs(off[channel]))
            }
        }
        #expect(sum / Float(3 * places.count) < 0.01)
        #expect(largest < 0.04)
    }

    /// The same specimen under another lamp, white balance and exposure gives the same picture.
    @Test func whatLetsLightThroughRemains() {
        let one = Field(name: "", grains: 40, noise: 0)
        var other = one
        other.tint = SIMD3(0.5, 0.7, 0.9)
        other.falloff = 0.4
        other.slope = -0.1
        let (a, b) = (one.picture.dividedByGlass().picture, other.picture.dividedByGlass().picture)
        let differences = zip(a.samples, b.samples).map { abs($0 - $1) }
        #expect(differences.reduce(0, +) / Float(differences.count) < 0.006)
        // Inside a grain: what it lets through, of the level of the glass.
        let share = a.samples.count { abs($0 - Glass.level) < 0.02 }
        #expect(Double(share) / Double(a.samples.count) > 0.3)
        #expect(a.samples.allSatisfy { (0...1).contains($0) })
    }

    /// A layer that lets half of the light through, twice as thick, lets a quarter through.
    @Test func aDeeperStainLetsLessLightThrough() {
        let half = Glass.level / 2
        #expect(abs(Glass.brightness(half, withDensityTimes: 2) - Glass.level / 4) < 1e-6)
        #expect(abs(Glass.brightness(Glass.level, withDensityTimes: 3) - Glass.level) < 1e-6)
        #expect(Glass.brightness(0, withDensityTimes: 0.5) == 0 && Glass.brightness(1, withDensityTimes: 2) == 1)
    }

    @Test func aPictureWithoutGlassIsSaidToHaveNone() {
        // Noise as rough as its mean, a dark field with bright things on it, and blackness.
        var random = Numbers(state: 9)
        var rough = Picture<Float>(width: 320, height: 256, channels: 3, filledWith: 0)
        for y in 0..<256 {
            for x in 0..<320 {
                let level = 0.5 + 0.45 * sin(Float(x) * 0.21) * cos(Float(y) * 0.17) + 0.04 * random.next()
                for channel in 0..<3 { rough[x, y, channel] = level }
            }
        }
        var dark = Field(name: "", tint: SIMD3(repeating: 0.03), grains: 40, noise: 0.001)
        dark.inside = SIMD3(repeating: 12)
        let black = Picture<Float>(width: 100, height: 80, channels: 3, filledWith: 0)
        for picture in [rough, dark.picture, black] {
            let (divided, glass) = picture.dividedByGlass()
            #expect(!glass.isPlausible)
            #expect(divided.samples.allSatisfy { (0...1).contains($0) })
        }
    }

    @Test(arguments: [(1, 1), (3, 2), (8, 8), (1, 500)])
    func tinyPicturesAreBorne(size: (Int, Int)) {
        let picture = Picture<Float>(width: size.0, height: size.1, channels: 3, filledWith: 0.5)
        let (divided, _) = picture.dividedByGlass()
        #expect(divided.samples.allSatisfy { abs($0 - Glass.level) < 0.02 })
    }

    /// NaN and infinity come from no camera, but a lens must not fail over them.
    @Test func numbersThatAreNoneBecomeNumbers() {
        var picture = Picture<Float>(width: 64, height: 64, channels: 3, filledWith: 0.5)
        picture[3, 3, 0] = .nan
        picture[40, 50, 1] = .infinity
        #expect(picture.dividedByGlass().picture.samples.allSatisfy { (0...1).contains($0) })
    }
}
