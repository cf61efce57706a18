/// What an objective shows of the empty glass: the light's fall-off and tint, and the dust that lies on optics and sensor and does
/// not move with the slide. A field divided by it is even.
///
/// Division by such a picture is the usual correction of shading (Model & Burkhardt 2001, *A standard for calibration and shading
/// correction of a fluorescence microscope*, Cytometry 44, 309-316); of a sensor without offset it needs no dark picture.
package struct FlatField: Sendable {
    /// Something dark (or bright) on the optics.
    package struct Speck: Sendable, Equatable, Codable {
        /// Of its middle, in pixels.
        package let x: Double
        package let y: Double
        /// Of a disc of its area, in pixels.
        package let diameterPixels: Double
        /// How much less light passes at its darkest, 0...1; below 0 where more does.
        package let depth: Double
    }

    package struct Refusal: Error, Equatable {
        package let message: String
        package let hint: String
    }

    /// RGB; a sample is the light that passes as a share of `full`.
    package let light: Picture<UInt16>
    /// The light without the dust: fitted once.
    private let smooth: Glass
    /// Light of its brightest place without the dust, by which people set the exposure, as a sample.
    private let level: SIMD3<Float>

    private static let full = Float(UInt16.max)
    /// What deviates from the smooth light by more is dust.
    private static let dust: Float = 0.03
    /// What deviates by more lies on the slide, and would be divided into every field.
    private static let object: Float = 0.15
    /// Of the picture: what lies on the slide may cover this much at most, 0...1.
    private static let mostObjects = 0.002
    /// Blocks of so many pixels a side are compared with the smooth light.
    private static let block = 8
    /// Mean light, 0...1.
    private static let darkest: Float = 0.2
    /// Of the samples, at full scale.
    private static let mostClipped = 0.001
    /// Between the brightest and the darkest frame, as a share.
    private static let mostFlicker: Float = 0.05

    /// Of stored light.
    package init(light: Picture<UInt16>) {
        precondition(light.channels == 3)
        self.light = light
        smooth = Glass(PictureRows(light))
        level = (Self.places(smooth).max { $0.sum() < $1.sum() } ?? SIMD3(repeating: 1)) * Self.full
    }

    /// The mean of several pictures of empty glass, one after the other.
    package struct Exposure {
        private let width: Int
        private let height: Int
        private var sums: [Float]
        /// Mean of each frame, 0...1.
        private var means: [Float] = []
        private var clipped = 0

        /// - Parameters:
        ///   - width, height: of the frames, in pixels.
        package init(width: Int, height: Int) {
            precondition(width > 0 && height > 0)
            self.width = width
            self.height = height
            sums = [Float](repeating: 0, count: width * height * 3)
        }

        package mutating func add(_ frame: PictureRows) throws(Refusal) {
            guard frame.width == width, frame.height == height else {
                throw Refusal(
                    message: "the frames differ in size: \(width) x \(height) and \(frame.width) x \(frame.height)",
                    hint: "set the camera's mode first, and take it again")
            }
            var row = [Float](repeating: 0, count: width * 3), sum = 0.0
            for y in 0..<height {
                row.withUnsafeMutableBufferPointer { row in
                    frame.read(row: y, columns: 0..<width, into: row.baseAddress!)
                    let from = y * width * 3
                    for index in row.indices {
                        // What is no number counts as dark.
                        let value = row[index] >= 0 ? min(row[index], 1) : 0
                        sums[from + index] += value
                        sum += Double(value)
                        if value > 0.995 { clipped += 1 }
                    }
                }
            }
            means.append(Float(sum / Double(width * height * 3)))
        }

        /// - Throws: where the frames cannot be a flat field: none, dark, overexposed, of light that changes, or with something on the
        ///   glass.
        package func flatField() throws(Refusal) -> FlatField {
            let (least, most) = (means.min() ?? 0, means.max() ?? 0)
            func percent(_ share: Float) -> String { "\(Int((100 * share).rounded())) %" }
            guard most > FlatField.darkest else {
                throw Refusal(
                    message: "the empty glass has \(percent(most)) of full scale, which is too dark for a flat field",
                    hint: "give more light or a longer exposure; 60 to 90 % is best")
            }
            guard Double(clipped) < FlatField.mostClipped * Double(sums.count * means.count) else {
                throw Refusal(
                    message: "the empty glass is overexposed, and what is at full scale says nothing",
                    hint: "shorten the exposure until the glass has 60 to 90 % of full scale")
            }
            guard most - least <= FlatField.mostFlicker * most else {
                throw Refusal(
                    message: "the light changed from \(percent(least)) to \(percent(most)) of full scale meanwhile",
                    hint: "wait until the lamp is steady, switch automatic exposure off, and take it again")
            }
            let scale = FlatField.full / Float(means.count)
            let flat = FlatField(
                light: Picture(
                    width: width, height: height, channels: 3,
                    samples: sums.map { UInt16(max(0, min(FlatField.full, ($0 * scale).rounded()))) }))
            try flat.requireEmpty()
            return flat
        }
    }

    private func requireEmpty() throws(Refusal) {
        guard smooth.isPlausible else {
            throw Refusal(
                message: "no even light is seen: the picture shows something else than empty glass",
                hint: "move to a place of the slide where nothing lies, and take it again")
        }
        let blocks = deviations.samples
        let covered = Double(blocks.count { abs($0) > Self.object }) / Double(blocks.count)
        guard covered <= Self.mostObjects else {
            throw Refusal(
                message: "something lies on the glass: it covers \((1000 * covered).rounded() / 10) % of the field",
                hint: "move to a place of the slide where nothing lies, and take it again")
        }
    }

    /// Mean light of blocks against the smooth light, less 1: below 0 where it is darker.
    private var deviations: Picture<Float> {
        let blocks = light.normalised.binned(Self.block)
        let side = Double(Self.block)
        var deviations = Picture<Float>(width: blocks.width, height: blocks.height, channels: 1, filledWith: 0)
        for row in 0..<blocks.height {
            for column in 0..<blocks.width {
                let expected = smooth(x: (Double(column) + 0.5) * side - 0.5, y: (Double(row) + 0.5) * side - 0.5)
                let sum = (0..<3).reduce(Float(0)) { $0 + blocks[column, row, $1] }
                deviations.samples[row * blocks.width + column] = sum / max(expected.sum(), 3e-4) - 1
            }
        }
        return deviations
    }

    /// Brightest over darkest place of the smooth light, less 1.
    package var fallOff: Double { Self.fallOff(smooth) }

    private static func fallOff(_ glass: Glass) -> Double {
        let values = places(glass).map { Double($0.sum()) }
        guard let least = values.min(), let most = values.max(), least > 0 else { return 0 }
        return most / least - 1
    }

    /// The light of a grid of places from edge to edge.
    private static func places(_ glass: Glass) -> [SIMD3<Float>] {
        let shares = [0.02, 0.25, 0.5, 0.75, 0.98]
        return shares.flatMap { v in
            shares.map { u in glass(x: u * Double(glass.width - 1), y: v * Double(glass.height - 1)) }
        }
    }

    /// What lies on the optics, the largest first.
    package var dust: [Speck] {
        let blocks = deviations
        let mask = blocks.map { abs($0) > Self.dust ? UInt8(1) : 0 }
        let (labels, count) = mask.connectedComponents()
        var regions = [[Int]](repeating: [], count: count)
        for (cell, label) in labels.enumerated() where label > 0 { regions[Int(label) - 1].append(cell) }
        return regions.map { region in
            let cells = region.map { (x: Double($0 % blocks.width), y: Double($0 / blocks.width)) }
            let depths = region.map { -blocks.samples[$0] }
            let side = Double(Self.block), count = Double(region.count)
            return Speck(
                x: (cells.reduce(0) { $0 + $1.x } / count + 0.5) * side - 0.5,
                y: (cells.reduce(0) { $0 + $1.y } / count + 0.5) * side - 0.5,
                diameterPixels: 2 * (count * side * side / .pi).squareRoot(),
                depth: Double(depths.max { abs($0) < abs($1) } ?? 0))
        }.sorted { $0.diameterPixels > $1.diameterPixels }
    }

    /// How uneven the glass of a field still is after the division: brightest over darkest place, less 1. Nil where too little
    /// glass is seen to know.
    package func unevenness(of field: PictureRows) -> Double? {
        let glass = Glass(field.divided(by: self))
        return glass.isPlausible && glass.share > 0.3 ? Self.fallOff(glass) : nil
    }

    /// Divides pixels of a field, which become as bright as at the light's brightest place and keep its colour.
    /// - Parameter out: `3 * columns.count` samples of a row, 0...1.
    func divide(_ out: UnsafeMutablePointer<Float>, row: Int, columns: Range<Int>) {
        // A place that no light passes says nothing: it is not made brighter than tenfold.
        let least = level * 0.1
        light.samples.withUnsafeBufferPointer { light in
            let from = light.baseAddress! + (row * self.light.width + columns.lowerBound) * 3
            for index in 0..<columns.count {
                for channel in 0..<3 {
                    let at = 3 * index + channel
                    out[at] = min(1, out[at] * level[channel] / max(Float(from[at]), least[channel]))
                }
            }
        }
    }
}
