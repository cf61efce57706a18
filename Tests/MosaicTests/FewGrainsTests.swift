import Imaging
import Mosaic
import Simulation
import Testing

/// Fields of a few grains each: what one shows is told from what another shows by the looks of the grains.
@Suite struct FewGrainsTests {
    /// A field and its grains, as the placer and the search for repeats take them.
    private struct Field {
        var picture: Picture<UInt8>
        /// Middle in pixels and diameter in µm of grains that no border cuts.
        var grains: [(middle: SIMD2<Double>, diameter: Double)]

        /// The picture itself is turned: its rows and columns change places.
        func turned(quarterTurns: Int, isMirrored: Bool) -> Field {
            var result = self
            if isMirrored {
                let wide = picture.width - 1
                result = mapped(width: picture.width, height: picture.height) { SIMD2(wide - $0.x, $0.y) }
                for index in grains.indices { result.grains[index].middle.x = Double(wide) - grains[index].middle.x }
            }
            for _ in 0..<quarterTurns {
                let (before, high) = (result, result.picture.height - 1)
                // Clockwise: the upper row becomes the right column.
                result = before.mapped(width: before.picture.height, height: before.picture.width) {
                    SIMD2($0.y, high - $0.x)
                }
                for index in grains.indices {
                    let middle = before.grains[index].middle
                    result.grains[index].middle = SIMD2(Double(high) - middle.y, middle.x)
                }
            }
            return result
        }

        /// - Parameter source: where a pixel of the result comes from.
        private func mapped(width: Int, height: Int, _ source: (SIMD2<Int>) -> SIMD2<Int>) -> Field {
            var result = Picture<UInt8>(width: width, height: height, channels: 3, filledWith: 0)
            for y in 0..<height {
                for x in 0..<width {
                    let from = source(SIMD2(x, y))
                    for channel in 0..<3 { result[x, y, channel] = picture[from.x, from.y, channel] }
                }
            }
            return Field(picture: result, grains: grains)
        }
    }

    /// Every place twice, one after the other, with noise, focus and exposure of its own; fields without a whole grain are
    /// left out.
    private static let twice: [(first: Field, second: Field)] = {
        var layout = SimulatedSlide.Layout()
        (layout.columns, layout.rows, layout.overlap, layout.capturedTwice) = (6, 4, 0, 24)
        layout.sensorDirt = 0
        let density = FieldDensity(grainsPerSquareMillimetre: 50, othersPerSquareMillimetre: 20)
        let slide = SimulatedSlide(seed: 5, layout: layout, density: density)
        let fields = slide.captures.indices.map { number in
            let rendering = slide.render(number)
            let whole = rendering.truth.grains.filter { !$0.onBorder }
            return Field(
                picture: rendering.optical,
                grains: whole.map { (SIMD2($0.centroid[0], $0.centroid[1]), $0.equivalentDiameterMicrometres) })
        }
        return stride(from: 0, to: fields.count, by: 2).map { (fields[$0], fields[$0 + 1]) }
            .filter { !$0.first.grains.isEmpty && $0.first.grains.count == $0.second.grains.count }
    }()

    /// - Returns: places, grains, and fields that each may repeat.
    private func placed(_ fields: [Field]) -> (SlidePlacement, [[TurnedRepeat.Spot]], [[Int]]) {
        var placer = SlidePlacer()
        for field in fields {
            placer.add(
                FieldDescription(width: field.picture.width, height: field.picture.height, nmPerPixel: 180),
                picture: field.picture)
        }
        let placement = placer.place { fields[$0].picture }
        let spots = fields.enumerated().map { number, field in
            field.grains.map { grain in
                TurnedRepeat.Spot(
                    position: grain.middle * 0.18, diameter: grain.diameter,
                    look: placer.look(
                        inField: number, middle: grain.middle, diameter: grain.diameter / 0.18,
                        preview: { FieldPreview(fields[$0].picture) }))
            }
        }
        return (placement, spots, placer.fields.map(\.mayTurn))
    }

    @Test func aFieldCapturedAgainIsKnownAtEveryQuarterTurn() {
        let fields = Self.twice
        #expect(fields.count >= 12 && fields.contains { $0.first.grains.count == 1 })
        func turn(_ number: Int) -> (quarterTurns: Int, isMirrored: Bool) { (number % 4, number / 4 % 2 == 1) }
        let again = fields.enumerated().map { number, field in
            field.second.turned(quarterTurns: turn(number).quarterTurns, isMirrored: turn(number).isMirrored)
        }
        let (placement, spots, candidates) = placed(fields.map(\.first) + again)
        let found = TurnedRepeat.find(spots, among: candidates) { placement.fields[$1].repeats == $0 }
        var known = 0
        for number in fields.indices {
            let (quarterTurns, isMirrored) = turn(number), degrees = [0.0, 90, -180, -90][quarterTurns]
            let isTold = found.contains {
                ($0.earlier, $0.later) == (number, fields.count + number) && abs($0.degrees - degrees) < 1
                    && $0.isMirrored == isMirrored
            }
            known += isTold || placement.fields[fields.count + number].repeats == number ? 1 : 0
        }
        #expect(known == fields.count, "\(known) of \(fields.count) known")
        // And no field is taken for another.
        #expect(found.allSatisfy { $0.later == $0.earlier + fields.count }, "\(found)")
        #expect(placement.pairs.allSatisfy { $0.second == $0.first + fields.count }, "\(placement.pairs)")
    }

    @Test func fieldsOfOtherPlacesAreNotPutTogether() {
        let (placement, spots, _) = placed(Self.twice.map(\.first))
        #expect(placement.fields.allSatisfy { $0.positionMicrometres == nil })
        #expect(TurnedRepeat.find(spots) { _, _ in false }.isEmpty)
    }

    /// A field that shares one grain with its neighbour, and nothing else.
    @Test func oneGrainInTheOverlapPlacesAField() throws {
        var right = 0, wrong = 0
        for field in Self.twice where field.first.grains.count == 1 {
            // Two windows of 900 pixels, of different captures.
            let middle = field.first.grains[0].middle
            guard (480...800).contains(middle.x) else { continue }
            let windows = [
                field.first.picture.cropped(x: 0, y: 0, width: 900, height: 1024),
                field.second.picture.cropped(x: 380, y: 0, width: 900, height: 1024),
            ]
            let (placement, _, _) = placed(windows.map { Field(picture: $0, grains: []) })
            guard let first = placement.fields[0].positionMicrometres,
                let second = placement.fields[1].positionMicrometres
            else { continue }
            let off = second - first - SIMD2(380 * 0.18, 0)
            // The second capture lies up to 1 µm beside the first.
            if max(abs(off.x), abs(off.y)) < 2 { right += 1 } else { wrong += 1 }
        }
        #expect(right >= 2 && wrong == 0, "\(right) right, \(wrong) wrong")
    }
}
