import CTraining
import Kernels
import Tensor

/// Normalisation of a map's channels by their mean and variance over its pixels, those of all images of a batch, then
/// scale and shift. With a batch of one this is instance normalisation too; only at test time the two differ, by whether
/// running averages (momentum 0.1, unbiased variance, as in PyTorch) stand in.
///
/// The map keeps its raw values; readers apply value * scale + shift as they gather.
final class BatchNormalisation {
    static let epsilon = 1e-5
    static let momentum = 0.1
    /// Of renormalisation: statistics that a network is used with come from many images.
    static let slowMomentum = 0.01
    /// Largest ratio of deviations and distance of means, in deviations, that renormalisation makes up for.
    static let reach = 10.0

    let channels: Int
    /// Applied by readers; owned by whoever owns the map.
    private let appliedScale: UnsafeMutablePointer<Float>
    private let appliedShift: UnsafeMutablePointer<Float>
    private let parameters: Parameters
    private let slots: Slots
    /// mean, inverse deviation, then three coefficients, then factor and shift of renormalisation a channel.
    private let memory: TensorBuffer<Float>

    /// Offsets among the parameters and the statistics.
    struct Slots {
        let scale: Int
        let shift: Int
        let mean: Int
        let variance: Int

        init(_ name: String, channels: Int, _ weights: inout TensorSlots, _ statistics: inout TensorSlots) {
            scale = weights.add(name + ".norm.scale", [channels])
            shift = weights.add(name + ".norm.shift", [channels])
            mean = statistics.add(name + ".norm.mean", [channels])
            variance = statistics.add(name + ".norm.variance", [channels])
        }
    }

    init(
        _ slots: Slots, channels: Int, pixels: Int, parameters: Parameters,
        scale: UnsafeMutablePointer<Float>, shift: UnsafeMutablePointer<Float>, workspace: Workspace
    ) {
        self.slots = slots
        self.channels = channels
        self.parameters = parameters
        appliedScale = scale
        appliedShift = shift
        memory = TensorBuffer(count: 7 * channels)
        workspace.reserve(channelSums: PixelChunks(pixels: pixels).count * 2 * channels)
    }

    var mean: UnsafeMutablePointer<Float> { memory.base }
    var inverseDeviation: UnsafeMutablePointer<Float> { memory.base + channels }
    private var coefficients: UnsafeMutablePointer<Float> { memory.base + 2 * channels }
    /// What the normalised values are multiplied by, and what is added: 1 and 0 but for renormalisation.
    private var factor: UnsafeMutablePointer<Float> { memory.base + 5 * channels }
    private var offset: UnsafeMutablePointer<Float> { memory.base + 6 * channels }

    /// Takes the statistics of `map`, or the running ones, and sets what readers apply.
    func normalise(_ map: FeatureMap, by statistics: NormalisationStatistics, in workspace: Workspace) {
        let runningMean = parameters.statistic(slots.mean)
        let runningVariance = parameters.statistic(slots.variance)
        let count = map.height * map.width
        factor.update(repeating: 1, count: channels)
        offset.update(repeating: 0, count: channels)
        if case .running = statistics {
            for channel in 0..<channels {
                mean[channel] = runningMean[channel]
                inverseDeviation[channel] = Float(1 / Self.deviation(runningVariance[channel]))
            }
        } else {
            let chunks = PixelChunks(pixels: count)
            let sums = workspace.channelSums.base
            sums.update(repeating: 0, count: chunks.count * 2 * channels)
            workspace.pool.run(tasks: chunks.count) { task, _ in
                let chunk = sums + task * 2 * channels
                let range = chunks[task]
                map.addMoments(ofPixels: range, to: chunk, squares: chunk + channels)
            }
            for channel in 0..<channels {
                let (sum, squares) = workspace.total(chunks.count, channels, channel)
                let mean = sum / Double(count)
                let variance = max(squares / Double(count) - mean * mean, 0)
                self.mean[channel] = Float(mean)
                inverseDeviation[channel] = Float(1 / (variance + Self.epsilon).squareRoot())
                let unbiased = variance * Double(count) / Double(max(count - 1, 1))
                switch statistics {
                case .collected:
                    runningMean[channel] += Float(Self.momentum) * (Float(mean) - runningMean[channel])
                    runningVariance[channel] += Float(Self.momentum) * (Float(unbiased) - runningVariance[channel])
                case .renormalised(let share):
                    let running = Double(runningMean[channel])
                    let deviation = Self.deviation(runningVariance[channel])
                    let ratio = (variance + Self.epsilon).squareRoot() / deviation
                    let largest = 1 + (Self.reach - 1) * share
                    factor[channel] = Float(min(max(ratio, 1 / largest), largest))
                    offset[channel] = Float(
                        min(max((mean - running) / deviation, -Self.reach * share), Self.reach * share))
                    // Images differ in their means too: all of the variance is what lies around the running mean.
                    let around = unbiased + (mean - running) * (mean - running)
                    runningMean[channel] += Float(Self.slowMomentum * (mean - running))
                    runningVariance[channel] += Float(Self.slowMomentum) * (Float(around) - runningVariance[channel])
                case .batch, .running: break
                }
            }
        }
        let scale = parameters.value(slots.scale)
        let shift = parameters.value(slots.shift)
        for channel in 0..<channels {
            appliedScale[channel] = scale[channel] * inverseDeviation[channel] * factor[channel]
            appliedShift[channel] =
                shift[channel] + scale[channel] * offset[channel] - mean[channel] * appliedScale[channel]
        }
    }

    private static func deviation(_ variance: Float) -> Double { (Double(variance) + epsilon).squareRoot() }

    /// - gradient: with respect to the normalised values, [pixels, channels]; becomes that with respect to the raw
    ///   ones.
    /// - chunks: of the sums of gradient and gradient * normalised value that the workspace holds.
    func backward(_ gradient: FeatureMap, raw: FeatureMap, chunks: PixelChunks, in workspace: Workspace) {
        let count = Double(chunks.pixels)
        let scale = parameters.value(slots.scale)
        for channel in 0..<channels {
            let (sum, product) = workspace.total(chunks.count, channels, channel)
            parameters.gradient(slots.shift)[channel] += Float(sum)
            parameters.gradient(slots.scale)[channel] += factor[channel] * Float(product) + offset[channel] * Float(sum)
            let inverse = Double(inverseDeviation[channel])
            let gain = Double(scale[channel]) * inverse * Double(factor[channel])
            coefficients[channel] = Float(gain)
            let ofRaw = -gain * inverse * product / count
            coefficients[channels + channel] = Float(ofRaw)
            coefficients[2 * channels + channel] = Float(-gain * sum / count - ofRaw * Double(mean[channel]))
        }
        workspace.pool.run(tasks: chunks.count) { task, _ in
            let range = chunks[task]
            operations.pointee.normalisation_gradient(
                raw.base + range.lowerBound * raw.pixelStride, raw.pixelStride, coefficients, coefficients + channels,
                coefficients + 2 * channels, Int32(range.count), Int32(channels),
                gradient.base + range.lowerBound * gradient.pixelStride, gradient.pixelStride)
        }
    }
}

extension Workspace {
    /// The two sums of one channel over all chunks, in their order.
    func total(_ chunks: Int, _ channels: Int, _ channel: Int) -> (Double, Double) {
        var sums = (0.0, 0.0)
        for chunk in 0..<chunks {
            sums.0 += channelSums.base[chunk * 2 * channels + channel]
            sums.1 += channelSums.base[(chunk * 2 + 1) * channels + channel]
        }
        return sums
    }
}
