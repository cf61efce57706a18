import AllocationCounter
import Kernels
import Network
import Testing

@Suite("Memory of a run", .serialized)
struct AllocationTests {
    /// Tests of other suites may run at the same time: at least one of several runs must be free of allocations.
    private func fewestAllocations(_ body: () -> Void) -> Int {
        (0..<20).map { _ in
            let before = allocation_count()
            body()
            return Int(allocation_count() - before)
        }.min()!
    }

    @Test("the counter counts")
    func counter() {
        #expect(fewestAllocations { _ = [Float](repeating: 0, count: 1000).withUnsafeBufferPointer { $0[7] } } >= 0)
        var arrays: [[Int]] = []
        #expect(fewestAllocations { arrays.append(Array(0..<100)) } >= 1)
        #expect(arrays.count == 20)
    }

    @Test("a run allocates nothing", arguments: [Normalisation.running, .instance], [1, 2])
    func none(_ normalisation: Normalisation, threads: Int) throws {
        // Both Winograd forms and both direct ones are among its layers.
        let description = GeneratorDescription(layers: 7, baseChannels: 24, normalisation: normalisation)
        let generator = try Generator(
            weights: .random(description, seed: 3), height: 256, width: 256, pool: WorkerPool(threads: threads))
        var image = [Float](repeating: 0.25, count: generator.inputCount)
        image.withUnsafeMutableBufferPointer { image in
            let input = UnsafeBufferPointer(image)
            generator.run(input, into: image)
            #expect(fewestAllocations { generator.run(input, into: image) } == 0)
        }
    }
}
