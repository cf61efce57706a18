internal import Foundation
internal import Imaging
internal import Quantities

/// How well two contents agree at a displacement.
struct FieldMatch: Sendable, Equatable {
    /// Position of the second less that of the first, in preview pixels.
    var shift: SIMD2<Double>
    /// Correlation coefficient over what both show, -1...1.
    var correlation: Double
    /// Fisher's transform of the correlation in units of its standard error, counting only pixels where something
    /// lies: what a chance match of two grains does not reach.
    var significance: Double
    /// 0...1.
    var confidence = 0.0

    /// Outcome of a search without a guess.
    enum Search: Sendable, Equatable {
        case found(FieldMatch)
        /// What agrees may be another of its kind, or several displacements fit about equally well: the best first.
        case uncertain([FieldMatch])
        case nothing
    }

    /// Outcome of a look at a guessed displacement.
    enum Check: Sendable, Equatable {
        case agrees(FieldMatch)
        /// Both show something there, and not the same.
        case contradicts
        /// Too little lies in what they share.
        case silent
    }

    /// Pixels of one independent observation.
    private static let cell = 12.0
    /// Least shared part of a field, 0...1.
    static let minimumOverlap = 0.04

    /// Nil where they share too little.
    init?(_ first: FieldContent, _ second: FieldContent, x: Int, y: Int) {
        let (width, height) = (first.picture.width, first.picture.height)
        let columns = max(0, -x)..<max(0, -x, min(width, width - x))
        let rows = max(0, -y)..<max(0, -y, min(height, height - y))
        guard columns.count >= 8, rows.count >= 8,
            Double(columns.count * rows.count) >= Self.minimumOverlap * Double(width * height) * 0.8
        else { return nil }
        typealias Lanes = SIMD16<Float>
        var (a, b, aa, bb, ab) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
        let whole = columns.count / Lanes.scalarCount * Lanes.scalarCount
        first.picture.samples.withUnsafeBytes { one in
            second.picture.samples.withUnsafeBytes { other in
                for row in rows {
                    let from = (row + y) * width + x + columns.lowerBound, to = row * width + columns.lowerBound
                    for column in stride(from: 0, to: whole, by: Lanes.scalarCount) {
                        let p = one.loadUnaligned(fromByteOffset: 4 * (from + column), as: Lanes.self)
                        let q = other.loadUnaligned(fromByteOffset: 4 * (to + column), as: Lanes.self)
                        a += p
                        b += q
                        aa += p * p
                        bb += q * q
                        ab += p * q
                    }
                    for column in whole..<columns.count {
                        let p = one.loadUnaligned(fromByteOffset: 4 * (from + column), as: Float.self)
                        let q = other.loadUnaligned(fromByteOffset: 4 * (to + column), as: Float.self)
                        a[0] += p
                        b[0] += q
                        aa[0] += p * p
                        bb[0] += q * q
                        ab[0] += p * q
                    }
                }
            }
        }
        let count = Float(columns.count * rows.count)
        let (sumA, sumB) = (a.sum(), b.sum())
        let one = Double(aa.sum() - sumA * sumA / count), other = Double(bb.sum() - sumB * sumB / count)
        shift = SIMD2(Double(x), Double(y))
        correlation = one > 0 && other > 0 ? Double(ab.sum() - sumA * sumB / count) / (one * other).squareRoot() : 0
        var active = 0
        first.active.withUnsafeBufferPointer { one in
            second.active.withUnsafeBufferPointer { other in
                for row in rows {
                    let from = (row + y) * width + x, to = row * width
                    for column in columns { active &+= Int(one[from + column] | other[to + column]) }
                }
            }
        }
        let r = max(-0.995, min(0.995, correlation))
        significance = atanh(r) * (Double(active) / Self.cell).squareRoot()
        observations = Double(active) / Self.cell
    }

    private let observations: Double

    /// Looks for the displacement of two fields wherever it may be (phase correlation, Kuglin and Hines 1975).
    /// - Parameter trustsRest: whether what stays with the camera has been taken away, so that a match without
    ///   displacement means the same place.
    static func search(_ first: FieldContent, _ second: FieldContent, trustsRest: Bool) -> Search {
        let (width, height) = (first.picture.width, first.picture.height)
        let surfaces = second.spectrum.phaseCorrelations(with: first.spectrum, whitenings: [0.9, 0.4], cutoff: 0.15)
        var found: [FieldMatch] = []
        var seen: [SIMD2<Int>: FieldMatch?] = [:]
        for surface in surfaces {
            for (x, y) in surface.peaks(count: 12, limitX: width, limitY: height) {
                guard let match = climbed(first, second, x: x, y: y, &seen), !found.contains(match) else { continue }
                found.append(match)
            }
        }
        // A grain that lies on another of its kind correlates with it, however it differs in detail.
        found.removeAll { $0.isGood && $0.witness(first, second) == .against }
        found.sort { $0.significance > $1.significance }
        guard var best = found.first, best.isGood else { return .nothing }
        let rivals = found.filter {
            let apart = $0.shift - best.shift
            return max(abs(apart.x), abs(apart.y)) > 10
        }
        let rival = max(0, rivals.first?.significance ?? 0)
        guard rival <= 0.75 * best.significance else {
            return .uncertain(([best] + rivals.filter(\.isGood)).prefix(candidates).map { $0.placed(first, second, 0) })
        }
        if !trustsRest, max(abs(best.shift.x), abs(best.shift.y)) < 1.5, best.correlation < 0.9 { return .nothing }
        let isSure = best.witness(first, second) == .sure
        best = best.placed(first, second, min(1, 2 * (1 - rival / best.significance)))
        return isSure ? .found(best) : .uncertain([best])
    }

    /// Displacements that are named where it is uncertain.
    private static let candidates = 3

    /// To a fraction of a pixel, with its confidence.
    /// - Parameter distinction: 0...1, how far it is better than any other.
    private func placed(_ first: FieldContent, _ second: FieldContent, _ distinction: Double) -> FieldMatch {
        var result = self
        result.confidence = correlation * correlation * distinction
        result.shift = exact(first, second)
        return result
    }

    /// Of the second and the first.
    var reversed: FieldMatch {
        var result = self
        result.shift = -shift
        return result
    }

    /// Good enough to place a field where a search finds it.
    var isGood: Bool { correlation >= 0.6 && significance >= 7 }

    /// What the objects say that two contents show at the same place.
    private enum Witness {
        /// One looks the same in both, or several agree and fewer do not.
        case sure
        /// Too few agree, and whether they are the same cannot be told.
        case single
        /// They look different.
        case against
    }

    /// Objects whose looks are compared, the largest.
    private static let witnesses = 3
    /// Pixels of an object that is more than a speck.
    private static let largePixels = 24
    /// Correlation at which several objects are the same, and not two that lie on two others of their kind: fields of the
    /// simulated microscope that overlap reach 0.94 at least, others 0.8 at most.
    private static let sure = 0.9
    /// Pixels of an object that has a look of its own.
    private static let lookPixels = 64

    /// An object of one content that another shows as well.
    private struct Shown {
        let object: FieldContent.Object
        /// Of it, where both fields reach.
        let pixels: Int
        var isWhole: Bool { pixels == object.pixels.count }
    }

    private func witness(_ first: FieldContent, _ second: FieldContent) -> Witness {
        let (x, y) = (Int(saturating: shift.x), Int(saturating: shift.y))
        let mine = Self.shown(first, in: second, x, y), theirs = Self.shown(second, in: first, -x, -y)
        let likenesses = mine.common.filter { $0.isWhole && $0.pixels >= Self.lookPixels }.map(\.object).sorted {
            $0.pixels.count > $1.pixels.count
        }
        .prefix(Self.witnesses).compactMap { object -> Double? in
            let there = object.middle - SIMD2(Double(x), Double(y))
            guard let look = GrainLook(first.picture, middle: object.middle, diameter: object.diameter),
                let other = GrainLook(second.picture, middle: there, diameter: object.diameter)
            else { return nil }
            return look.likeness(to: other)
        }
        if let best = likenesses.max() {
            if best >= GrainLook.same { return .sure }
            if best < GrainLook.different { return .against }
        }
        let large = mine.common.count { $0.pixels >= Self.largePixels }
        return large > max(1, mine.missing, theirs.missing) && correlation >= Self.sure ? .sure : .single
    }

    /// Objects of one content that another shows at the same place, as far as both show that place, and how many large
    /// ones it lacks there.
    private static func shown(
        _ one: FieldContent, in other: FieldContent, _ x: Int, _ y: Int
    ) -> (common: [Shown], missing: Int) {
        let columns = 1..<one.picture.width - 1, rows = 1..<one.picture.height - 1
        var common: [Shown] = []
        var missing = 0
        for object in one.objects {
            var inside = 0, shared = 0
            for pixel in object.pixels {
                let (row, column) = Int(pixel).quotientAndRemainder(dividingBy: one.picture.width)
                guard columns.contains(column), rows.contains(row), columns.contains(column - x), rows.contains(row - y)
                else { continue }
                inside += 1
                shared += Int(other.active[(row - y) * one.picture.width + column - x])
            }
            if inside > 0, 2 * shared >= inside {
                common.append(Shown(object: object, pixels: inside))
            } else if inside >= largePixels {
                missing += 1
            }
        }
        return (common, missing)
    }

    /// Looks at a guessed displacement, in preview pixels.
    static func check(
        _ first: FieldContent, _ second: FieldContent, near guess: SIMD2<Double>, within reach: Int
    ) -> Check {
        let (cx, cy) = (Int(saturating: guess.x.rounded()), Int(saturating: guess.y.rounded()))
        var best: FieldMatch?
        for y in cy - reach...cy + reach {
            for x in cx - reach...cx + reach {
                guard let match = FieldMatch(first, second, x: x, y: y) else { continue }
                if match.significance > best?.significance ?? -.infinity { best = match }
            }
        }
        guard var best, best.observations >= 4 else { return .silent }
        let off = best.shift - SIMD2(Double(cx), Double(cy))
        let isInside = reach == 0 || max(abs(off.x), abs(off.y)) < Double(reach)
        if best.correlation >= 0.5, best.significance >= 3, isInside {
            best.confidence = best.correlation * best.correlation
            best.shift = best.exact(first, second)
            return .agrees(best)
        }
        return best.correlation < 0.3 && best.observations >= 10 ? .contradicts : .silent
    }

    /// With less at a peak of the surface, nothing beside it is a match either.
    private static let leastToClimb = 0.15

    /// The best of the neighbours, and their neighbours, of a displacement; nil where nothing there is like a match.
    /// - Parameter seen: displacements looked at before.
    private static func climbed(
        _ first: FieldContent, _ second: FieldContent, x: Int, y: Int, _ seen: inout [SIMD2<Int>: FieldMatch?]
    ) -> FieldMatch? {
        func match(_ x: Int, _ y: Int) -> FieldMatch? {
            if let known = seen[SIMD2(x, y)] { return known }
            let match = FieldMatch(first, second, x: x, y: y)
            seen[SIMD2(x, y)] = .some(match)
            return match
        }
        guard var best = match(x, y), best.correlation >= leastToClimb else { return nil }
        for _ in 0..<4 {
            let (cx, cy) = (Int(saturating: best.shift.x), Int(saturating: best.shift.y))
            var next = best
            for (dx, dy) in [(-1, 0), (1, 0), (0, -1), (0, 1)] {
                if let there = match(cx + dx, cy + dy), there.correlation > next.correlation { next = there }
            }
            if next == best { break }
            best = next
        }
        return best
    }

    /// To a fraction of a preview pixel, by parabolas through the neighbours' correlations.
    private func exact(_ first: FieldContent, _ second: FieldContent) -> SIMD2<Double> {
        let (x, y) = (Int(saturating: shift.x), Int(saturating: shift.y))
        func offset(_ dx: Int, _ dy: Int) -> Double {
            guard let before = FieldMatch(first, second, x: x - dx, y: y - dy)?.correlation,
                let after = FieldMatch(first, second, x: x + dx, y: y + dy)?.correlation
            else { return 0 }
            let bend = before - 2 * correlation + after
            return bend < 0 ? max(-0.5, min(0.5, 0.5 * (before - after) / bend)) : 0
        }
        return shift + SIMD2(offset(1, 0), offset(0, 1))
    }
}

extension Picture where Sample == Float {
    /// The highest local maxima of a correlation surface, best first; positions beyond half the size are negative.
    fileprivate func peaks(count: Int, limitX: Int, limitY: Int) -> [(x: Int, y: Int)] {
        var tops: [(x: Int, y: Int, height: Float)] = []
        for row in 0..<height {
            let y = row <= height / 2 ? row : row - height
            if abs(y) >= limitY { continue }
            let above = (row + height - 1) % height * width, below = (row + 1) % height * width
            for column in 0..<width {
                let here = samples[row * width + column]
                guard here > 0, here > samples[above + column], here >= samples[below + column] else { continue }
                let left = (column + width - 1) % width, right = (column + 1) % width
                guard here > samples[row * width + left], here >= samples[row * width + right] else { continue }
                let x = column <= width / 2 ? column : column - width
                if abs(x) < limitX { tops.append((x, y, here)) }
            }
        }
        tops.sort { ($1.height, $0.y, $0.x) < ($0.height, $1.y, $1.x) }
        return tops.prefix(count).map { ($0.x, $0.y) }
    }
}
