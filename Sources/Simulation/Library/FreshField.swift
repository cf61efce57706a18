import Foundation
package import Imaging

/// A field laid out from a library's stamps: 1024 x 1024 pixels of 83 nm.
package struct FreshField: Sendable {
    /// RGB, as the lens brings a camera's picture to its own scale; not yet divided by its glass.
    package let optical: Picture<UInt8>
    /// 0 or 255: red *Iva*, blue *Galanthus*, green other, black glass.
    package let map: Picture<UInt8>
    /// Grey; nil where none was asked for.
    package let electron: Picture<UInt8>?
    /// Grey: grains of the two species on black.
    package let onBlack: Picture<UInt8>?
    /// Silhouettes of grains of the two species, in pixels.
    package let outlines: [(species: String, outline: [[Double]])]
    /// The world that it is of.
    package let world: String

    package static let side = 1024
    package static let nmPerPixel = 83.0

    /// A stamp laid down, turned by one of the eight symmetries of the square.
    private struct Laid {
        let stamp: GrainStamp
        /// Centre in pixels of 83 nm, even.
        let x: Int
        let y: Int
        let symmetry: Symmetry
    }

    struct Symmetry: Sendable {
        let flips: Bool
        let quarterTurns: Int

        /// Image of a place beside the centre.
        func callAsFunction(_ x: Float, _ y: Float) -> (Float, Float) {
            var (x, y) = (flips ? -x : x, y)
            for _ in 0..<quarterTurns { (x, y) = (-y, x) }
            return (x, y)
        }

        /// Of a place whose image is given.
        func inverse(_ x: Float, _ y: Float) -> (Float, Float) {
            var (x, y) = (x, y)
            for _ in 0..<quarterTurns { (x, y) = (y, -x) }
            return (flips ? -x : x, y)
        }
    }

    init(_ file: StampFile, seed: UInt64, index: Int, electron wantsElectron: Bool, _ random: inout RandomStream) {
        let laid = Self.lay(file, &random)
        world = file.world.name
        let side = Self.side
        // Heights decide who is uppermost, and what an electron microscope sees.
        let reliefs = laid.map { Self.relief($0, file) }
        var owner = [Int32](repeating: -1, count: side * side)
        var height = [Float](repeating: 0, count: side * side)
        for (number, relief) in reliefs.enumerated() {
            guard let part = relief.overlap(width: side, height: side) else { continue }
            for y in part.y {
                for x in part.x {
                    let z = relief.top[y * relief.width + x]
                    let at = (y + relief.y0) * side + x + relief.x0
                    // A bubble is in no micrograph, yet the lens should call it something other than glass.
                    if z > height[at] {
                        height[at] = z
                        owner[at] = Int32(number)
                    }
                }
            }
        }
        var map = Picture<UInt8>(width: side, height: side, channels: 3, filledWith: 0)
        for i in owner.indices where owner[i] >= 0 {
            map.samples[i * 3 + laid[Int(owner[i])].stamp.mapChannel] = 255
        }
        self.map = map
        outlines = laid.compactMap { body in
            guard let species = body.stamp.species else { return nil }
            return (
                species,
                body.stamp.outline.map { corner in
                    let (x, y) = body.symmetry(corner[0] + 0.5, corner[1] + 0.5)
                    return [Double(x + Float(body.x) - 0.5), Double(y + Float(body.y) - 0.5)]
                }
            )
        }
        if wantsElectron {
            let image = ElectronMicroscope.image(
                reliefs: zip(laid, reliefs).map { $0.stamp.isBubble ? nil : $1 }, width: side, height: side,
                step: StampFile.step, seed: seed, index: index)
            let grey = Picture(
                width: side, height: side, channels: 1, samples: image.grey.values.map { UInt8($0 * 255 + 0.5) })
            var black = grey
            for i in black.samples.indices {
                let top = image.owner[i]
                if top < 0 || laid[Int(top)].stamp.species == nil { black.samples[i] = 0 }
            }
            electron = grey
            onBlack = black
        } else {
            electron = nil
            onBlack = nil
        }
        optical = Self.expose(laid, file, seed: seed, index: index, &random)
    }

    // MARK: Layout

    private static func lay(_ file: StampFile, _ random: inout RandomStream) -> [Laid] {
        let width = Float(side) * StampFile.step
        let margin: Float = 14
        let area = (width + 2 * margin) * (width + 2 * margin) * 1e-6
        let isEmpty = random.chance(0.03)
        let grains = isEmpty ? 0 : random.poisson(area * random.uniform(300...1700))
        let others = random.poisson(area * random.uniform(150...1300))
        let touching = random.uniform(0...0.5)
        let ofSpecies = file.stamps.indices.filter { file.stamps[$0].species != nil }
        let rest = file.stamps.indices.filter { file.stamps[$0].species == nil }
        func pick(_ choices: [Int]) -> Int { choices[Int(random.next() % UInt64(choices.count))] }
        var laid: [Laid] = []
        for number in 0..<others + grains {
            let stamp = file.stamps[pick(number < others ? rest : ofSpecies)]
            let symmetry = Symmetry(flips: random.chance(0.5), quarterTurns: Int(random.next() % 4))
            func extent(_ body: Laid, _ dx: Float, _ dy: Float) -> Float {
                let (x, y) = body.symmetry.inverse(dx, dy)
                return body.stamp.extent(x, y)
            }
            let seeks = number > others && random.chance(touching) && laid.contains { $0.stamp.species != nil }
            for _ in 0..<30 {
                var place = SIMD2(
                    random.uniform(-margin...(width + margin)), random.uniform(-margin...(width + margin)))
                var neighbour: Int?
                if seeks {
                    let candidates = laid.indices.filter { laid[$0].stamp.species != nil }
                    let chosen = pick(candidates)
                    let other = laid[chosen]
                    let angle = random.uniform(0...6.2832)
                    let (dx, dy) = (cos(angle), sin(angle))
                    let (ox, oy) = symmetry.inverse(-dx, -dy)
                    let distance = (extent(other, dx, dy) + stamp.extent(ox, oy)) * random.uniform(0.9...1)
                    place = SIMD2(Float(other.x), Float(other.y)) * StampFile.step + SIMD2(dx, dy) * distance
                    neighbour = chosen
                }
                let body = Laid(
                    stamp: stamp, x: 2 * Int((place.x / (2 * StampFile.step)).rounded()),
                    y: 2 * Int((place.y / (2 * StampFile.step)).rounded()), symmetry: symmetry)
                let isClear = laid.indices.allSatisfy { at in
                    if at == neighbour { return true }
                    let other = laid[at]
                    let apart =
                        SIMD2(Float(body.x - other.x), Float(body.y - other.y)) * StampFile.step
                    let distance = max(1e-3, (apart * apart).sum().squareRoot())
                    let way = apart / distance
                    return extent(other, way.x, way.y) + extent(body, -way.x, -way.y) + 0.4 < distance
                }
                if isClear {
                    laid.append(body)
                    break
                }
            }
        }
        return laid
    }

    /// Columns and rows of a turned stamp, and which sample of the stamp each of its pixels is.
    private static func turned(
        _ rectangle: GrainStamp.Rectangle, _ symmetry: Symmetry
    ) -> (rectangle: GrainStamp.Rectangle, origin: Int, right: Int, down: Int) {
        let (x1, y1) = (Float(rectangle.x), Float(rectangle.y))
        let (x2, y2) = (x1 + Float(rectangle.width), y1 + Float(rectangle.height))
        let (a, b) = (symmetry(x1, y1), symmetry(x2, y2))
        let (left, top) = (Int(min(a.0, b.0)), Int(min(a.1, b.1)))
        let isTurned = symmetry.quarterTurns % 2 == 1
        let result = GrainStamp.Rectangle(
            x: left, y: top, width: isTurned ? rectangle.height : rectangle.width,
            height: isTurned ? rectangle.width : rectangle.height)
        func sample(_ x: Int, _ y: Int) -> Int {
            let (u, v) = symmetry.inverse(Float(x) + 0.5, Float(y) + 0.5)
            return (Int(v.rounded(.down)) - rectangle.y) * rectangle.width + Int(u.rounded(.down)) - rectangle.x
        }
        let origin = sample(left, top)
        return (
            result, origin, result.width > 1 ? sample(left + 1, top) - origin : 0,
            result.height > 1 ? sample(left, top + 1) - origin : 0
        )
    }

    private static func relief(_ body: Laid, _ file: StampFile) -> Relief {
        let stamp = body.stamp
        let (rectangle, origin, right, down) = turned(stamp.relief, body.symmetry)
        let count = stamp.relief.count
        let top = file.bytes.withUnsafeBytes { bytes in
            let heights = UnsafeRawBufferPointer(rebasing: bytes[(stamp.offset + stamp.light.count * 6)...])
                .bindMemory(to: UInt16.self)
            return [Float](unsafeUninitializedCapacity: count) { out, filled in
                for y in 0..<rectangle.height {
                    for x in 0..<rectangle.width {
                        let height = heights[origin + y * down + x * right]
                        out[y * rectangle.width + x] = height == 0 ? -.infinity : Float(height) * 0.001
                    }
                }
                filled = count
            }
        }
        return Relief(
            x0: rectangle.x + body.x, y0: rectangle.y + body.y, width: rectangle.width, height: rectangle.height,
            top: top)
    }

    // MARK: Light

    private static func expose(
        _ laid: [Laid], _ file: StampFile, seed: UInt64, index: Int, _ random: inout RandomStream
    ) -> Picture<UInt8> {
        let coarse = side / 2
        var light = Picture<Float>(width: coarse, height: coarse, channels: 3, filledWith: 1)
        let width = Float(coarse) * 0.166
        let specks = (0..<random.poisson(3.6 * file.preparation.dirt)).map { _ in
            Speck(width: width, height: width, &random)
        }
        for speck in specks {
            func pixels(_ centre: Float) -> Range<Int> {
                let low = max(0, Int((centre - 3.5 * speck.radius) / 0.166))
                return low..<max(low, min(coarse, Int((centre + 3.5 * speck.radius) / 0.166) + 1))
            }
            let (columns, rows) = (pixels(speck.x), pixels(speck.y))
            for y in rows {
                for x in columns {
                    let factor = speck.factor(x: (Float(x) + 0.5) * 0.166, y: (Float(y) + 0.5) * 0.166)
                    for c in 0..<3 { light.samples[(y * coarse + x) * 3 + c] *= factor }
                }
            }
        }
        if random.chance(0.12 * file.preparation.dirt) { scratch(&light, &random) }
        for body in laid { multiply(&light, by: body, file) }

        // As a camera of some pitch sees it, and as the lens brings that to its own scale.
        let pitch = random.chance(0.5) ? random.uniform(150...200) : random.uniform(90...300)
        let pixels = max(64, Int((Double(side) * nmPerPixel / Double(pitch)).rounded()))
        let seen = light.resampled(width: pixels, height: pixels)
        let mosaic: Picture<UInt16>
        let chain: CameraChain
        if file.world == .classic {
            chain = CameraChain(processing: 0, &random)
        } else {
            chain = file.preparation.camera
        }
        let exposure = max(0.6, min(1.15, random.normal(1, 0.08)))
        mosaic = chain.mosaic(
            seen.samples, width: pixels, height: pixels, exposure: exposure, stream: [seed, UInt64(index), 31])
        let frame = chain.processed(mosaic.demosaiced(SimulatedField.pattern).eightBit(ofDepth: 8))
        return frame.normalised.resampled(width: side, height: side).eightBit
    }

    /// A line on glass or cover slip, out of focus.
    private static func scratch(_ light: inout Picture<Float>, _ random: inout RandomStream) {
        let angle = random.uniform(0...6.2832)
        let (c, s) = (cos(angle), sin(angle))
        let offset = random.uniform(-30...30)
        let wide = random.uniform(0.5...2)
        let depth = random.uniform(-0.25...0.15)
        let middle = Float(light.width) / 2
        for y in 0..<light.height {
            for x in 0..<light.width {
                let distance = ((Float(x) - middle) * c + (Float(y) - middle) * s) * 0.166 - offset
                if abs(distance) > 3 * wide { continue }
                let factor = 1 + depth * exp(-distance * distance / (wide * wide))
                for channel in 0..<3 { light.samples[(y * light.width + x) * 3 + channel] *= factor }
            }
        }
    }

    private static func multiply(_ light: inout Picture<Float>, by body: Laid, _ file: StampFile) {
        let stamp = body.stamp
        let (rectangle, origin, right, down) = turned(stamp.light, body.symmetry)
        let (x0, y0) = (rectangle.x + body.x / 2, rectangle.y + body.y / 2)
        let (width, height) = (light.width, light.height)
        let columns = max(0, -x0)..<max(0, -x0, min(rectangle.width, width - x0))
        let rows = max(0, -y0)..<max(0, -y0, min(rectangle.height, height - y0))
        file.bytes.withUnsafeBytes { bytes in
            let samples = UnsafeRawBufferPointer(rebasing: bytes[stamp.offset...]).bindMemory(to: Float16.self)
            light.samples.withUnsafeMutableBufferPointer { light in
                for y in rows {
                    for x in columns {
                        let from = (origin + y * down + x * right) * 3
                        let to = ((y + y0) * width + x + x0) * 3
                        for c in 0..<3 { light[to + c] *= Float(samples[from + c]) }
                    }
                }
            }
        }
    }
}
