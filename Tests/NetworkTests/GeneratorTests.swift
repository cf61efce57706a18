import Foundation
import Kernels
import Network
import Synchronization
import Tensor
import Testing

@Suite("Generators against PyTorch")
struct GeneratorTests {
    private func generator(
        _ fixture: Fixture, _ normalisation: Normalisation, threads: Int = 2
    ) throws -> (Generator, image: [Float]) {
        let (image, height, width) = try fixture.image()
        let generator = try Generator(
            weights: fixture.weights(normalisation), height: height, width: width, pool: WorkerPool(threads: threads))
        return (generator, image)
    }

    private func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).map { abs($0 - $1) }.max()!
    }

    @Test("the output is PyTorch's within 1e-4", arguments: Fixture.all)
    func matchesPyTorch(_ fixture: Fixture) throws {
        for normalisation in fixture.normalisations {
            let (generator, image) = try generator(fixture, normalisation)
            let expected = try fixture.interleaved("y.\(normalisation.rawValue)")
            let result = generator.run(image)
            #expect(result.count == expected.count)
            #expect(largestDifference(result, expected) < 1e-4)
            // Outputs near zero would match whatever the weights.
            #expect(largestDifference(expected, [Float](repeating: 0, count: expected.count)) > 0.5)
        }
    }

    @Test("the two normalisations differ, so neither test above passes by accident")
    func normalisationsDiffer() throws {
        let fixture = Fixture("batch-5")
        #expect(try largestDifference(fixture.interleaved("y.running"), fixture.interleaved("y.instance")) > 0.1)
    }

    @Test("1, 2 and 3 threads give the same bits", arguments: [Normalisation.running, .instance])
    func sameBits(_ normalisation: Normalisation) throws {
        let one = try generator(Fixture("batch-6-half"), normalisation, threads: 1)
        let expected = one.0.run(one.image).map(\.bitPattern)
        for threads in 2...3 {
            let several = try generator(Fixture("batch-6-half"), normalisation, threads: threads)
            let same = several.0.run(several.image).map(\.bitPattern) == expected
            #expect(same, "\(threads) threads")
        }
    }

    @Test("a generator keeps nothing of the image before", arguments: [Normalisation.running, .instance])
    func reusable(_ normalisation: Normalisation) throws {
        let (generator, image) = try generator(Fixture("batch-5"), normalisation)
        let first = generator.run(image)
        let changes = generator.run(image.map { -$0 }) != first
        let returns = generator.run(image) == first
        #expect(changes && returns)
    }

    @Test("one generator serves several threads at once")
    func concurrentRuns() throws {
        let (generator, image) = try generator(Fixture("batch-5"), .instance)
        let expected = generator.run(image)
        let group = DispatchGroup()
        let failures = FailureCount()
        for index in 0..<3 {
            DispatchQueue(label: "caller \(index)").async(group: group) {
                for _ in 0..<5 where generator.run(image) != expected { failures.add() }
            }
        }
        group.wait()
        #expect(failures.count == 0)
    }

    @Test("layers and channels are inferred")
    func description() throws {
        let weights = try Fixture("odd-channels").weights(.running)
        #expect(
            weights.description
                == GeneratorDescription(
                    layers: 3, baseChannels: 3, inputChannels: 1, outputChannels: 2, normalisation: .running))
        #expect(try Fixture("batch-6-half").weights(.instance).description.channels == [4, 8, 16, 32, 32, 32])
    }

    @Test(
        "sizes that do not fit the depth are refused",
        arguments: [(0, 32), (32, 48), (33, 32), (-32, 32), (32, 32_768)])
    func sizes(height: Int, width: Int) throws {
        let weights = try Fixture("batch-5").weights(.running)
        let error = #expect(throws: NetworkError.self) {
            try Generator(weights: weights, height: height, width: width, pool: WorkerPool(threads: 1))
        }
        #expect(error?.code == .wrongSize)
        #expect(error?.message.contains("multiples of 32") == true)
    }

    @Test("the arithmetic of the paper's network is counted right")
    func gigaflop() throws {
        // PyTorch's FlopCounterMode counts 13.0 for 16 base channels at 1024 x 1024.
        let description = GeneratorDescription(layers: 10, baseChannels: 16, normalisation: .running)
        let generator = try Generator(
            weights: .random(description, seed: 1), height: 1024, width: 1024, pool: WorkerPool(threads: 1))
        #expect(abs(generator.gigaflop - 13.02) < 0.01)
    }
}

private final class FailureCount: Sendable {
    private let value = Atomic<Int>(0)
    func add() { value.add(1, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
}
