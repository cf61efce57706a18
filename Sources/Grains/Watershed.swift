import Imaging
import Quantities

/// Divides a shape at its necks: the distance to the shape's edge is flooded from its summits down, and two basins
/// that meet stay apart if the pass between them is low (Vincent and Soille 1991, with the dynamics of Grimaud 1992
/// as the criterion).
enum Watershed {
    /// - Parameters:
    ///   - mask: non-zero inside the shape, `width * height`. The rectangle's own sides are not edges of the shape.
    ///   - neckRatio: basins are joined if the pass lies above this share of the lower summit.
    ///   - minimumPeak: basins with a lower summit are always joined, in pixels.
    /// - Returns: for each pixel of the mask its part 0, 1, ..., counted from the highest summit; 0 outside.
    static func parts(
        of mask: [UInt8], width: Int, height: Int, neckRatio: Double, minimumPeak: Double
    ) -> (labels: [Int], count: Int) {
        let distance = Picture(width: width, height: height, channels: 1, samples: mask).distanceToBackground()
        var basinOfPixel = [Int32](repeating: -1, count: mask.count)
        var peaks: [Double] = []
        var parent: [Int32] = []
        func root(_ basin: Int32) -> Int32 {
            var basin = basin
            while parent[Int(basin)] != basin { basin = parent[Int(basin)] }
            return basin
        }
        for pixel in descending(distance) {
            let x = pixel % width
            let y = pixel / width
            let level = Double(distance[pixel])
            // The basin of the highest neighbour, and whether there are others.
            var steepest = (distance: -Float.infinity, basin: Int32(-1))
            var meets = false
            let rows = max(0, y - 1)...min(height - 1, y + 1)
            let columns = max(0, x - 1)...min(width - 1, x + 1)
            for ny in rows {
                for nx in columns {
                    let neighbour = ny * width + nx
                    guard basinOfPixel[neighbour] >= 0 else { continue }
                    let basin = root(basinOfPixel[neighbour])
                    if steepest.basin >= 0 && basin != steepest.basin { meets = true }
                    if distance[neighbour] > steepest.distance { steepest = (distance[neighbour], basin) }
                }
            }
            if steepest.basin < 0 {
                steepest.basin = Int32(peaks.count)
                parent.append(steepest.basin)
                peaks.append(level)
            }
            basinOfPixel[pixel] = steepest.basin
            guard meets else { continue }
            for ny in rows {
                for nx in columns where basinOfPixel[ny * width + nx] >= 0 {
                    let one = root(basinOfPixel[ny * width + nx])
                    let other = root(steepest.basin)
                    guard one != other else { continue }
                    // Basins are numbered as their summits were met: the later one is the lower.
                    let lower = max(one, other)
                    if level > neckRatio * peaks[Int(lower)] || peaks[Int(lower)] < minimumPeak {
                        parent[Int(lower)] = min(one, other)
                    }
                }
            }
        }

        var part = [Int](repeating: 0, count: parent.count)
        var count = 0
        for basin in parent.indices where parent[basin] == Int32(basin) {
            part[basin] = count
            count += 1
        }
        return (basinOfPixel.map { $0 < 0 ? 0 : part[Int(root($0))] }, count)
    }

    /// Indices of positive distances, from the largest down, in steps of an eighth of a pixel.
    private static func descending(_ distance: [Float]) -> [Int] {
        func step(_ value: Float) -> Int { Int(saturating: min(value, 1_048_576) * 8) }
        var start = [Int](repeating: 0, count: step(distance.max() ?? 0) + 2)
        let top = start.count - 2
        for value in distance where value > 0 { start[top - step(value) + 1] += 1 }
        for index in 1..<start.count { start[index] += start[index - 1] }
        var order = [Int](repeating: 0, count: start[start.count - 1])
        for (pixel, value) in distance.enumerated() where value > 0 {
            let bin = top - step(value)
            order[start[bin]] = pixel
            start[bin] += 1
        }
        return order
    }
}
