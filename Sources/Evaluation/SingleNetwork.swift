import Imaging
internal import Lens
internal import Network

/// One network of a lens, run by itself on pictures of any size, tiled as the lens tiles.
struct SingleNetwork {
    private let path: String
    private let manifest: LensManifest
    private let threads: Int
    private let generator: Generator

    init(folder: String, entry: LensManifest.NetworkEntry, manifest: LensManifest, threads: Int) throws(EvaluationError)
    {
        path = "\(folder)/\(entry.file)"
        self.manifest = manifest
        self.threads = threads
        generator = try Self.generator(path, side: manifest.tilePixels, threads: threads)
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
        let whole = try Self.generator(path, side: side, threads: threads)
            .run(picture.samples.map { $0 * 2 - 1 }).map { ($0 + 1) / 2 }
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

        var spread: Double {
            tiles.indices.reduce(0.0) { $0 + (tiles[$1] > 1 ? Double(high[$1] - low[$1]) : 0) }
        }
    }

    private func run(_ picture: Picture<Float>, overlaps: inout Overlaps?) -> Picture<Float> {
        let side = manifest.tilePixels, channels = generator.description.outputChannels
        let columns = Tiling(length: picture.width, tile: side, overlap: manifest.overlapPixels)
        let rows = Tiling(length: picture.height, tile: side, overlap: manifest.overlapPixels)
        var result = Picture<Float>(width: picture.width, height: picture.height, channels: channels, filledWith: 0)
        var tile = [Float](repeating: 0, count: side * side * 3)
        for (row, y) in rows.starts.enumerated() {
            for (column, x) in columns.starts.enumerated() {
                for v in 0..<side {
                    let sourceY = mirrored(y + v, picture.height)
                    for u in 0..<side {
                        let from = (sourceY * picture.width + mirrored(x + u, picture.width)) * 3
                        for c in 0..<3 { tile[(v * side + u) * 3 + c] = min(1, picture.samples[from + c]) * 2 - 1 }
                    }
                }
                let output = generator.run(tile)
                let across = columns.weights(ofTile: column), down = rows.weights(ofTile: row)
                for v in max(0, -y)..<min(side, picture.height - y) {
                    for u in max(0, -x)..<min(side, picture.width - x) {
                        for c in 0..<channels {
                            let to = ((y + v) * picture.width + x + u) * channels + c
                            let value = (output[(v * side + u) * channels + c] + 1) / 2
                            result.samples[to] += down[v] * across[u] * value
                            if overlaps != nil {
                                overlaps!.tiles[to] += 1
                                overlaps!.low[to] = min(overlaps!.low[to], value)
                                overlaps!.high[to] = max(overlaps!.high[to], value)
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}

/// A position brought into `0..<length` as between two mirrors.
private func mirrored(_ position: Int, _ length: Int) -> Int {
    guard length > 1 else { return 0 }
    let period = 2 * (length - 1)
    let wrapped = ((position % period) + period) % period
    return wrapped < length ? wrapped : period - wrapped
}
