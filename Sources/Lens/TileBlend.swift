internal import Quantities

/// Where the tiles of a row of tiles are laid over each other, with their weights, until no further tile reaches a row.
///
/// `@unchecked Sendable`: one thread at a time works with it; the tasks of a pool that lay a tile write rows of their
/// own.
final class TileBlend: @unchecked Sendable {
    let width: Int
    let height: Int
    let channels: Int
    /// 0...1 in steps that are fine against 8 bits; `one` is 1.
    typealias Sum = UInt16
    static let one: Float = 32768

    /// 0...255 for 0...1.
    static func eightBit(_ sum: Sum) -> UInt8 { UInt8(truncatingIfNeeded: min(255, (UInt32(sum) * 255 + 16384) >> 15)) }

    /// A ring of as many rows as a tile has: row y lies at y modulo the tile's side.
    private var sums: [Sum]
    private let side: Int
    /// Rows from the top that are finished.
    private(set) var finished = 0

    init(width: Int, height: Int, channels: Int, side: Int) {
        self.width = width
        self.height = height
        self.channels = channels
        self.side = side
        sums = [Sum](repeating: 0, count: width * channels * side)
    }

    /// Where to add to rows that are not finished.
    func withRows(_ body: ((_ row: Int) -> UnsafeMutablePointer<Sum>) -> Void) {
        sums.withUnsafeMutableBufferPointer { sums in
            body { sums.baseAddress! + $0 % self.side * self.width * self.channels }
        }
    }

    /// Hands out the rows up to `end`, which no further tile reaches, and makes room for as many.
    func finish(upTo end: Int, _ body: (_ sums: UnsafePointer<Sum>) -> Void) {
        sums.withUnsafeMutableBufferPointer { sums in
            for row in finished..<max(finished, min(end, height)) {
                let start = sums.baseAddress! + row % side * width * channels
                body(start)
                start.update(repeating: 0, count: width * channels)
            }
        }
        finished = max(finished, min(end, height))
    }
}
