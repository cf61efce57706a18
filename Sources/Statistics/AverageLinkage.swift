/// Agglomerative clustering by average linkage (UPGMA; Sokal & Michener 1958): the two groups whose members lie nearest on
/// average are joined, again and again, while that average is no more than a threshold.
///
/// Joins are found along chains of nearest neighbours (Murtagh, *A survey of recent advances in hierarchical clustering
/// algorithms*, Computer Journal 26 (1983) 354-359), in time and memory of the square of the number of items. The same items in
/// the same order give the same groups: of equal distances the one to the earlier item counts.
package enum AverageLinkage {
    /// - Parameters:
    ///   - count: items.
    ///   - threshold: distances between groups above it are not bridged.
    ///   - distance: of two different items, not negative; asked once for each pair, the lower item second.
    /// - Returns: items of each group, rising; the largest group first, of equal ones that of the first item.
    package static func groups(
        count: Int, threshold: Float, distance: (Int, Int) -> Float
    ) -> [[Int]] {
        guard count > 0 else { return [] }
        // Lower triangle without the diagonal.
        var distances = [Float]()
        distances.reserveCapacity(count * (count - 1) / 2)
        for row in 0..<count { for column in 0..<row { distances.append(distance(row, column)) } }
        func place(_ a: Int, _ b: Int) -> Int {
            let (high, low) = (max(a, b), min(a, b)); return high * (high - 1) / 2 + low
        }
        var sizes = [Int](repeating: 1, count: count)
        var isActive = [Bool](repeating: true, count: count)
        var joins: [(a: Int, b: Int, height: Float)] = []
        var chain: [Int] = []
        while joins.count < count - 1 {
            if chain.isEmpty { chain.append(isActive.firstIndex(of: true)!) }
            let last = chain[chain.count - 1]
            let before = chain.count > 1 ? chain[chain.count - 2] : nil
            // The one before stays where nothing lies nearer, so that chains end.
            var nearest = before, best = before.map { distances[place(last, $0)] } ?? .infinity
            for other in 0..<count where isActive[other] && other != last {
                let value = distances[place(last, other)]
                if value < best || nearest == nil { (nearest, best) = (other, value) }
            }
            let next = nearest!
            guard next == before else {
                chain.append(next)
                continue
            }
            chain.removeLast(2)
            let (kept, gone) = (min(last, next), max(last, next))
            joins.append((kept, gone, best))
            for other in 0..<count where isActive[other] && other != kept && other != gone {
                let sum =
                    Float(sizes[kept]) * distances[place(other, kept)] + Float(sizes[gone])
                    * distances[place(other, gone)]
                distances[place(other, kept)] = sum / Float(sizes[kept] + sizes[gone])
            }
            sizes[kept] += sizes[gone]
            isActive[gone] = false
        }
        // Average linkage never joins nearer than before: what is below the threshold is a set of whole groups.
        var parent = Array(0..<count)
        func root(_ item: Int) -> Int {
            var item = item
            while parent[item] != item { item = parent[item] }
            return item
        }
        for join in joins where join.height <= threshold {
            let (a, b) = (root(join.a), root(join.b))
            parent[max(a, b)] = min(a, b)
        }
        return Dictionary(grouping: 0..<count, by: root).values
            .sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
    }
}
