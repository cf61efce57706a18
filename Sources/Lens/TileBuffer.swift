package import Imaging
package import Kernels
package import Network
internal import Quantities

/// One square tile on its way through a network: cut out of pictures, run, and laid into the result.
///
/// `@unchecked Sendable`: one thread at a time works with a buffer; the tasks of a pool that fill it write rows of their
/// own.
package final class TileBuffer: @unchecked Sendable {
    /// What a tile is cut out of.
    enum Source {
        case field(ScaledField)
        /// Of one channel, which is repeated, or of three.
        case strip(Strip)
    }

    /// In pixels.
    private let side: Int
    private let pool: WorkerPool
    /// [side, side, 3] going in, [side, side, channels] coming out, -1...1.
    package private(set) var samples: [Float]
    private var channels = 3
    /// Features of the tile's cells, if they were asked for.
    private var cells: [Float] = []
    private var cellChannels = 0
    /// In pixels.
    private var cellSide = 1
    /// Where the tile lies in the field.
    private var place = Place()
    /// The mask within the field, if one was applied.
    private var mask: [Float]?

    /// Rows that one task of the pool works on.
    private static let taskRows = 64

    init(side: Int, pool: WorkerPool) {
        self.side = side
        self.pool = pool
        samples = [Float](repeating: 0, count: side * side * 3)
    }

    /// - threads: that cut the tile and lay it.
    package convenience init(side: Int, threads: Int) { self.init(side: side, pool: WorkerPool(threads: threads)) }

    private struct Place {
        /// First pixel; negative where the field is smaller than a tile.
        var x = 0
        var y = 0
        /// Of the field, those that the tile covers.
        var columns = 0..<0
        var rows = 0..<0

        init() {}

        init(x: Int, y: Int, side: Int, width: Int, height: Int) {
            (self.x, self.y) = (x, y)
            columns = max(0, x)..<min(width, x + side)
            rows = max(0, y)..<min(height, y + side)
        }
    }

    /// Calls `body` with the rows of each task, on the threads of the pool.
    private func forEachTask(_ body: (_ rows: Range<Int>) -> Void) {
        let tasks = (side + Self.taskRows - 1) / Self.taskRows
        pool.run(tasks: tasks) { task, _ in body(task * Self.taskRows..<min((task + 1) * Self.taskRows, side)) }
    }

    /// Fills the tile with a part of a picture, from 0...1 to the networks' -1...1. Beyond the picture's edges the
    /// pixels are mirrored.
    /// - Parameters:
    ///   - picture: RGB.
    ///   - x, y: the tile's first pixel.
    package func gather(_ picture: Picture<Float>, x: Int, y: Int) {
        let field = ScaledField(PictureRows(picture), width: picture.width, height: picture.height)
        gather([.field(field)], width: picture.width, height: picture.height, x: x, y: y)
    }

    /// Fills the tile with the sum of pictures, masked, as above.
    /// - Parameters:
    ///   - sources: one at least, of one size.
    ///   - width, height: their size.
    /// - Returns: false where a mask is given and the tile holds nothing of it, so that a network need not run.
    @discardableResult
    func gather(
        _ sources: [Source], width: Int, height: Int, maskedBy mask: GrainMask? = nil, x: Int, y: Int
    ) -> Bool {
        place = Place(x: x, y: y, side: side, width: width, height: height)
        self.mask = mask?.weights(columns: place.columns, rows: place.rows)
        if mask != nil && self.mask == nil { return false }
        if samples.count != side * side * 3 { samples = [Float](repeating: 0, count: side * side * 3) }
        let (side, place, weights) = (side, place, self.mask)
        /// Within the covered part of the field.
        let columns = (0..<side).map { mirrored(x + $0, width) - place.columns.lowerBound }
        let isMirrored = place.columns.count < side
        samples.withUnsafeMutableBufferPointer { tile in
            let tile = tile.baseAddress!
            forEachTask { rows in
                for (number, source) in sources.enumerated() {
                    switch source {
                    case .field(let field):
                        var row = rows.lowerBound
                        field.forEachRow(rows.lazy.map { mirrored(y + $0, height) }, columns: place.columns) { pixels in
                            Self.copy(
                                pixels, columns, isMirrored: isMirrored, channels: 3, scale: 1, isFirst: number == 0,
                                tile + row * side * 3)
                            row += 1
                        }
                    case .strip(let strip):
                        strip.withRows { pixels in
                            for row in rows {
                                let from =
                                    pixels(mirrored(y + row, height)) + place.columns.lowerBound * strip.channels
                                Self.copy(
                                    from, columns, isMirrored: isMirrored, channels: strip.channels, scale: 1 / 255,
                                    isFirst: number == 0, tile + row * side * 3)
                            }
                        }
                    }
                }
                for row in rows {
                    let out = tile + row * side * 3
                    if let weights {
                        let line = (mirrored(y + row, height) - place.rows.lowerBound) * place.columns.count
                        weights.withUnsafeBufferPointer { weights in
                            columns.withUnsafeBufferPointer { columns in
                                for index in 0..<columns.count {
                                    let weight = weights[line + columns[index]]
                                    for channel in 0..<3 { out[index * 3 + channel] *= weight }
                                }
                            }
                        }
                    }
                    for index in 0..<side * 3 { out[index] = min(out[index], 1) * 2 - 1 }
                }
            }
        }
        channels = 3
        return true
    }

    @inline(__always)
    private static func copy<Sample: TileSample>(
        _ pixels: UnsafePointer<Sample>, _ columns: [Int], isMirrored: Bool, channels: Int, scale: Float, isFirst: Bool,
        _ out: UnsafeMutablePointer<Float>
    ) {
        if channels == 3 && !isMirrored {
            let pixels = pixels + columns[0] * 3
            if isFirst {
                for index in 0..<columns.count * 3 { out[index] = pixels[index].float * scale }
            } else {
                for index in 0..<columns.count * 3 { out[index] += pixels[index].float * scale }
            }
            return
        }
        let next = channels == 1 ? 0 : 1
        columns.withUnsafeBufferPointer { columns in
            for index in 0..<columns.count {
                let pixel = pixels + columns[index] * channels
                for channel in 0..<3 {
                    let value = pixel[channel * next].float * scale
                    out[index * 3 + channel] = isFirst ? value : out[index * 3 + channel] + value
                }
            }
        }
    }

    /// - generator: of the tile's size, or of a fraction of it: it then sees means of pixels.
    /// - level: of the network, whose features are kept for `forEachCell`; nil for none.
    /// - permit: as of `Generator.run`.
    package func run(_ generator: Generator, reading level: Int? = nil, permit: WorkPermit? = nil) {
        let binning = side / generator.width
        channels = generator.description.outputChannels
        if binning > 1 {
            samples = Picture(width: side, height: side, channels: 3, samples: samples).binned(binning).samples
        }
        func keep(_ activations: Activations) {
            cellChannels = activations.channels
            cellSide = side / activations.width
            cells = [Float](
                unsafeUninitializedCapacity: activations.height * activations.width * cellChannels
            ) { cells, count in
                for row in 0..<activations.height {
                    for column in 0..<activations.width {
                        activations.read(
                            row: row, column: column,
                            into: cells.baseAddress! + (row * activations.width + column) * cellChannels)
                    }
                }
                count = activations.height * activations.width * cellChannels
            }
        }
        if channels == 3 {
            samples.withUnsafeMutableBufferPointer {
                generator.run(UnsafeBufferPointer($0), into: $0, permit: permit, reading: level, keep)
            }
        } else {
            let input = samples
            samples = [Float](repeating: 0, count: generator.outputCount)
            samples.withUnsafeMutableBufferPointer { output in
                input.withUnsafeBufferPointer {
                    generator.run($0, into: output, permit: permit, reading: level, keep)
                }
            }
        }
        if binning > 1 {
            let small = generator.width
            samples =
                Picture(width: small, height: small, channels: channels, samples: samples).interpolated(binning).samples
        }
    }

    /// Calls `body` with the cells whose middles lie in a part of the field.
    /// - Parameters:
    ///   - isWanted: asked for the cell's column and row in the field, in cells.
    ///   - body: takes the cell's middle in the field's pixels, the mean of each of the network's channels over the cell, 0...1, and the cell's features.
    func forEachCell(
        columns: Range<Int>, rows: Range<Int>, where isWanted: (_ column: Int, _ row: Int) -> Bool,
        _ body: (_ middle: SIMD2<Float>, _ means: [Float], _ features: UnsafeBufferPointer<Float>) -> Void
    ) {
        let across = side / cellSide
        var means = [Float](repeating: 0, count: channels)
        cells.withUnsafeBufferPointer { cells in
            for row in 0..<across {
                let y = place.y + row * cellSide + cellSide / 2
                for column in 0..<across {
                    let x = place.x + column * cellSide + cellSide / 2
                    guard rows.contains(y), columns.contains(x), isWanted(x / cellSide, y / cellSide) else { continue }
                    for channel in 0..<channels { means[channel] = 0 }
                    for v in row * cellSide..<(row + 1) * cellSide {
                        for u in column * cellSide..<(column + 1) * cellSide {
                            let pixel = (v * side + u) * channels
                            for channel in 0..<channels { means[channel] += samples[pixel + channel] }
                        }
                    }
                    for channel in 0..<channels {
                        means[channel] = (means[channel] / Float(cellSide * cellSide) + 1) / 2
                    }
                    let start = (row * across + column) * cellChannels
                    let half = (Float(cellSide) - 1) / 2
                    let middle = SIMD2(
                        Float(place.x + column * cellSide) + half, Float(place.y + row * cellSide) + half)
                    body(middle, means, UnsafeBufferPointer(rebasing: cells[start..<start + cellChannels]))
                }
            }
        }
    }

    /// Adds the tile to others, with its weights.
    /// - Parameters:
    ///   - make: what is added for a row of pixels: takes the network's channels, -1...1, and how much of each pixel is
    ///     masked in, 0...1; gives as many numbers a pixel, 0...1, as `blend` has channels.
    func lay(
        into blend: TileBlend, columnWeights: [Float], rowWeights: [Float],
        _ make: (
            _ pixels: UnsafePointer<Float>, _ mask: UnsafePointer<Float>, _ count: Int,
            _ out: UnsafeMutablePointer<Float>
        ) -> Void
    ) {
        let (place, side, channels) = (place, side, channels)
        let (count, parts) = (place.columns.count, blend.channels)
        let left = place.columns.lowerBound - place.x
        // Of each number that is added in a row.
        let across = (0..<count * parts).map { columnWeights[left + $0 / parts] }
        let all = mask == nil ? [Float](repeating: 1, count: count) : []
        samples.withUnsafeBufferPointer { tile in
            blend.withRows { sums in
                forEachTask { rows in
                    withUnsafeTemporaryAllocation(of: Float.self, capacity: count * parts) { made in
                        let made = made.baseAddress!
                        for row in rows where place.rows.contains(place.y + row) {
                            (mask ?? all).withUnsafeBufferPointer { mask in
                                let line = self.mask == nil ? 0 : (place.y + row - place.rows.lowerBound) * count
                                make(
                                    tile.baseAddress! + (row * side + left) * channels, mask.baseAddress! + line, count,
                                    made)
                            }
                            let to = sums(place.y + row) + place.columns.lowerBound * parts
                            let weight = rowWeights[row]
                            across.withUnsafeBufferPointer { across in
                                for index in 0..<count * parts {
                                    let value = max(0, min(1, made[index]))
                                    to[index] &+= TileBlend.Sum(
                                        truncatingIfNeeded: (weight * across[index] * TileBlend.one * value).nearest)
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Adds the tile to a picture, from -1...1 to 0...1, with its weights.
    package func blend(into picture: inout Picture<Float>, columnWeights: [Float], rowWeights: [Float]) {
        let (place, side, channels, width) = (place, side, channels, picture.width)
        picture.samples.withUnsafeMutableBufferPointer { picture in
            for y in place.rows {
                for x in place.columns {
                    let weight = rowWeights[y - place.y] * columnWeights[x - place.x] * 0.5
                    for channel in 0..<channels {
                        picture[(y * width + x) * channels + channel] +=
                            weight * (samples[((y - place.y) * side + x - place.x) * channels + channel] + 1)
                    }
                }
            }
        }
    }
}

/// What pictures are made of.
private protocol TileSample { var float: Float { get } }
extension Float: TileSample { fileprivate var float: Float { self } }
extension UInt8: TileSample { fileprivate var float: Float { Float(self) } }

/// A position brought into `0..<length` as between two mirrors.
private func mirrored(_ position: Int, _ length: Int) -> Int {
    guard length > 1 else { return 0 }
    let period = 2 * (length - 1)
    let wrapped = ((position % period) + period) % period
    return wrapped < length ? wrapped : period - wrapped
}
