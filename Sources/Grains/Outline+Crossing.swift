extension [Grain.Point] {
    /// Two sides of the closed polygon that cross or lie on each other, by their numbers, the first being that from corner 0
    /// to corner 1; nil where there are none. Neighbours may only meet in their corner.
    package var crossing: (Int, Int)? {
        for first in indices {
            for second in indices[(first + 1)...] {
                let (a, b, c, d) = (self[first], self[(first + 1) % count], self[second], self[(second + 1) % count])
                let areNeighbours = second == first + 1 || (first == 0 && second == count - 1)
                if areNeighbours {
                    let (corner, one, other) = second == first + 1 ? (b, a, d) : (a, b, c)
                    if Self.foldsBack(corner, one, other) { return (first, second) }
                } else if Self.meet(a, b, c, d) {
                    return (first, second)
                }
            }
        }
        return nil
    }

    /// Above 0 where c lies to the one side of the line from a to b.
    private static func side(_ a: Grain.Point, _ b: Grain.Point, _ c: Grain.Point) -> Double {
        (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)
    }

    /// Whether two sides that share a corner leave it in the same direction.
    private static func foldsBack(_ corner: Grain.Point, _ one: Grain.Point, _ other: Grain.Point) -> Bool {
        side(corner, one, other) == 0
            && (one.x - corner.x) * (other.x - corner.x) + (one.y - corner.y) * (other.y - corner.y) > 0
    }

    /// Whether the lines a-b and c-d have a point in common.
    private static func meet(_ a: Grain.Point, _ b: Grain.Point, _ c: Grain.Point, _ d: Grain.Point) -> Bool {
        let (ofC, ofD, ofA, ofB) = (side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b))
        if ofC * ofD < 0, ofA * ofB < 0 { return true }
        func isBetween(_ point: Grain.Point, _ from: Grain.Point, _ to: Grain.Point) -> Bool {
            point.x >= Swift.min(from.x, to.x) && point.x <= Swift.max(from.x, to.x)
                && point.y >= Swift.min(from.y, to.y) && point.y <= Swift.max(from.y, to.y)
        }
        return ofC == 0 && isBetween(c, a, b) || ofD == 0 && isBetween(d, a, b) || ofA == 0 && isBetween(a, c, d)
            || ofB == 0 && isBetween(b, c, d)
    }
}
