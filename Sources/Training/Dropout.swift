import Kernels
import Tensor

/// Dropout after normalisation: each value is cleared with probability `rate`, or multiplied by 1 / (1 - rate).
///
/// The expanding layer's raw result lies in a map of its own; what dropout leaves of it goes into the level's map,
/// to which readers then apply nothing but the activation.
final class Dropout {
    let raw: FeatureMap
    /// What normalisation makes of the raw values.
    let scale: UnsafeMutablePointer<Float>
    let shift: UnsafeMutablePointer<Float>
    /// Of the values left by the last `apply`.
    private(set) var factor: Float = 1
    private let level: Int
    private let rate: Double
    private let memory: TensorBuffer<Float>

    init(level: Int, rate: Double, height: Int, width: Int, channels: Int) {
        self.level = level
        self.rate = rate
        memory = TensorBuffer(count: height * width * channels + 2 * channels)
        raw = FeatureMap(base: memory.base, height: height, width: width, channels: channels, pixelStride: channels)
        scale = memory.base + height * width * channels
        shift = scale + channels
    }

    /// - random: nil lets everything pass. A value is a function of this, the level and its place alone.
    func apply(to map: FeatureMap, random: CounterRandom?, in workspace: Workspace) {
        factor = random == nil ? 1 : Float(1 / (1 - rate))
        let stream = random.map { CounterRandom(seed: $0.number(level), .dropout) }
        let threshold = UInt32(rate * 0x1p32)
        let chunks = PixelChunks(pixels: map.height * map.width)
        let channels = map.channels
        workspace.pool.run(tasks: chunks.count) { task, _ in
            for pixel in chunks[task] {
                let source = raw.base + pixel * raw.pixelStride
                let target = map.base + pixel * map.pixelStride
                for channel in 0..<channels {
                    let value = source[channel] * scale[channel] + shift[channel]
                    if let stream {
                        let bits = UInt32(truncatingIfNeeded: stream.number(pixel * channels + channel) >> 32)
                        target[channel] = bits < threshold ? 0 : value * factor
                    } else {
                        target[channel] = value
                    }
                }
            }
        }
    }
}
