import Foundation

/// The transmitted-light microscope by geometric optics.
///
/// For each point of the focal plane rays of the objective's cone are followed backward, refracted by Snell's law where
/// they enter the body's upper surface and where they leave its lower one, and weighed by the condenser's aperture that
/// they end in and by Beer and Lambert's absorption along their way. Defocus, dark rims and bright middles come of
/// themselves. Diffraction is a blur of the result.
struct RayTracing {
    let optics: Optics
    /// Of the relief's grid in µm; the result has pixels of twice that.
    let step: Float

    private static let rays = 32
    /// Distance between looks at the surface along a ray, in µm.
    private static let pace: Float = 0.5

    /// A ray above the body: its slope per µm of height, and whether the condenser's light reaches it where nothing
    /// lies in its way.
    private struct Ray {
        let x: Float
        let y: Float
        let light: Float
    }

    func transmission(
        of object: SceneObject, relief: Relief, focus: Float, colourShift: (Float) -> SIMD2<Float>
    ) -> BrightField.Transmission {
        let fineness = BrightField.oversampling
        let (width, height) = (relief.width / fineness, relief.height / fineness)
        let surfaces = Surfaces(relief, of: object, step: step)
        let plane = focus + surfaces.highest / 2
        // Neighbouring pixels look along different rays; the point spread then makes one picture of them.
        let bundles = (0..<16).map { bundle(turn: Float($0) * 2.399_963) }
        let medium = optics.mediumIndex
        let body = medium + object.material.refraction
        var channels = (0..<3).map { _ in Plane(width: width, height: height, filledWith: 1) }
        for y in 0..<height {
            for x in 0..<width where surfaces.isNear(x * fineness, y * fineness) {
                let rays = bundles[(y & 3) * 4 + (x + 2 * (y & 1)) & 3]
                let (px, py) = ((Float(x) + 0.5) * Float(fineness), (Float(y) + 0.5) * Float(fineness))
                var sum = Vector.zero
                var whole: Float = 0
                for ray in rays {
                    whole += ray.light
                    sum += follow(ray, x: px, y: py, plane: plane, surfaces, object, relief, medium, body)
                }
                let share = sum / whole
                for channel in 0..<3 { channels[channel].values[y * width + x] = share[channel] }
            }
        }
        var result = BrightField.Transmission(
            x0: relief.x0 / fineness, y0: relief.y0 / fineness, width: width, height: height,
            samples: Array(repeating: 1, count: width * height * 3))
        let pitch = step * Float(fineness)
        for channel in 0..<3 {
            let defocus = optics.defocusBlur * optics.axialColour[channel]
            let spread = optics.pointSpread[channel]
            let sigma = (spread * spread + defocus * defocus).squareRoot() / pitch
            let seen = channels[channel].spread(sigma, halo: optics.halo)
            let shift = colourShift([1, 0, -1][channel]) / pitch
            seen.reduce(by: 1, shift: shift, into: &result.samples, channel: channel)
        }
        return result
    }

    /// Rays evenly spread over the objective's aperture (Vogel's spiral).
    private func bundle(turn: Float) -> [Ray] {
        (0..<Self.rays).map { number in
            let aperture = optics.objectiveAperture * ((Float(number) + 0.5) / Float(Self.rays)).squareRoot()
            let sine = min(0.95, aperture / optics.mediumIndex)
            let slope = sine / (1 - sine * sine).squareRoot()
            let angle = Float(number) * 2.399_963 + turn
            return Ray(x: slope * cos(angle), y: slope * sin(angle), light: condenser(aperture))
        }
    }

    /// Light from the condenser at a numerical aperture, 0...1, with the soft edge of a diaphragm out of focus.
    private func condenser(_ aperture: Float) -> Float {
        0.01 + 0.99 * (1 - smoothStep(0.85 * optics.condenserAperture, 1.15 * optics.condenserAperture, aperture))
    }

    private func follow(
        _ ray: Ray, x: Float, y: Float, plane: Float, _ surfaces: Surfaces, _ object: SceneObject, _ relief: Relief,
        _ medium: Float, _ body: Float
    ) -> Vector {
        let scale = 1 / step
        // Down from above the body, in pixels of the relief.
        var z = surfaces.highest + 0.01
        var (u, v) = (x + (z - plane) * ray.x * scale, y + (z - plane) * ray.y * scale)
        let (du, dv) = (ray.x * scale * Self.pace, ray.y * scale * Self.pace)
        var at = surfaces.index(u, v)
        while z > 0, at < 0 || surfaces.top[at] < z {
            z -= Self.pace
            u -= du
            v -= dv
            at = surfaces.index(u, v)
        }
        guard z > 0, at >= 0 else { return Vector(repeating: ray.light) }
        z = min(surfaces.top[at], z + Self.pace)
        let down = Vector(-ray.x, -ray.y, -1).unit
        let normal = Vector(-surfaces.topSlopeX[at], -surfaces.topSlopeY[at], 1).unit
        guard let inside = Self.refracted(down, normal, medium / body) else { return .zero }
        let entry = at
        // Through the body to its lower surface.
        let forward = inside * Self.pace
        var length: Float = 0
        var (last, height) = (at, z)
        while true {
            u += forward.x * scale
            v += forward.y * scale
            height += forward.z
            length += Self.pace
            let next = surfaces.index(u, v)
            if next < 0 || surfaces.top[next] < 0 || height <= surfaces.bottom[next] || height > surfaces.top[next] + 1
            {
                break
            }
            last = next
            if length > 80 { break }
        }
        let under = Vector(-surfaces.bottomSlopeX[last], -surfaces.bottomSlopeY[last], 1).unit
        guard let out = Self.refracted(inside, under, body / medium) else { return .zero }
        let sine = (out.x * out.x + out.y * out.y).squareRoot()
        let light = out.z < 0 ? condenser(medium * sine) : 0
        if light < 0.003 { return .zero }
        let material = object.material
        func wall(_ share: Float, _ ornament: Float, _ facing: Float) -> Float {
            material.wall * share * min(4, 1 / max(0.2, abs(facing))) + 1.7 * ornament
        }
        let walls =
            wall(relief.topWall[entry], relief.topOrnament[entry], dot(inside, normal))
            + wall(relief.bottomWall[last], relief.bottomOrnament[last], dot(inside, under))
        let content = max(0, length - (1 - material.fill) * surfaces.highest) * surfaces.density[entry]
        let depth = material.absorption * content + material.wallAbsorption * walls
        return Vector(exp(-depth.x), exp(-depth.y), exp(-depth.z)) * light
    }

    /// - Parameters:
    ///   - normal: toward where the ray comes from.
    ///   - ratio: of the indices before and behind the surface.
    /// - Returns: nil where all light is reflected.
    private static func refracted(_ ray: Vector, _ normal: Vector, _ ratio: Float) -> Vector? {
        let cosine = -dot(ray, normal)
        // A surface seen from behind is one that the relief has smoothed away.
        guard cosine > 0.02 else { return ray }
        let rest = 1 - ratio * ratio * (1 - cosine * cosine)
        guard rest > 0 else { return nil }
        return ray * ratio + normal * (ratio * cosine - rest.squareRoot())
    }

    /// Heights and slopes of a relief, for looking up.
    private final class Surfaces {
        let width: Int
        let height: Int
        let step: Float
        /// Negative beside the body.
        let top: [Float]
        let bottom: [Float]
        let topSlopeX: [Float]
        let topSlopeY: [Float]
        let bottomSlopeX: [Float]
        let bottomSlopeY: [Float]
        let highest: Float
        /// Of the content, relative.
        let density: [Float]
        /// Whether a pixel is the body or near enough that a ray may reach it, on a coarse grid.
        private let near: [Bool]
        private static let coarse = 8

        init(_ relief: Relief, of object: SceneObject, step: Float) {
            (width, height) = (relief.width, relief.height)
            self.step = step
            top = relief.top.map { $0.isFinite ? $0 : -1 }
            bottom = relief.bottom.map { $0.isFinite ? $0 : 1e9 }
            highest = top.max() ?? 0
            let slopes = Self.slopes(relief, step)
            (topSlopeX, topSlopeY, bottomSlopeX, bottomSlopeY) = (slopes[0], slopes[1], slopes[2], slopes[3])
            let width = width
            density = relief.top.indices.map { at in
                guard relief.top[at].isFinite else { return 0 }
                let (x, y) = (at % width + relief.x0, at / width + relief.y0)
                return object.density(x: Float(x) * step - object.x, y: Float(y) * step - object.y)
            }
            near = Self.nearness(
                top, width: width, height: height, reach: Int((highest + 12) * 0.6 / step))
        }

        /// Of the upper surface along x and y, then of the lower one.
        private static func slopes(_ relief: Relief, _ step: Float) -> [[Float]] {
            let width = relief.width
            var slopes = Array(repeating: [Float](repeating: 0, count: width * relief.height), count: 4)
            for y in 1..<(relief.height - 1) {
                for x in 1..<(width - 1) {
                    let i = y * width + x
                    guard relief.top[i].isFinite else { continue }
                    slopes[0][i] = slope(relief.top, i, 1) / step
                    slopes[1][i] = slope(relief.top, i, width) / step
                    slopes[2][i] = slope(relief.bottom, i, 1) / step
                    slopes[3][i] = slope(relief.bottom, i, width) / step
                }
            }
            return slopes
        }

        private static func slope(_ z: [Float], _ i: Int, _ stride: Int) -> Float {
            let (before, here, after) = (z[i - stride], z[i], z[i + stride])
            switch (before.isFinite, after.isFinite) {
            case (true, true): return (after - before) / 2
            case (true, false): return here - before
            case (false, true): return after - here
            case (false, false): return 0
            }
        }

        private static func nearness(_ top: [Float], width: Int, height: Int, reach: Int) -> [Bool] {
            let columns = (width + coarse - 1) / coarse, rows = (height + coarse - 1) / coarse
            var occupied = [Bool](repeating: false, count: columns * rows)
            for y in 0..<height {
                for x in 0..<width where top[y * width + x] >= 0 {
                    occupied[y / coarse * columns + x / coarse] = true
                }
            }
            let r = reach / coarse + 1
            var result = occupied
            for y in 0..<rows {
                for x in 0..<columns where occupied[y * columns + x] {
                    for j in max(0, y - r)...min(rows - 1, y + r) {
                        for i in max(0, x - r)...min(columns - 1, x + r) { result[j * columns + i] = true }
                    }
                }
            }
            return result
        }

        func isNear(_ x: Int, _ y: Int) -> Bool {
            near[y / Self.coarse * ((width + Self.coarse - 1) / Self.coarse) + x / Self.coarse]
        }

        /// -1 beside the patch.
        @inline(__always)
        func index(_ u: Float, _ v: Float) -> Int {
            guard u >= 0, v >= 0, u < Float(width), v < Float(height) else { return -1 }
            return Int(v) * width + Int(u)
        }
    }
}
