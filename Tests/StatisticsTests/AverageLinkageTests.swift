import Statistics
import Testing

/// Expected groups are scipy 1's: `fcluster(linkage(pdist(X, 'cosine'), 'average'), t, 'distance')`.
struct AverageLinkageTests {
    /// Three directions with noise of a generator that anybody can write down.
    static let items: [[Double]] = {
        var state: UInt64 = 1
        func random() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / 16_777_216
        }
        let centres = [[1, 0, 0, 0.2], [0, 1, 0.3, 0], [0.1, 0.1, 1, 0.6]]
        return (0..<24).map { index in centres[index % 3].map { $0 + 0.9 * (random() - 0.5) } }
    }()

    private func cosine(_ a: [Double], _ b: [Double]) -> Double {
        func dot(_ u: [Double], _ v: [Double]) -> Double { zip(u, v).reduce(0) { $0 + $1.0 * $1.1 } }
        return 1 - dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }

    private func groups(_ threshold: Float) -> [[Int]] {
        AverageLinkage.groups(count: Self.items.count, threshold: threshold) {
            Float(cosine(Self.items[$0], Self.items[$1]))
        }
    }

    @Test func groupsAreThoseOfOthers() {
        #expect(
            groups(0.05) == [
                [4, 10, 22], [1, 16], [2, 17], [5, 23], [8, 14], [0], [3], [6], [7], [9], [11], [12], [13], [15], [18],
                [19], [20], [21],
            ])
        #expect(
            groups(0.1) == [
                [2, 11, 17, 20], [4, 10, 19, 22], [3, 9, 12], [0, 6], [1, 16], [5, 23], [8, 14], [7], [13], [15], [18],
                [21],
            ])
        #expect(
            groups(0.2) == [
                [2, 5, 8, 11, 14, 17, 20, 23], [0, 3, 6, 9, 12, 21], [1, 4, 10, 16, 19, 22], [15, 18], [7], [13],
            ])
        #expect(
            groups(0.6) == [
                [2, 5, 8, 11, 13, 14, 17, 20, 23], [0, 3, 6, 9, 12, 15, 18, 21], [1, 4, 7, 10, 16, 19, 22],
            ])
    }

    @Test func fewAreGroups() {
        #expect(AverageLinkage.groups(count: 0, threshold: 1) { _, _ in 0 } == [])
        #expect(AverageLinkage.groups(count: 1, threshold: 1) { _, _ in 0 } == [[0]])
        // All the same, and all apart.
        #expect(AverageLinkage.groups(count: 4, threshold: 0) { _, _ in 0 } == [[0, 1, 2, 3]])
        #expect(AverageLinkage.groups(count: 3, threshold: 0.5) { _, _ in 1 } == [[0], [1], [2]])
    }
}
