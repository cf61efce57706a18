import CKernels
package import Tensor

/// Sums of a feature map's values and squares, a channel, collected a task at a time in double precision: the totals
/// are taken in the order of the tasks, so they do not depend on which thread ran which.
package struct ChannelMoments {
    let partial: TensorBuffer<Double>
    let channels: Int
    let tasks: Int

    init(tasks: Int, channels: Int) {
        self.tasks = tasks
        self.channels = channels
        partial = TensorBuffer(count: tasks * 2 * channels)
    }

    func sums(task: Int) -> UnsafeMutablePointer<Double> { partial.base + task * 2 * channels }
    func squares(task: Int) -> UnsafeMutablePointer<Double> { sums(task: task) + channels }

    func clear(task: Int) { sums(task: task).update(repeating: 0, count: 2 * channels) }

    /// Adds `count` pixels, `stride` floats apart; `pixels` points at the first of `channels` in the first.
    func add(_ pixels: UnsafePointer<Float>, stride: Int, count: Int32, channels: Range<Int>, task: Int) {
        Kernel.exact.passes.pointee.add_moments(
            pixels, stride, count, Int32(channels.count), sums(task: task) + channels.lowerBound,
            squares(task: task) + channels.lowerBound)
    }

    package var byteCount: Int { partial.byteCount }

    /// Mean and biased variance of each channel over `count` pixels.
    package func reduced(count: Int, _ body: (_ channel: Int, _ mean: Double, _ variance: Double) -> Void) {
        for channel in 0..<channels {
            var sum = 0.0
            var squares = 0.0
            for task in 0..<tasks {
                sum += self.sums(task: task)[channel]
                squares += self.squares(task: task)[channel]
            }
            let mean = sum / Double(count)
            body(channel, mean, max(squares / Double(count) - mean * mean, 0))
        }
    }
}

extension FeatureMap {
    /// Adds the values and their squares of some pixels, numbered row by row, to sums[channels] and squares[channels].
    package func addMoments(
        ofPixels range: Range<Int>, to sums: UnsafeMutablePointer<Double>, squares: UnsafeMutablePointer<Double>
    ) {
        Kernel.exact.passes.pointee.add_moments(
            base + range.lowerBound * pixelStride, pixelStride, Int32(range.count), Int32(channels), sums, squares)
    }
}
