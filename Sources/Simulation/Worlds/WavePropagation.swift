import Foundation
import Imaging

/// The transmitted-light microscope by waves.
///
/// For each direction of the condenser's light (Abbe's sum over the source) a plane wave passes the body slice by slice:
/// each slice delays and absorbs it, between slices it is propagated by the angular spectrum (multislice; Cowley and
/// Moodie 1957). The objective's pupil cuts its spectrum, and the focal planes' intensities are added. Halos, fringes
/// and Becke's lines come of themselves. For small differences of index.
struct WavePropagation {
    let optics: Optics
    /// Of the relief's grid in µm; the result has pixels of twice that.
    let step: Float

    private static let slices = 5
    private static let sources = 7

    func transmission(
        of object: SceneObject, relief: Relief, focus: Float, colourShift: (Float) -> SIMD2<Float>
    ) -> BrightField.Transmission {
        let fineness = BrightField.oversampling
        let (width, height) = (relief.width / fineness, relief.height / fineness)
        let pitch = step * Float(fineness)
        let body = Body(object, relief, width: width, height: height, pitch: pitch, slices: Self.slices)
        var result = BrightField.Transmission(
            x0: relief.x0 / fineness, y0: relief.y0 / fineness, width: width, height: height,
            samples: Array(repeating: 1, count: width * height * 3))
        for channel in 0..<3 {
            let plane = focus + optics.axialColour[channel] - body.highest / 2
            var light = Plane(width: width, height: height)
            for source in 0..<Self.sources {
                let aperture =
                    optics.condenserAperture * ((Float(source) + 0.5) / Float(Self.sources)).squareRoot()
                let angle = Float(source) * 2.399_963 + 0.4
                add(
                    body, object.material, channel: channel, plane: plane,
                    tilt: SIMD2(cos(angle), sin(angle)) * (aperture / optics.wavelengths[channel]), to: &light)
            }
            for i in light.values.indices { light.values[i] /= Float(Self.sources) }
            // What the sampling of the source leaves of speckle, and the halo.
            let seen = light.spread(0.35, halo: optics.halo)
            let shift = colourShift([1, 0, -1][channel]) / pitch
            seen.reduce(by: 1, shift: shift, into: &result.samples, channel: channel)
        }
        return result
    }

    /// Adds the intensity of light from one direction.
    /// - tilt: its transverse frequency in cycles per µm.
    private func add(
        _ body: Body, _ material: Material, channel: Int, plane: Float, tilt: SIMD2<Float>, to light: inout Plane
    ) {
        let (width, height) = (body.width, body.height)
        let wavelength = optics.wavelengths[channel]
        let slice = body.highest / Float(Self.slices)
        let wavenumber = 2 * Float.pi / wavelength
        let whole = optics.mediumIndex / wavelength
        let straight = max(1e-6, whole * whole - (tilt * tilt).sum()).squareRoot()
        let pitch = body.pitch
        /// Cycles per µm of the sample, the tilt included.
        func frequency(_ x: Int, _ y: Int) -> SIMD2<Float> {
            SIMD2(
                Float(x <= width / 2 ? x : x - width) / (Float(width) * pitch),
                Float(y <= height / 2 ? y : y - height) / (Float(height) * pitch)) + tilt
        }
        func propagator(_ distance: Float, cut: Float) -> [SIMD2<Float>] {
            var factors = [SIMD2<Float>](repeating: .zero, count: width * height)
            for y in 0..<height {
                for x in 0..<width {
                    let f = frequency(x, y)
                    let square = (f * f).sum()
                    guard square < whole * whole * 0.98, square <= cut * cut else { continue }
                    let phase = 2 * Float.pi * distance * ((whole * whole - square).squareRoot() - straight)
                    factors[y * width + x] = SIMD2(cos(phase), sin(phase))
                }
            }
            return factors
        }
        let between = propagator(slice, cut: .infinity)
        let last = propagator(plane, cut: optics.objectiveAperture / wavelength)
        var wave = ComplexPlane(width: width, height: height)
        for i in 0..<width * height { wave.values[2 * i] = 1 }
        let absorption = material.absorption[channel], wall = material.wallAbsorption[channel]
        for number in 0..<Self.slices {
            let paths = body.paths[number], walls = body.walls[number], contents = body.contents[number]
            wave.values.withUnsafeMutableBufferPointer { values in
                for i in 0..<width * height where paths[i] > 0 || walls[i] > 0 {
                    // Ornament and wall are denser than the body.
                    let phase = wavenumber * (material.refraction * paths[i] + 0.04 * walls[i])
                    let size = exp(-0.5 * (absorption * contents[i] + wall * walls[i]))
                    let (c, s) = (cos(phase) * size, sin(phase) * size)
                    let (re, im) = (values[2 * i], values[2 * i + 1])
                    values[2 * i] = re * c - im * s
                    values[2 * i + 1] = re * s + im * c
                }
            }
            wave.transform()
            wave.multiply(by: number < Self.slices - 1 ? between : combined(between, last))
            wave.transformBack()
        }
        for i in 0..<width * height {
            light.values[i] += wave.values[2 * i] * wave.values[2 * i] + wave.values[2 * i + 1] * wave.values[2 * i + 1]
        }
    }

    private func combined(_ a: [SIMD2<Float>], _ b: [SIMD2<Float>]) -> [SIMD2<Float>] {
        zip(a, b).map { SIMD2($0.x * $1.x - $0.y * $1.y, $0.x * $1.y + $0.y * $1.x) }
    }

    /// What lies in each slice, on the result's pixels, in µm.
    private struct Body {
        let width: Int
        let height: Int
        let pitch: Float
        let highest: Float
        /// Path through the body, through its content by density, and through wall and ornament.
        private(set) var paths: [[Float]]
        private(set) var contents: [[Float]]
        private(set) var walls: [[Float]]

        init(_ object: SceneObject, _ relief: Relief, width: Int, height: Int, pitch: Float, slices: Int) {
            self.width = width
            self.height = height
            self.pitch = pitch
            let fineness = BrightField.oversampling
            let step = pitch / Float(fineness)
            highest = relief.top.max().map { max($0, 0.1) } ?? 0.1
            let none = [Float](repeating: 0, count: width * height)
            paths = Array(repeating: none, count: slices)
            contents = paths
            walls = paths
            let thick = highest / Float(slices)
            let share = 1 / Float(fineness * fineness)
            let material = object.material
            func slice(_ z: Float) -> Int { max(0, min(slices - 1, Int(z / thick))) }
            for y in 1..<(height * fineness - 1) {
                for x in 1..<(width * fineness - 1) {
                    let i = y * relief.width + x
                    let (top, bottom) = (relief.top[i], relief.bottom[i])
                    guard top.isFinite else { continue }
                    let at = y / fineness * width + x / fineness
                    let density = object.density(
                        x: Float(x + relief.x0) * step - object.x, y: Float(y + relief.y0) * step - object.y)
                    let free = (1 - material.fill) * highest / 2
                    for number in slice(bottom)...slice(top) {
                        let (low, high) = (Float(number) * thick, Float(number + 1) * thick)
                        paths[number][at] += max(0, min(top, high) - max(bottom, low)) * share
                        contents[number][at] +=
                            max(0, min(top - free, high) - max(bottom + free, low)) * share * density
                    }
                    func oblique(_ z: [Float]) -> Float {
                        let dx = z[i + 1].isFinite && z[i - 1].isFinite ? (z[i + 1] - z[i - 1]) / (2 * step) : 3
                        let (below, above) = (z[i + relief.width], z[i - relief.width])
                        let dy = below.isFinite && above.isFinite ? (below - above) / (2 * step) : 3
                        return min(4, (1 + dx * dx + dy * dy).squareRoot())
                    }
                    walls[slice(top)][at] +=
                        (material.wall * relief.topWall[i] * oblique(relief.top) + 1.2 * relief.topOrnament[i]) * share
                    walls[slice(bottom)][at] +=
                        (material.wall * relief.bottomWall[i] * oblique(relief.bottom) + 1.2 * relief.bottomOrnament[i])
                        * share
                }
            }
        }
    }
}

extension ComplexPlane {
    /// - factors: one a sample, in order.
    fileprivate mutating func multiply(by factors: [SIMD2<Float>]) {
        values.withUnsafeMutableBufferPointer { values in
            factors.withUnsafeBufferPointer { factors in
                for i in factors.indices {
                    let (re, im, factor) = (values[2 * i], values[2 * i + 1], factors[i])
                    values[2 * i] = re * factor.x - im * factor.y
                    values[2 * i + 1] = re * factor.y + im * factor.x
                }
            }
        }
    }
}
