package import Kernels
import Tensor

/// Threads and memory that layers use in turn. Layers reserve what they need when they are planned; steps allocate
/// nothing.
package final class Workspace {
    package let pool: WorkerPool
    /// Memory that nothing outlives a layer's run in.
    private(set) var scratch = TensorBuffer<Float>(count: 0)
    private var scratchStride = 0
    /// Partial sums of weight gradients.
    private(set) var partials = TensorBuffer<Float>(count: 0)
    /// Partial sums of channels, in double precision.
    private(set) var channelSums = TensorBuffer<Double>(count: 0)

    package init(pool: WorkerPool) { self.pool = pool }

    /// - scratch: floats a worker.
    /// - total: floats of all workers together, where they do not share alike.
    package func reserve(
        scratch count: Int = 0, total: Int = 0, partials partialCount: Int = 0, channelSums sumCount: Int = 0
    ) {
        scratchStride = max(scratchStride, (count + 15) / 16 * 16)
        let needed = max(total, scratchStride * pool.threads)
        if needed > scratch.count { scratch = TensorBuffer(count: needed) }
        if partialCount > partials.count { partials = TensorBuffer(count: partialCount) }
        if sumCount > channelSums.count { channelSums = TensorBuffer(count: sumCount) }
    }

    func scratch(of worker: Int) -> UnsafeMutablePointer<Float> { scratch.base + worker * scratchStride }
}
