internal import Focus
internal import Foundation
internal import Grains
internal import Imaging
package import Simulation

/// What a focal series is worth: simulated fields in a thick mount, plane by plane and fused, against their truth.
package struct FocusStudy: Encodable, Sendable {
    /// What a lens finds in one picture of each series.
    package struct Finding: Encodable, Sendable, Equatable {
        /// True grains whose outline some object matches by at least one half, whatever it is called.
        package var found = 0
        /// Of those, the ones that are called by their species.
        package var named = 0
        /// Objects called one of the species that are not a grain of it.
        package var wrong = 0

        enum CodingKeys: String, CodingKey { case found, named, wrong }
    }

    package struct Level: Encodable, Sendable, Equatable {
        package var world: String
        package var stacks = 0
        /// Grains that the border rule counts.
        package var grains = 0
        /// In the plane that is sharpest as a whole.
        package var best = Finding()
        /// In the plane, of each series, in which most is named rightly: what nobody knows beforehand.
        package var luckiest = Finding()
        package var fused = Finding()
        /// Of the height map within a grain's outline (median) against the height of the grain's middle, in µm: one value a
        /// grain.
        package var heightErrors: [Double] = []
        /// Grains over which the height map says nothing.
        package var withoutHeight = 0
        /// Root mean square difference from the field with everything in focus, of 255 levels: sharpest plane, fused picture.
        package var differenceBest = 0.0
        package var differenceFused = 0.0

        enum CodingKeys: String, CodingKey {
            case world, stacks, grains, best, luckiest, fused
            case heightErrors = "height_errors_um"
            case withoutHeight = "without_height"
            case differenceBest = "rms_difference_best"
            case differenceFused = "rms_difference_fused"
        }

        mutating func add(_ other: Level) {
            let share = Double(stacks) / Double(max(1, stacks + other.stacks))
            differenceBest = share * differenceBest + (1 - share) * other.differenceBest
            differenceFused = share * differenceFused + (1 - share) * other.differenceFused
            stacks += other.stacks
            grains += other.grains
            best += other.best
            luckiest += other.luckiest
            fused += other.fused
            heightErrors += other.heightErrors
            withoutHeight += other.withoutHeight
        }

        /// Of the sizes of the errors, in µm; the middle one for 0.5. Nil where there are none.
        package func heightError(quantile: Double) -> Double? {
            let sizes = heightErrors.map { abs($0) }.sorted()
            return sizes.isEmpty ? nil : sizes[Int((Double(sizes.count - 1) * quantile).rounded())]
        }

        /// What all heights are wrong by, in µm.
        package var heightBias: Double? {
            let sorted = heightErrors.sorted()
            return sorted.isEmpty ? nil : sorted[sorted.count / 2]
        }
    }

    package private(set) var levels: [Level] = []

    package var overall: Level {
        levels.reduce(into: Level(world: "all")) { $0.add($1) }
    }

    /// - Parameters:
    ///   - stacks: shared out evenly among the worlds.
    ///   - heights: of the planes above the middle of the mount, in µm.
    ///   - thickness: of the mount, in µm.
    ///   - progress: called with the number of series done.
    package init(
        lensFolder: String, stacks: Int, seed: UInt64, worlds: [World], heights: [Double], thickness: Double,
        grainsPerSquareMillimetre: Double, threads: Int, progress: (Int) -> Void = { _ in }
    ) throws(EvaluationError) {
        let lens = try CountingLens(folder: lensFolder, threads: threads)
        for (number, world) in worlds.enumerated() {
            var level = Level(world: world.name)
            for stack in stacks * number / worlds.count..<stacks * (number + 1) / worlds.count {
                let field = SimulatedField(
                    seed: seed, index: stack, view: .camera,
                    density: FieldDensity(
                        grainsPerSquareMillimetre: Float(grainsPerSquareMillimetre), emptyShare: 0,
                        touchingShare: 0.1), world: world)
                level.add(try Self.judge(field, lens, heights, thickness))
                progress(stack + 1)
            }
            levels.append(level)
        }
    }

    private static func judge(
        _ field: SimulatedField, _ lens: CountingLens, _ heights: [Double], _ thickness: Double
    ) throws(EvaluationError) -> Level {
        let drawn = field.series(heights: heights, thickness: thickness)
        var series = FocalSeries()
        let fused: (picture: Picture<Float>, heights: HeightMap)
        do throws(FocusError) {
            for (plane, height) in zip(drawn.planes, heights) {
                try series.add(plane.normalised, heightMicrometres: height)
            }
            fused = try series.fused()
        } catch {
            throw EvaluationError(.badDataset, error.message, hint: error.hint)
        }
        let (width, height) = (drawn.planes[0].width, drawn.planes[0].height)
        let expected = drawn.truth.grains.filter {
            lens.borderRule.expects($0, width: width, height: height, nmPerPixel: field.nmPerPixel)
        }
        let outlines = expected.map(\.agreementOutline), masks = outlines.map { PolygonMask($0.polygon) }
        func finding(_ picture: Picture<UInt8>) throws(EvaluationError) -> Finding {
            let objects = try lens.grains(in: picture, nmPerPixel: field.nmPerPixel).filter { $0.rejection == nil }
            let pairs = PolygonMask.matches(
                masks, objects.map { PolygonMask($0.outlinePixels) }, minimumOverlap: 0.5)
            let named = pairs.count { outlines[$0.truth].species == objects[$0.found].species }
            return Finding(
                found: pairs.count, named: named,
                wrong: objects.count { $0.species != Grain.unidentified } - named)
        }
        let whole = fused.picture.eightBit, clear = field.allInFocus()
        let sharpest = series.sharpest!
        var level = Level(world: field.world.name, stacks: 1, grains: expected.count)
        level.fused = try finding(whole)
        for (number, plane) in drawn.planes.enumerated() {
            let here = try finding(plane)
            if number == sharpest { level.best = here }
            if here.named > level.luckiest.named || number == 0 { level.luckiest = here }
        }
        level.differenceBest = difference(drawn.planes[sharpest], clear)
        level.differenceFused = difference(whole, clear)
        for (grain, outline) in zip(expected, outlines) {
            guard let actual = grain.heightMicrometres else { continue }
            if let found = median(of: fused.heights, within: outline.polygon) {
                level.heightErrors.append(Double(found) - actual)
            } else {
                level.withoutHeight += 1
            }
        }
        return level
    }

    /// Of the heights within an outline.
    private static func median(of map: HeightMap, within polygon: [Grain.Point]) -> Float? {
        var heights: [Float] = []
        Polygon.rows(of: polygon.map { SIMD2($0.x, $0.y) }, within: 0..<map.height * HeightMap.stepPixels) {
            row, from, to in
            for column in stride(from: max(0, Int(from.rounded(.up))), through: Int(to), by: 2) {
                if let height = map[column, row] { heights.append(height) }
            }
        }
        guard !heights.isEmpty else { return nil }
        heights.sort()
        return heights[heights.count / 2]
    }

    private static func difference(_ one: Picture<UInt8>, _ other: Picture<UInt8>) -> Double {
        var squares = 0.0
        for (a, b) in zip(one.samples, other.samples) {
            let step = Double(a) - Double(b)
            squares += step * step
        }
        return (squares / Double(one.samples.count)).squareRoot()
    }
}

extension FocusStudy.Finding {
    fileprivate static func += (sum: inout Self, other: Self) {
        sum.found += other.found
        sum.named += other.named
        sum.wrong += other.wrong
    }
}
