import Lens
import Testing

@Suite struct TilingTests {
    @Test(arguments: [
        (2776, 1024, 128), (2221, 1024, 128), (1024, 1024, 128), (1025, 1024, 128), (300, 1024, 128), (5000, 256, 0),
    ])
    func weightsAddUpToOneAtEveryPixel(length: Int, tile: Int, overlap: Int) {
        let tiling = Tiling(length: length, tile: tile, overlap: overlap)
        var sum = [Float](repeating: 0, count: length)
        for (index, start) in tiling.starts.enumerated() {
            for (offset, weight) in tiling.weights(ofTile: index).enumerated()
            where (0..<length).contains(start + offset) {
                #expect(weight > 0)
                sum[start + offset] += weight
            }
        }
        #expect(sum.allSatisfy { abs($0 - 1) < 1e-5 })
    }

    @Test func neighboursOverlapByAtLeastWhatIsAsked() {
        for length in stride(from: 1024, through: 6000, by: 97) {
            let starts = Tiling(length: length, tile: 1024, overlap: 128).starts
            #expect(starts.first == 0 && starts.last == length - 1024)
            for (left, right) in zip(starts, starts.dropFirst()) { #expect(left + 1024 - right >= 128) }
        }
    }
}
