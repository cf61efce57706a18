import Foundation
import Kernels
import Tensor

/// Gaussian blur of square maps in place, edges mirrored.
final class GaussianBlur {
    private let side: Int
    private let workspace: Workspace
    private let memory: TensorBuffer<Float>
    private static let largestRadius = 24

    init(side: Int, workspace: Workspace) {
        self.side = side
        self.workspace = workspace
        memory = TensorBuffer(count: side * side * 3)
        workspace.reserve(scratch: (side + 2 * Self.largestRadius) * 3)
    }

    /// - map: [side, side, 1...3].
    /// - deviation: in pixels, above 0, at most 8.
    func blur(_ map: FeatureMap, deviation: Double) {
        precondition(map.height == side && map.width == side && map.channels <= 3)
        let radius = min(side - 1, Self.largestRadius, max(1, Int((3 * deviation).rounded(.up))))
        let raw = (-radius...radius).map { exp(-Double($0 * $0) / (2 * deviation * deviation)) }
        let taps = raw.map { Float($0 / raw.reduce(0, +)) }
        let channels = map.channels
        let length = side * channels
        let last = side - 1
        func mirrored(_ position: Int) -> Int {
            position < 0 ? -position : position > last ? 2 * last - position : position
        }
        // Along rows into contiguous rows, then across them.
        workspace.pool.run(tasks: side) { y, worker in
            let row = workspace.scratch(of: worker)
            for x in -radius..<side + radius {
                let pixel = map.pixel(y, mirrored(x))
                for channel in 0..<channels { row[(x + radius) * channels + channel] = pixel[channel] }
            }
            let out = memory.base + y * length
            out.update(repeating: 0, count: length)
            for (tap, weight) in taps.enumerated() { Self.add(row + tap * channels, weight, to: out, count: length) }
        }
        workspace.pool.run(tasks: side) { y, worker in
            let sum = workspace.scratch(of: worker)
            sum.update(repeating: 0, count: length)
            for (tap, weight) in taps.enumerated() {
                Self.add(memory.base + mirrored(y + tap - radius) * length, weight, to: sum, count: length)
            }
            for x in 0..<side {
                let pixel = map.pixel(y, x)
                for channel in 0..<channels { pixel[channel] = sum[x * channels + channel] }
            }
        }
    }

    private static func add(
        _ values: UnsafePointer<Float>, _ weight: Float, to sum: UnsafeMutablePointer<Float>, count: Int
    ) {
        for index in 0..<count { sum[index] += weight * values[index] }
    }
}
