import CTraining
import Glibc
import Kernels
package import Tensor

/// What an optimiser changes: weights with their gradients and Adam's moments, and beside them the running statistics
/// of normalisation, which follow the data. Each tensor is in PyTorch's order.
package final class Parameters {
    package let slots: TensorSlots
    package let statisticSlots: TensorSlots
    package let values: TensorBuffer<Float>
    package let gradients: TensorBuffer<Float>
    package let firstMoments: TensorBuffer<Float>
    package let secondMoments: TensorBuffer<Float>
    package let statistics: TensorBuffer<Float>
    /// Steps of the optimiser so far.
    package internal(set) var steps = 0

    init(slots: TensorSlots, statistics statisticSlots: TensorSlots) {
        self.slots = slots
        self.statisticSlots = statisticSlots
        values = TensorBuffer(count: slots.count)
        gradients = TensorBuffer(count: slots.count)
        firstMoments = TensorBuffer(count: slots.count)
        secondMoments = TensorBuffer(count: slots.count)
        statistics = TensorBuffer(count: statisticSlots.count)
    }

    /// Number of weights.
    package var count: Int { slots.slots.reduce(0) { $0 + $1.shape.count } }

    func value(_ offset: Int) -> UnsafeMutablePointer<Float> { values.base + offset }
    func gradient(_ offset: Int) -> UnsafeMutablePointer<Float> { gradients.base + offset }
    func statistic(_ offset: Int) -> UnsafeMutablePointer<Float> { statistics.base + offset }

    package func clearGradients() { gradients.base.update(repeating: 0, count: gradients.count) }

    /// One step of Adam (Kingma and Ba 2015), as PyTorch computes it.
    package func update(_ adam: Adam, rate: Double, in workspace: Workspace) {
        steps += 1
        let stepSize = Float(rate / (1 - pow(adam.beta1, Double(steps))))
        let correction = Float((1 - pow(adam.beta2, Double(steps))).squareRoot())
        let chunks = PixelChunks(pixels: slots.count)
        workspace.pool.run(tasks: chunks.count) { task, _ in
            let range = chunks[task]
            let at = range.lowerBound
            operations.pointee.adam(
                values.base + at, gradients.base + at, firstMoments.base + at, secondMoments.base + at, range.count,
                Float(adam.beta1), Float(adam.beta2), stepSize, correction)
        }
    }

    /// Weights of convolutions N(0, 0.02), normalisation scales N(1, 0.02), all shifts 0; running means 0 and
    /// variances 1.
    package func initialise(seed: UInt64, _ purpose: CounterRandom.Purpose) {
        for (index, slot) in slots.slots.enumerated() {
            var random = CounterRandom(seed: seed, purpose, index)
            let mean: Double? = slot.shape.rank == 4 ? 0 : slot.name.hasSuffix(".norm.scale") ? 1 : nil
            for element in 0..<slot.shape.count {
                values.base[slot.offset + element] = mean.map { Float($0 + 0.02 * random.normal()) } ?? 0
            }
        }
        for slot in statisticSlots.slots {
            let value: Float = slot.name.hasSuffix(".norm.variance") ? 1 : 0
            (statistics.base + slot.offset).update(repeating: value, count: slot.shape.count)
        }
        for buffer in [gradients, firstMoments, secondMoments] { buffer.base.update(repeating: 0, count: buffer.count) }
        steps = 0
    }
}
