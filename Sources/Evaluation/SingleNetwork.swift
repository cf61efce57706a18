import Imaging
internal import Lens
internal import Network

/// One network of a lens, run by itself on pictures of any size, tiled as the lens tiles.
struct SingleNetwork {
    private let path: String
    private let manifest: LensManifest
    private let threads: Int
    private let generator: Generator
    /// As of its entry in the manifest.
    private let binning: Int

    init(folder: String, entry: LensManifest.NetworkEntry, manifest: LensManifest, threads: Int) throws(EvaluationError)
    {
        path = "\(folder)/\(entry.file)"
        self.manifest = manifest
        self.threads = threads
        binning = entry.binning ?? 1
        generator = try Self.generator(path, side: manifest.tilePixels / binning, threads: threads)
    }

    private static func generator(_ path: String, side: Int, threads: Int) throws(EvaluationError) -> Generator {
        do {
            return try Generator(path: path, height: side, width: side, threads: threads)
        } catch {
            throw EvaluationError(.badLens, error.message, hint: error.hint)
        }
    }

    /// - Parameter picture: RGB, 0...1.
    /// - Returns: 0...1, of the same size.
    func run(_ picture: Picture<Float>) -> Picture<Float> {
        var overlaps: Overlaps?
        return run(picture, overlaps: &overlaps)
    }

    /// Compares tiles with the whole.
    /// - Parameter picture: RGB, 0...1, square, its side a multiple of the tile's.
    func seamError(_ picture: Picture<Float>) throws(EvaluationError) -> SeamError {
        let side = picture.width
        let tile = TileBuffer(side: side, threads: threads)
        tile.gather(picture, x: 0, y: 0)
        tile.run(try Self.generator(path, side: side / binning, threads: threads))
        let whole = tile.samples.map { ($0 + 1) / 2 }
        var kept: Overlaps? = Overlaps(count: whole.count)
        let tiled = run(picture, overlaps: &kept)
        let overlaps = kept!
        var all = 0.0, within = 0.0, withinCount = 0
        for i in whole.indices {
            let difference = Double(abs(whole[i] - tiled.samples[i]))
            all += difference
            if overlaps.tiles[i] > 1 {
                within += difference
                withinCount += 1
            }
        }
        return SeamError(
            tiledAgainstWhole: all / Double(whole.count), inOverlaps: within / Double(max(1, withinCount)),
            betweenTiles: overlaps.spread / Double(max(1, withinCount)), fieldPixels: side)
    }

    /// What tiles said of each sample.
    private struct Overlaps {
        var tiles: [UInt8]
        var low: [Float]
        var high: [Float]

        init(count: Int) {
            tiles = Array(repeating: 0, count: count)
            low = Array(repeating: .infinity, count: count)
            high = Array(repeating: -.infinity, count: count)
        }

        /// - tile: [side, side, channels], -1...1, with its first pixel at (x, y) of `picture`.
        mutating func add(_ tile: [Float], side: Int, x: Int, y: Int, to picture: Picture<Float>) {
            let channels = picture.channels
            for v in max(0, -y)..<min(side, picture.height - y) {
                for u in max(0, -x)..<min(side, picture.width - x) {
                    for c in 0..<channels {
                        let to = ((y + v) * picture.width + x + u) * channels + c
                        let value = (tile[(v * side + u) * channels + c] + 1) / 2
                        tiles[to] += 1
                        low[to] = min(low[to], value)
                        high[to] = max(high[to], value)
                    }
                }
            }
        }

        var spread: Double {
            tiles.indices.reduce(0.0) { $0 + (tiles[$1] > 1 ? Double(high[$1] - low[$1]) : 0) }
        }
    }

    private func run(_ picture: Picture<Float>, overlaps: inout Overlaps?) -> Picture<Float> {
        let side = manifest.tilePixels, channels = generator.description.outputChannels
        let columns = Tiling(length: picture.width, tile: side, overlap: manifest.overlapPixels)
        let rows = Tiling(length: picture.height, tile: side, overlap: manifest.overlapPixels)
        var result = Picture<Float>(width: picture.width, height: picture.height, channels: channels, filledWith: 0)
        let tile = TileBuffer(side: side, threads: threads)
        for (row, y) in rows.starts.enumerated() {
            for (column, x) in columns.starts.enumerated() {
                tile.gather(picture, x: x, y: y)
                tile.run(generator)
                tile.blend(
                    into: &result, columnWeights: columns.weights(ofTile: column), rowWeights: rows.weights(ofTile: row)
                )
                overlaps?.add(tile.samples, side: side, x: x, y: y, to: result)
            }
        }
        return result
    }
}
