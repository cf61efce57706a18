import Kernels
package import Tensor

/// The exponential moving average of a network's weights and running statistics over its steps: what is used, where
/// the newest weights still swing with each picture.
package final class WeightAverage {
    package let parameters: Parameters
    package let values: TensorBuffer<Float>
    package let statistics: TensorBuffer<Float>
    /// What is left of the average after a step, once there have been many; 0..<1.
    private let decay: Double

    /// - parameters: of the network; the average starts as what they are at the first step.
    package init(of parameters: Parameters, decay: Double) {
        precondition((0..<1).contains(decay))
        self.parameters = parameters
        self.decay = decay
        values = TensorBuffer(count: parameters.values.count)
        statistics = TensorBuffer(count: parameters.statistics.count)
    }

    /// Starts anew at the parameters as they are.
    package func restart() {
        values.base.update(from: parameters.values.base, count: values.count)
        statistics.base.update(from: parameters.statistics.base, count: statistics.count)
    }

    /// After each step. In the first ones the average is shorter, so that it forgets the random start.
    func add(in workspace: Workspace) {
        let step = Double(parameters.steps)
        let share = Float(1 - min(decay, (1 + step) / (10 + step)))
        for (average, newest) in [(values, parameters.values), (statistics, parameters.statistics)] {
            let chunks = PixelChunks(pixels: average.count)
            workspace.pool.run(tasks: chunks.count) { task, _ in
                let (to, from) = (average.base, newest.base)
                for index in chunks[task] { to[index] += share * (from[index] - to[index]) }
            }
        }
    }

    /// Has `body` run with the average in place of the newest weights.
    func inPlace<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        exchange()
        defer { exchange() }
        return try body()
    }

    private func exchange() {
        for (one, other) in [(values, parameters.values), (statistics, parameters.statistics)] {
            let (a, b) = (one.base, other.base)
            for index in 0..<one.count { (a[index], b[index]) = (b[index], a[index]) }
        }
    }
}
