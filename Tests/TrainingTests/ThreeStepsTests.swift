import Foundation
import Kernels
import Network
import Tensor
import Testing
import Training

/// Three steps of both optimisers against PyTorch (Fixtures/make_fixtures.py).
struct ThreeStepsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        let layers: Int
        let size: Int
        let batch: Int

        var testDescription: String { "batch of \(batch)" }
    }

    static let cases = [
        Case(file: "three-steps.safetensors", layers: 5, size: 64, batch: 1),
        Case(file: "three-steps-batch.safetensors", layers: 4, size: 32, batch: 3),
    ]

    private static func training(_ file: WeightFile, _ test: Case, threads: Int) throws -> AdversarialTraining {
        let workspace = Workspace(pool: WorkerPool(threads: threads))
        let generator = TrainableGenerator(
            GeneratorDescription(layers: test.layers, baseChannels: 4, normalisation: .running), height: test.size,
            width: test.size, images: test.batch, dropout: 0, workspace: workspace)
        let judge = Judge(
            scale: 1, baseChannels: 4, height: test.size, width: test.size, images: test.batch, workspace: workspace)
        for (prefix, parameters) in [("g.", generator.parameters), ("d.", judge.discriminator.parameters)] {
            parameters.initialise(seed: 0, .weights)
            for (slot, buffer) in parameters.everything {
                let values = try file.floats(prefix + slot.name)
                #expect(file.entries[prefix + slot.name]?.shape == slot.shape)
                (buffer.base + slot.offset).update(from: values, count: values.count)
            }
        }
        let training = AdversarialTraining(generator: generator, judges: [judge], workspace: workspace)
        for (map, name) in [(training.picture, "x"), (training.target, "y")] {
            let values = try file.floats(name)
            let count = values.count / test.batch
            for image in 0..<test.batch {
                fill(
                    map.image(image, of: test.batch),
                    channelsFirst: Array(values[image * count..<(image + 1) * count]))
            }
        }
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

    @Test(arguments: cases) func lossesAndWeightsAreThoseOfPyTorch(_ test: Case) throws {
        let file = try WeightFile(path: Fixture.path(test.file))
        let training = try Self.training(file, test, threads: 2)
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
    @Test(arguments: cases) func theWeightsMovedMoreThanTheToleranceAllows(_ test: Case) throws {
        let file = try WeightFile(path: Fixture.path(test.file))
        let before = try file.floats("g.up.1.weight")
        let after = try file.floats("g3.up.1.weight")
        #expect(zip(before, after).map { abs($0 - $1) }.max()! > 4e-4)
    }

    @Test(arguments: cases) func anyNumberOfThreadsGivesTheSameBits(_ test: Case) throws {
        let file = try WeightFile(path: Fixture.path(test.file))
        let bits = try [1, 2, 5].map { threads in
            let training = try Self.training(file, test, threads: threads)
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
