import Kernels
import Network
import Tensor
import Testing
import Training

struct WeightAverageTests {
    @Test func itIsTheMovingAverageOfWeightsAndStatistics() {
        let workspace = Workspace(pool: WorkerPool(threads: 2))
        let generator = TrainableGenerator(
            GeneratorDescription(layers: 3, baseChannels: 4, normalisation: .running), height: 32, width: 32,
            workspace: workspace)
        let training = AdversarialTraining(
            generator: generator, judges: [], averageDecay: 0.6, workspace: workspace)
        let parameters = generator.parameters
        parameters.initialise(seed: 1, .weights)
        training.average!.restart()
        for pixel in 0..<32 * 32 {
            for channel in 0..<3 {
                training.picture.base[pixel * training.picture.pixelStride + channel] = pixel % 7 < 3 ? 0.5 : -0.5
                training.target.base[pixel * training.target.pixelStride + channel] = pixel % 5 < 2 ? 0.9 : -0.9
            }
        }
        func newest() -> [Double] {
            [parameters.values, parameters.statistics].flatMap { buffer in
                (0..<buffer.count).map { Double(buffer.base[$0]) }
            }
        }
        var expected = newest()
        let start = expected
        for step in 1...12 {
            _ = training.step(rate: 1e-2, random: nil)
            // (1 + step) / (10 + step) passes 0.6 at the twelfth step.
            let decay = min(0.6, Double(1 + step) / Double(10 + step))
            for (index, value) in newest().enumerated() {
                expected[index] = decay * expected[index] + (1 - decay) * value
            }
        }
        let last = newest()
        let used = training.withWeightsInUse { newest() }
        #expect(zip(used, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        // The comparison would fail for the newest weights, and for those at first.
        #expect(zip(last, expected).contains { abs($0 - $1) > 1e-3 })
        #expect(zip(start, expected).contains { abs($0 - $1) > 1e-2 })
        #expect(newest() == last)
    }
}
