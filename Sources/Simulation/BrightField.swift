import Foundation
import Imaging

/// The transmitted-light microscope by layers: three wavelengths, camera pixels of 180 nm unless told otherwise.
///
/// A body is taken as three layers: its volume, and its upper and lower surface. Each lets a share of the light
/// through: Beer and Lambert's absorption along the path, less the rays that refraction turns beyond the pupil, times
/// the first-order transport of intensity from the surface's curvature to the focal plane (a convex surface gathers
/// light above it and scatters it below). Each layer is blurred by the point spread and its own defocus, and the
/// layers and bodies multiply.
enum BrightField {
    /// In µm.
    static let cameraPitch: Float = 0.18
    /// Bodies are rendered on half camera pixels.
    static let oversampling = 2

    /// What a body lets through.
    struct Transmission: Sendable {
        /// Upper left camera pixel; may be negative.
        let x0: Int
        let y0: Int
        let width: Int
        let height: Int
        /// Interleaved RGB, 1 is glass.
        var samples: [Float]
    }

    static var grid: Grid { Grid(originX: 0, originY: 0, step: cameraPitch / Float(oversampling)) }

    /// Empty pixels of `step` µm needed around a body so that its blur ends within the patch.
    /// - Parameters:
    ///   - focus: height of the focal plane above the middle of the body, in µm.
    ///   - height: of the body, in µm.
    static func margin(focus: Float, height: Float, optics: Optics, step: Float) -> Int {
        let defocus = optics.defocusBlur * (abs(focus) + 0.75 + 0.375 * height)
        let spread = optics.pointSpread.x
        let reach = optics.halo > 0 ? 5.5 : 3.2 as Float
        return Int(reach * (spread * spread + defocus * defocus).squareRoot() / step) + 6
    }

    /// - Parameters:
    ///   - relief: the body on half pixels of the result.
    ///   - focus: height of the focal plane above the middle of the body, in µm.
    ///   - step: of the relief's grid in µm.
    ///   - colourShift: how far red (1) or blue (-1) is displaced from green, in µm.
    static func transmission(
        of object: SceneObject, relief: Relief, focus: Float, optics: Optics = .classic, step: Float = grid.step,
        colourShift: (_ sign: Float) -> SIMD2<Float>
    ) -> Transmission {
        switch optics.formation {
        case .layers: break
        case .rays:
            return RayTracing(optics: optics, step: step)
                .transmission(of: object, relief: relief, focus: focus, colourShift: colourShift)
        case .waves:
            return WavePropagation(optics: optics, step: step)
                .transmission(of: object, relief: relief, focus: focus, colourShift: colourShift)
        }
        let (width, height) = (relief.width, relief.height)
        let count = width * height
        var thickness = Plane(width: width, height: height)
        var topHeight: Float = 0
        for i in 0..<count where relief.top[i] > -.infinity {
            thickness.values[i] = relief.top[i] - relief.bottom[i]
            topHeight = max(topHeight, relief.top[i])
        }
        let smooth = thickness.blurred(1.2)
        let lens = thickness.blurred(5).laplacian(step: step)
        let material = object.material
        let half = topHeight / 2

        // The volume.
        var lost = Plane(width: width, height: height, filledWith: 1)
        var path = Plane(width: width, height: height)
        for y in 1..<(height - 1) {
            for x in 1..<(width - 1) {
                let i = y * width + x
                let gx = (smooth.values[i + 1] - smooth.values[i - 1]) / (2 * step)
                let gy = (smooth.values[i + width] - smooth.values[i - width]) / (2 * step)
                lost.values[i] = optics.pupil(abs(material.refraction) * (gx * gx + gy * gy).squareRoot())
                guard thickness.values[i] > 0 else { continue }
                let (px, py) = (Float(x + relief.x0) * step - object.x, Float(y + relief.y0) * step - object.y)
                let content = max(0, thickness.values[i] - (1 - material.fill) * topHeight)
                path.values[i] = content * object.density(x: px, y: py)
            }
        }
        let upper = Surface(relief.top, relief.topOrnament, relief.topWall, relief, material, optics, step)
        let lower = Surface(relief.bottom, relief.bottomOrnament, relief.bottomWall, relief, material, optics, step)

        let (cameraWidth, cameraHeight) = (width / oversampling, height / oversampling)
        var result = Transmission(
            x0: relief.x0 / oversampling, y0: relief.y0 / oversampling, width: cameraWidth, height: cameraHeight,
            samples: Array(repeating: 1, count: cameraWidth * cameraHeight * 3))
        for channel in 0..<3 {
            let plane = focus + optics.axialColour[channel]
            func sigma(_ layer: Float) -> Float {
                let defocus = optics.defocusBlur * (plane - layer)
                return (optics.pointSpread[channel] * optics.pointSpread[channel] + defocus * defocus).squareRoot()
                    / step
            }
            let absorption = material.absorption[channel]
            var volume = lost
            for i in 0..<count {
                let bend = clipped(-plane * max(-0.08, material.refraction) * lens.values[i], 0.3)
                let absorbed = absorption * path.values[i]
                volume.values[i] *= (absorbed == 0 ? 1 : exp(-absorbed)) * (1 + bend)
            }
            var light = volume.spread(sigma(0), halo: optics.halo)
            for (surface, layer) in [(upper, 0.75 * half), (lower, -0.75 * half)] {
                let seen = surface.transmission(
                    absorption: material.wallAbsorption[channel], distance: plane - layer,
                    refraction: material.refraction
                ).spread(sigma(layer), halo: optics.halo)
                for i in 0..<count { light.values[i] *= seen.values[i] }
            }
            let sign: Float = [1, 0, -1][channel]
            let shift = colourShift(sign) / step
            light.reduce(by: oversampling, shift: shift, into: &result.samples, channel: channel)
        }
        return result
    }

    static func clipped(_ value: Float, _ limit: Float) -> Float {
        // The hyperbolic tangent, from the faster of the two functions it can be had from.
        abs(value) < 0.01 * limit ? value : limit * (1 - 2 / (exp(2 * value / limit) + 1))
    }

    /// One surface of a body, ready for any wavelength.
    private struct Surface {
        let width: Int
        let height: Int
        /// Path through wall and ornament in µm.
        let path: [Float]
        /// Share of light not turned away by ornament.
        let lost: [Float]
        /// Curvature of ornament in 1/µm.
        let curvature: [Float]

        init(
            _ z: [Float], _ ornament: [Float], _ wall: [Float], _ relief: Relief, _ material: Material,
            _ optics: Optics,
            _ step: Float
        ) {
            (width, height) = (relief.width, relief.height)
            var raised = Plane(width: width, height: height)
            raised.values = ornament
            let eased = raised.blurred(1.5)
            curvature = eased.laplacian(step: step).values
            var path = [Float](repeating: 0, count: width * height)
            var lost = [Float](repeating: 1, count: width * height)
            let width = width
            for y in 1..<(height - 1) {
                for x in 1..<(width - 1) {
                    let i = y * width + x
                    let gx = (eased.values[i + 1] - eased.values[i - 1]) / (2 * step)
                    let gy = (eased.values[i + width] - eased.values[i - width]) / (2 * step)
                    lost[i] = optics.pupil(3 * abs(material.refraction) * (gx * gx + gy * gy).squareRoot())
                    guard z[i].isFinite else { continue }
                    let zx = Self.slope(z[i - 1], z[i], z[i + 1]) / step
                    let zy = Self.slope(z[i - width], z[i], z[i + width]) / step
                    let oblique = min(4, (1 + zx * zx + zy * zy).squareRoot())
                    path[i] = material.wall * wall[i] * oblique + 1.7 * ornament[i]
                }
            }
            self.path = path
            self.lost = lost
        }

        private static func slope(_ before: Float, _ here: Float, _ after: Float) -> Float {
            switch (before.isFinite, after.isFinite) {
            case (true, true): (after - before) / 2
            case (true, false): here - before
            case (false, true): after - here
            case (false, false): 0
            }
        }

        /// - Parameter distance: height of the focal plane above this surface in µm.
        func transmission(absorption: Float, distance: Float, refraction: Float) -> Plane {
            var result = Plane(width: width, height: height)
            for i in path.indices {
                let bend = clipped(-distance * 1.8 * refraction * curvature[i], 0.45)
                let absorbed = absorption * path[i]
                result.values[i] = lost[i] * (absorbed == 0 ? 1 : exp(-absorbed)) * (1 + bend)
            }
            return result
        }
    }
}

extension Plane {
    /// Second derivative, in units of the values per µm².
    func laplacian(step: Float) -> Plane {
        var result = Plane(width: width, height: height)
        let scale = 1 / (step * step)
        for y in 1..<(height - 1) {
            for x in 1..<(width - 1) {
                let i = y * width + x
                let around = values[i - 1] + values[i + 1] + values[i - width] + values[i + width]
                result.values[i] = (around - 4 * values[i]) * scale
            }
        }
        return result
    }

    /// Means over blocks of a displaced copy, into one channel of an interleaved RGB picture.
    /// - Parameter shift: displacement of the copy, in this plane's pixels.
    func reduce(by factor: Int, shift: SIMD2<Float>, into samples: inout [Float], channel: Int) {
        let (outWidth, outHeight) = (width / factor, height / factor)
        let scale = 1 / Float(factor * factor)
        let (left, up) = (Int((-shift.x).rounded(.down)), Int((-shift.y).rounded(.down)))
        let (fx, fy) = (-shift.x - Float(left), -shift.y - Float(up))
        for y in 0..<outHeight {
            for x in 0..<outWidth {
                var sum: Float = 0
                for j in 0..<factor {
                    for i in 0..<factor {
                        let x1 = max(0, min(width - 2, x * factor + i + left))
                        let y1 = max(0, min(height - 2, y * factor + j + up))
                        let at = y1 * width + x1
                        let above = values[at] + fx * (values[at + 1] - values[at])
                        let below = values[at + width] + fx * (values[at + width + 1] - values[at + width])
                        sum += above + fy * (below - above)
                    }
                }
                samples[(y * outWidth + x) * 3 + channel] = sum * scale
            }
        }
    }
}
