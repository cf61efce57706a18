/// Where a square cut lies in a field: shifted, perhaps mirrored and turned. Beyond the field's edges its pixels are
/// mirrored, as a lens does with its tiles.
struct Placement {
    let side: Int
    private let isTransposed: Bool
    /// Field column or row of each of the cut's columns; row or column of its rows.
    private let along: [Int]
    private let down: [Int]

    /// - x, y: field pixel of the cut's upper left corner, before mirroring and turning; may lie outside.
    init(width: Int, height: Int, side: Int, x: Int, y: Int, flips: Bool = false, quarterTurns: Int = 0) {
        self.side = side
        var columns = (0..<side).map { Self.mirrored(x + $0, width) }
        var rows = (0..<side).map { Self.mirrored(y + $0, height) }
        if flips { columns.reverse() }
        switch quarterTurns {
        case 1: columns.reverse()
        case 2:
            columns.reverse()
            rows.reverse()
        case 3: rows.reverse()
        default: break
        }
        isTransposed = quarterTurns % 2 == 1
        along = isTransposed ? rows : columns
        down = isTransposed ? columns : rows
    }

    /// A random cut that reaches at most an eighth of its side over the field's edges.
    /// - place: a pixel that is to lie in the middle half of the cut, as far as the edges allow; nil for anywhere.
    static func random(
        width: Int, height: Int, side: Int, showing place: (x: Int, y: Int)? = nil, _ augmentation: Augmentation,
        _ random: inout CounterRandom
    ) -> Placement {
        let margin = side / 8
        func start(_ length: Int, _ place: Int?) -> Int {
            let low = min(0, length - side) - margin
            let high = low + abs(length - side) + 2 * margin
            guard let place else { return low + random.integer(below: high - low + 1) }
            return min(high, max(low, place - side / 4 - random.integer(below: side / 2)))
        }
        let (x, y) = (start(width, place?.x), start(height, place?.y))
        let (flip, turns) = (random.integer(below: 2), random.integer(below: 4))
        return Placement(
            width: width, height: height, side: side, x: x, y: y, flips: augmentation.flips && flip == 1,
            quarterTurns: augmentation.rotations ? turns : 0)
    }

    static func centred(width: Int, height: Int, side: Int) -> Placement {
        Placement(width: width, height: height, side: side, x: (width - side) / 2, y: (height - side) / 2)
    }

    /// Index of the field's pixel in a picture `width` pixels wide.
    @inline(__always)
    func pixel(_ y: Int, _ x: Int, width: Int) -> Int {
        isTransposed ? along[x] * width + down[y] : down[y] * width + along[x]
    }

    /// A position brought into 0..<length as between two mirrors.
    private static func mirrored(_ position: Int, _ length: Int) -> Int {
        guard length > 1 else { return 0 }
        let period = 2 * (length - 1)
        let wrapped = ((position % period) + period) % period
        return wrapped < length ? wrapped : period - wrapped
    }
}
