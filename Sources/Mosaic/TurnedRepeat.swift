internal import Foundation
internal import Quantities

/// A field that shows the grains of another one turned or mirrored, as after a slide was taken out and put back.
///
/// Pictures are compared upright when fields are placed; this compares where their grains lie, at any angle. Two grains of
/// one field on two of the other give the angle and the displacement; then all others have to fit. Of ten grains in a field
/// of 230 by 184 µm, one lies within 2.5 µm of a given place by chance once in 200 times, so that three quarters of six or
/// more do not fit by chance.
///
/// Fewer may: there the looks of the grains are compared, at quarter turns and a few degrees about them. A grain that looks
/// like no other tells a repeat by itself.
package struct TurnedRepeat: Sendable, Equatable {
    /// A grain of a field.
    package struct Spot: Sendable, Equatable {
        /// From the field's upper left corner, in µm.
        package var position: SIMD2<Double>
        /// Of the circle of the same area, in µm.
        package var diameter: Double
        /// Nil where nothing tells it from others.
        package var look: GrainLook?

        package init(position: SIMD2<Double>, diameter: Double, look: GrainLook? = nil) {
            self.position = position
            self.diameter = diameter
            self.look = look
        }
    }

    /// Places of the fields in the list.
    package let earlier: Int
    package let later: Int
    /// Of the later field against the earlier one, clockwise, -180..<180.
    package let degrees: Double
    package let isMirrored: Bool
    /// Grains that both show.
    package let grains: Int

    /// In µm: more than outlines of the same grain differ by.
    private static let tolerance = 2.5
    private static let sizeTolerance = 0.25
    /// From this many on their places tell.
    static let leastGrains = 6
    /// Of the grains of the field that has fewer: by their places, and by their looks.
    private static let leastShare = 0.75
    private static let leastAlike = 0.5
    /// Grains of a field that are compared, the largest.
    private static let mostGrains = 16
    /// Of these, those that give the angle.
    private static let anchors = 6
    /// Least distance of two grains that give the angle, in µm: nearer ones do not tell it well enough.
    private static let leastBase = 30.0

    /// The earliest field that a later one repeats.
    /// - Parameters:
    ///   - candidates: earlier fields that are compared with it.
    ///   - spots: grains of a field; their looks are asked for where they decide.
    ///   - look: how a grain of a field looks.
    ///   - isRelated: whether two fields are placed against each other; then what lies at the same places is known. Looks
    ///     are compared all the same: a grain like itself half a turn on may have placed a turned field.
    package static func earliest<Failure: Error>(
        repeatedBy later: Int, among candidates: [Int], spots: (Int) throws(Failure) -> [Spot],
        look: (_ field: Int, _ spot: Spot) throws(Failure) -> GrainLook?,
        isRelated: (_ earlier: Int, _ later: Int) -> Bool
    ) throws(Failure) -> TurnedRepeat? {
        func compared(_ field: Int) throws(Failure) -> [Spot] {
            Array(try spots(field).sorted { $0.diameter > $1.diameter }.prefix(mostGrains))
        }
        func seen(_ field: Int, _ spots: [Spot]) throws(Failure) -> [Spot] {
            var spots = spots
            for at in spots.indices { spots[at].look = try look(field, spots[at]) }
            return spots
        }
        let mine = try compared(later)
        if mine.isEmpty { return nil }
        for earlier in candidates.sorted() {
            let theirs = try compared(earlier)
            if theirs.isEmpty { continue }
            let found: TurnedRepeat?
            if isFew(theirs, mine) {
                found = TurnedRepeat(earlier: earlier, later: later, try seen(earlier, theirs), try seen(later, mine))
            } else if isRelated(earlier, later) {
                continue
            } else {
                found = TurnedRepeat(earlier: earlier, later: later, theirs, mine)
            }
            if let found { return found }
        }
        return nil
    }

    /// Whether looks decide, and not places.
    private static func isFew(_ one: [Spot], _ other: [Spot]) -> Bool { min(one.count, other.count) < leastGrains }

    /// - Parameters:
    ///   - earlier, later: of the fields.
    ///   - one, other: what is compared of them, of neither nothing.
    /// - Returns: nil where the later field shows another place.
    private init?(earlier: Int, later: Int, _ one: [Spot], _ other: [Spot]) {
        let least = min(one.count, other.count), isFew = Self.isFew(one, other)
        let share = (isFew ? Self.leastAlike : Self.leastShare) * Double(least)
        let turn = isFew ? Self.alike(one, other) : Self.best(one, other)
        guard let turn, turn.grains >= max(isFew ? 1 : Self.leastGrains, Int(saturating: share.rounded(.up))) else {
            return nil
        }
        self.earlier = earlier
        self.later = later
        degrees = turn.degrees
        isMirrored = turn.isMirrored
        grains = turn.grains
    }

    private typealias Turn = (grains: Int, degrees: Double, isMirrored: Bool)

    /// The quarter turn at which most grains of two fields look alike.
    private static func alike(_ first: [Spot], _ second: [Spot]) -> Turn? {
        var best: Turn?
        for isMirrored in [false, true] {
            for quarterTurns in 0..<4 {
                let count = first.count { spot in
                    guard let look = spot.look else { return false }
                    return second.contains { other in
                        guard fit(spot, other), let there = other.look else { return false }
                        let likeness = look.likeness(to: there, quarterTurns: quarterTurns, isMirrored: isMirrored)
                        return likeness >= GrainLook.same
                    }
                }
                if count > best?.grains ?? 0 { best = (count, [0, 90, -180, -90][quarterTurns], isMirrored) }
            }
        }
        return best
    }

    /// The turn and displacement at which most grains of two fields lie at the same places.
    private static func best(_ first: [Spot], _ second: [Spot]) -> Turn? {
        var best: Turn?
        for isMirrored in [false, true] {
            let first = first.map {
                Spot(position: isMirrored ? SIMD2(-$0.position.x, $0.position.y) : $0.position, diameter: $0.diameter)
            }
            for a in first.prefix(anchors) {
                for b in first.prefix(anchors) where length(b.position - a.position) >= leastBase {
                    let base = b.position - a.position
                    for c in second where fit(a, c) {
                        for d in second where fit(b, d) {
                            let other = d.position - c.position
                            guard abs(length(other) - length(base)) <= tolerance else { continue }
                            let angle = atan2(other.y, other.x) - atan2(base.y, base.x)
                            let (cosine, sine) = (cos(angle), sin(angle))
                            let count = first.count { spot in
                                let from = spot.position - a.position
                                let there =
                                    c.position
                                    + SIMD2(cosine * from.x - sine * from.y, sine * from.x + cosine * from.y)
                                return second.contains { fit(spot, $0) && length($0.position - there) <= tolerance }
                            }
                            guard count > best?.grains ?? 0 else { continue }
                            let degrees = angle * 180 / .pi
                            best = (count, degrees - 360 * ((degrees + 180) / 360).rounded(.down), isMirrored)
                        }
                    }
                }
            }
        }
        return best
    }

    private static func fit(_ a: Spot, _ b: Spot) -> Bool {
        abs(a.diameter - b.diameter) <= sizeTolerance * max(a.diameter, b.diameter)
    }

    private static func length(_ vector: SIMD2<Double>) -> Double { (vector * vector).sum().squareRoot() }
}
