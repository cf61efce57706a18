import Foundation
import Kernels
import Tensor
import Testing
import Training

struct IntervalLossTests {
    /// One answer for pixels whose targets are 1...199 hundredths below 1: the loss falls until the value is the median
    /// and the bounds are the quantiles 0.05 and 0.95.
    @Test(arguments: [(0, 0.5), (1, 0.05), (2, 0.95)])
    func theLeastLossIsAtTheQuantile(channel: Int, quantile: Double) {
        let workspace = Workspace(pool: WorkerPool(threads: 2))
        workspace.reserve(channelSums: 64)
        let count = 199
        let memory = TensorBuffer<Float>(count: count * 9)
        let maps = (0..<3).map {
            FeatureMap(base: memory.base + $0 * count * 3, height: 1, width: count, channels: 3, pixelStride: 3)
        }
        for pixel in 0..<count { maps[1].base[pixel * 3] = Float(pixel + 1) / 100 - 1 }
        func slope(_ answer: Double) -> Double {
            for pixel in 0..<count { maps[0].base[pixel * 3 + channel] = Float(answer) }
            _ = ResultLoss.interval.evaluate(
                maps[0], target: maps[1], other: nil, factor: 1, gradient: maps[2], in: workspace)
            return (0..<count).reduce(0) { $0 + Double(maps[2].base[$1 * 3 + channel]) }
        }
        let best = 2 * quantile - 1
        #expect(slope(best - 0.03) < 0)
        #expect(slope(best + 0.03) > 0)
    }

    @Test func gradientsAreThoseOfFiniteDifferences() {
        let workspace = Workspace(pool: WorkerPool(threads: 2))
        workspace.reserve(channelSums: 64)
        let (count, factor) = (40, 3.0)
        let memory = TensorBuffer<Float>(count: count * 15)
        let maps = (0..<5).map {
            FeatureMap(base: memory.base + $0 * count * 3, height: 4, width: 10, channels: 3, pixelStride: 3)
        }
        let argument = GradientTests.numbers(count * 3, seed: 1)
        let target = GradientTests.numbers(count * 3, seed: 2)
        let weights = GradientTests.numbers(count * 3, seed: 3).map { $0 + 1.5 }
        let other = GradientTests.numbers(count * 3, seed: 4)
        for index in 0..<count * 3 {
            maps[0].base[index] = Float(tanh(argument[index]))
            maps[1].base[index] = Float(target[index])
            maps[2].base[index] = Float(weights[index])
            maps[3].base[index] = Float(other[index])
        }
        let value = ResultLoss.interval.evaluate(
            maps[0], target: maps[1], weights: maps[2].base, other: maps[3].base, factor: factor, gradient: maps[4],
            in: workspace)
        func losses(_ argument: [Double]) -> (Double, Double, Double) {
            var sums = (0.0, 0.0, 0.0)
            for index in 0..<count * 3 {
                let result = tanh(argument[index])
                let above = target[index / 3 * 3] - result
                let quantile = [0.5, 0.05, 0.95][index % 3]
                let pinball = weights[index] * max(quantile * above, (quantile - 1) * above) / Double(count)
                if index % 3 == 0 { sums.0 += 2 * pinball } else { sums.1 += pinball }
                sums.2 += other[index] * result
            }
            return sums
        }
        let expected = losses(argument)
        #expect(abs(value.result - expected.0) < 1e-5 && abs(value.interval - expected.1) < 1e-5)
        for index in 0..<count * 3 {
            let slope = GradientTests.slope(at: argument[index]) { moved in
                var all = argument
                all[index] = moved
                let losses = losses(all)
                return factor * (losses.0 + losses.1) + losses.2
            }
            #expect(abs(Double(maps[4].base[index]) - slope) < 1e-4 * max(1, abs(slope)))
        }
    }
}
