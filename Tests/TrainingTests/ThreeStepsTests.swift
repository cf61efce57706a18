import Foundation
import Kernels
import Network
import Tensor
import Testing
import Training

/// Three steps of both optimisers against PyTorch (Fixtures/make_fixtures.py).
struct ThreeStepsTests {
    private static func training(_ file: WeightFile, threads: Int) throws -> AdversarialTraining {
        let workspace = Workspace(pool: WorkerPool(threads: threads))
        let generator = TrainableGenerator(
            GeneratorDescription(layers: 5, baseChannels: 4, normalisation: .running), height: 64, width: 64,
            dropout: 0, workspace: workspace)
        let judge = Judge(scale: 1, baseChannels: 4, height: 64, width: 64, workspace: workspace)
        for (prefix, parameters) in [("g.", generator.parameters), ("d.", judge.discriminator.parameters)] {
            parameters.initialise(seed: 0, .weights)
            for (slot, buffer) in parameters.everything {
                let values = try file.floats(prefix + slot.name)
                #expect(file.entries[prefix + slot.name]?.shape == slot.shape)
                (buffer.base + slot.offset).update(from: values, count: values.count)
            }
        }
        let training = AdversarialTraining(generator: generator, judges: [judge], workspace: workspace)
        fill(training.picture, channelsFirst: try file.floats("x"))
        fill(training.target, channelsFirst: try file.floats("y"))
        return training
    }

    private static func fill(_ map: FeatureMap, channelsFirst values: [Float]) {
        let pixels = map.height * map.width
        for pixel in 0..<pixels {
            for channel in 0..<map.channels {
                map.base[pixel * map.pixelStride + channel] = values[channel * pixels + pixel]
            }
        }
    }

    @Test func lossesAndWeightsAreThoseOfPyTorch() throws {
        let file = try WeightFile(path: Fixture.path("three-steps.safetensors"))
        let training = try Self.training(file, threads: 2)
        let expected = try file.floats("losses")
        for step in 0..<3 {
            let losses = training.step(rate: 2e-4, random: nil)
            for (index, loss) in [losses.discriminator, losses.adversarial, losses.result].enumerated() {
                #expect(abs(loss - Double(expected[3 * step + index])) < 1e-4, "loss \(index) of step \(step + 1)")
            }
        }
        for (prefix, parameters) in [
            ("g3.", training.generator.parameters), ("d3.", training.judges[0].discriminator.parameters),
        ] {
            for (slot, buffer) in parameters.everything {
                let expected = try file.floats(prefix + slot.name)
                let difference = expected.indices.map { abs(expected[$0] - buffer.base[slot.offset + $0]) }.max()!
                #expect(difference < 1e-4, "\(prefix)\(slot.name) differs by \(difference)")
            }
        }
    }

    /// Weights move by 2e-4 a step at most: the comparison above must not pass where nothing moves.
    @Test func theWeightsMovedMoreThanTheToleranceAllows() throws {
        let file = try WeightFile(path: Fixture.path("three-steps.safetensors"))
        let before = try file.floats("g.up.1.weight")
        let after = try file.floats("g3.up.1.weight")
        #expect(zip(before, after).map { abs($0 - $1) }.max()! > 4e-4)
    }

    @Test func anyNumberOfThreadsGivesTheSameBits() throws {
        let file = try WeightFile(path: Fixture.path("three-steps.safetensors"))
        let bits = try [1, 2, 5].map { threads in
            let training = try Self.training(file, threads: threads)
            for _ in 0..<2 { _ = training.step(rate: 2e-4, random: nil) }
            return [training.generator.parameters, training.judges[0].discriminator.parameters].flatMap { parameters in
                (0..<parameters.values.count).map { parameters.values.base[$0].bitPattern }
            }
        }
        #expect(bits[0] == bits[1])
        #expect(bits[0] == bits[2])
    }
}

extension Parameters {
    /// Weights and running statistics with the buffers that hold them.
    var everything: [(slot: TensorSlots.Slot, buffer: TensorBuffer<Float>)] {
        slots.slots.map { ($0, values) } + statisticSlots.slots.map { ($0, statistics) }
    }
}

enum Fixture {
    static func path(_ name: String) -> String {
        Bundle.module.resourceURL!.appendingPathComponent("Fixtures/\(name)").path
    }
}
