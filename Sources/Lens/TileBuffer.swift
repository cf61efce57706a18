package import Imaging
internal import Kernels
package import Network
internal import Quantities

/// One square tile on its way through a network: cut out of pictures, run, and laid into the result.
///
/// `@unchecked Sendable`: one thread at a time works with a buffer; the tasks of a pool that fill it write rows of their
/// own.
package final class TileBuffer: @unchecked Sendable {
    /// In pixels.
    private let side: Int
    private let pool: WorkerPool
    /// [side, side, 3] going in, [side, side, channels] coming out, -1...1.
    package private(set) var samples: [Float]
    private var channels = 3

    /// Rows that one task of the pool works on.
    private static let taskRows = 64

    init(side: Int, pool: WorkerPool) {
        self.side = side
        self.pool = pool
        samples = [Float](repeating: 0, count: side * side * 3)
    }

    /// - threads: that cut the tile and lay it.
    package convenience init(side: Int, threads: Int) { self.init(side: side, pool: WorkerPool(threads: threads)) }

    /// Calls `body` with every row and its task, of `tasks`, on the threads of the pool.
    private static func forEachRow(of side: Int, on pool: WorkerPool, _ body: (_ row: Int, _ task: Int) -> Void) {
        pool.run(tasks: tasks(of: side)) { task, _ in
            for row in task * taskRows..<min((task + 1) * taskRows, side) { body(row, task) }
        }
    }

    private static func tasks(of side: Int) -> Int { (side + taskRows - 1) / taskRows }

    /// Fills the tile with the sum of pictures, masked, from 0...1 to the networks' -1...1. Beyond the pictures' edges
    /// the pixels are mirrored.
    /// - Parameters:
    ///   - pictures: one at least, of three channels and one size.
    ///   - x, y: the tile's first pixel.
    /// - Returns: false where a mask is given and the tile holds nothing of it, so that a network need not run.
    @discardableResult
    package func gather(
        _ pictures: [Picture<Float>], maskedBy mask: (picture: Picture<Float>, channel: Int)? = nil, x: Int, y: Int
    ) -> Bool {
        let (side, pool, width, height) = (side, pool, pictures[0].width, pictures[0].height)
        if samples.count != side * side * 3 { samples = [Float](repeating: 0, count: side * side * 3) }
        let columns = (0..<side).map { Int32(mirrored(x + $0, width)) }
        var occupied = [Bool](repeating: mask == nil, count: Self.tasks(of: side))
        let sources = pictures.map(\.samples)
        samples.withUnsafeMutableBufferPointer { tile in
            occupied.withUnsafeMutableBufferPointer { occupied in
                columns.withUnsafeBufferPointer { columns in
                    Self.forEachRow(of: side, on: pool) { row, task in
                        let sourceRow = mirrored(y + row, height) * width
                        let out = tile.baseAddress! + row * side * 3
                        for (number, source) in sources.enumerated() {
                            source.withUnsafeBufferPointer {
                                let pixels = $0.baseAddress! + sourceRow * 3
                                if number == 0 {
                                    Self.copy(pixels, columns, to: out)
                                } else {
                                    Self.add(pixels, columns, to: out)
                                }
                            }
                        }
                        if let mask {
                            let found = mask.picture.samples.withUnsafeBufferPointer {
                                Self.multiply(
                                    out, by: $0.baseAddress! + sourceRow * mask.picture.channels + mask.channel,
                                    step: mask.picture.channels, columns)
                            }
                            if found { occupied[task] = true }
                        }
                        for index in 0..<side * 3 { out[index] = min(out[index], 1) * 2 - 1 }
                    }
                }
            }
        }
        channels = 3
        return occupied.contains(true)
    }

    private static func copy(
        _ pixels: UnsafePointer<Float>, _ columns: UnsafeBufferPointer<Int32>, to out: UnsafeMutablePointer<Float>
    ) {
        for column in 0..<columns.count {
            let pixel = pixels + Int(columns[column]) * 3
            for channel in 0..<3 { out[column * 3 + channel] = pixel[channel] }
        }
    }

    private static func add(
        _ pixels: UnsafePointer<Float>, _ columns: UnsafeBufferPointer<Int32>, to out: UnsafeMutablePointer<Float>
    ) {
        for column in 0..<columns.count {
            let pixel = pixels + Int(columns[column]) * 3
            for channel in 0..<3 { out[column * 3 + channel] += pixel[channel] }
        }
    }

    /// - Returns: whether a weight says that the mask's species is more likely there than not.
    private static func multiply(
        _ out: UnsafeMutablePointer<Float>, by weights: UnsafePointer<Float>, step: Int,
        _ columns: UnsafeBufferPointer<Int32>
    ) -> Bool {
        var largest: Float = 0
        for column in 0..<columns.count {
            let weight = weights[Int(columns[column]) * step]
            largest = max(largest, weight)
            for channel in 0..<3 { out[column * 3 + channel] *= weight }
        }
        return largest >= 0.5
    }

    package func run(_ generator: Generator) {
        channels = generator.description.outputChannels
        if channels == 3 { generator.run(inPlace: &samples) } else { samples = generator.run(samples) }
    }

    /// Adds the tile to a picture, from -1...1 to 0...1, with its weights.
    package func blend(
        into picture: inout Picture<Float>, x: Int, y: Int, columnWeights: [Float], rowWeights: [Float]
    ) {
        let (side, channels, width, height) = (side, channels, picture.width, picture.height)
        let inside = max(0, -x)..<min(side, width - x)
        picture.samples.withUnsafeMutableBufferPointer { picture in
            samples.withUnsafeBufferPointer { tile in
                columnWeights.withUnsafeBufferPointer { columnWeights in
                    Self.forEachRow(of: side, on: pool) { row, _ in
                        guard (0..<height).contains(y + row) else { return }
                        let rowWeight = rowWeights[row] * 0.5
                        let to = picture.baseAddress! + ((y + row) * width + x) * channels
                        let from = tile.baseAddress! + row * side * channels
                        for column in inside {
                            let weight = rowWeight * columnWeights[column]
                            for channel in 0..<channels {
                                let index = column * channels + channel
                                to[index] += weight * (from[index] + 1)
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A position brought into `0..<length` as between two mirrors.
private func mirrored(_ position: Int, _ length: Int) -> Int {
    guard length > 1 else { return 0 }
    let period = 2 * (length - 1)
    let wrapped = ((position % period) + period) % period
    return wrapped < length ? wrapped : period - wrapped
}
