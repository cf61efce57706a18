/// Where square tiles lie along one axis, and how they are blended where they overlap.
package struct Tiling: Sendable, Equatable {
    /// First pixel of each tile; negative only where the field is shorter than a tile, which is then centred.
    package let starts: [Int]
    package let tile: Int
    package let length: Int

    /// Tiles of `tile` pixels covering `length` pixels, evenly spaced, overlapping by at least `overlap`.
    package init(length: Int, tile: Int, overlap: Int) {
        precondition(length > 0 && tile > overlap && overlap >= 0)
        self.length = length
        self.tile = tile
        if length <= tile {
            starts = [-((tile - length) / 2)]
            return
        }
        let step = tile - overlap
        let count = 1 + (length - tile + step - 1) / step
        starts = (0..<count).map { (length - tile) * $0 / (count - 1) }
    }

    /// Pixels that lie nearer to the middle of a tile than of its neighbours: each pixel of the axis is one tile's own.
    func own(ofTile index: Int) -> Range<Int> {
        let low = index == 0 ? 0 : (starts[index] + starts[index - 1] + tile) / 2
        let high = index + 1 == starts.count ? length : (starts[index + 1] + starts[index] + tile) / 2
        return low..<high
    }

    /// Weight of tile `index` at each pixel of the axis that it covers: 1 in its middle, falling linearly across
    /// the overlap with each neighbour. The weights of all tiles add up to 1 at every pixel.
    package func weights(ofTile index: Int) -> [Float] {
        let start = starts[index]
        return (0..<tile).map { offset in
            let position = start + offset
            guard position >= 0 && position < length else { return 0 }
            var weight: Float = 1
            if index > 0 {
                let overlap = starts[index - 1] + tile - start
                if offset < overlap { weight = (Float(offset) + 0.5) / Float(overlap) }
            }
            if index + 1 < starts.count {
                let overlap = start + tile - starts[index + 1]
                let fromEnd = tile - 1 - offset
                if fromEnd < overlap { weight = min(weight, (Float(fromEnd) + 0.5) / Float(overlap)) }
            }
            return weight
        }
    }
}
