internal import ControlAPI
internal import Grains
internal import SlideStore

/// Which counted grains of two runs over the same captures are the same: those of a field whose outlines overlap by at
/// least half, the best first.
struct RunComparison: Sendable {
    private var matched: [String: Int] = [:]
    private var relabelled: [String: Int] = [:]
    private var first: [String: Int] = [:]
    private var second: [String: Int] = [:]
    private var foundAgain: [String: Int] = [:]

    private static let leastOverlap = 0.5

    init(_ one: [StoredGrain], _ two: [StoredGrain]) {
        let one = Dictionary(grouping: one.filter(\.standing.status.isCounted), by: \.capture)
        let two = Dictionary(grouping: two.filter(\.standing.status.isCounted), by: \.capture)
        for capture in Set(one.keys).union(two.keys) {
            let mine = one[capture] ?? [], theirs = two[capture] ?? []
            for grain in mine { first[grain.standing.species, default: 0] += 1 }
            for grain in theirs { second[grain.standing.species, default: 0] += 1 }
            let masks = theirs.map { PolygonMask($0.grain.outlinePixels) }
            var pairs: [(overlap: Double, mine: Int, their: Int)] = []
            for (number, grain) in mine.enumerated() {
                let mask = PolygonMask(grain.grain.outlinePixels)
                let box = grain.grain.boundingBoxPixels
                for (other, candidate) in theirs.enumerated() {
                    let near = candidate.grain.boundingBoxPixels
                    guard box.x0 < near.x1, near.x0 < box.x1, box.y0 < near.y1, near.y0 < box.y1 else { continue }
                    let overlap = mask.intersectionOverUnion(with: masks[other])
                    if overlap >= Self.leastOverlap { pairs.append((overlap, number, other)) }
                }
            }
            var (taken, takenThere): (Set<Int>, Set<Int>) = ([], [])
            for pair in pairs.sorted(by: { ($1.overlap, $0.mine, $0.their) < ($0.overlap, $1.mine, $1.their) })
            where !taken.contains(pair.mine) && !takenThere.contains(pair.their) {
                taken.insert(pair.mine)
                takenThere.insert(pair.their)
                let (from, to) = (mine[pair.mine].standing.species, theirs[pair.their].standing.species)
                foundAgain[to, default: 0] += 1
                if from == to { matched[from, default: 0] += 1 } else { relabelled[from, default: 0] += 1 }
            }
        }
    }

    /// All keys, in order.
    var species: [String] { Set(first.keys).union(second.keys).sorted() }

    func difference(of key: String, name: String) -> SpeciesDifference {
        let (first, second) = (first[key] ?? 0, second[key] ?? 0)
        let (matched, relabelled) = (matched[key] ?? 0, relabelled[key] ?? 0)
        return SpeciesDifference(
            species: name, key: key, first: first, second: second, matched: matched,
            onlyInFirst: first - matched - relabelled, onlyInSecond: second - (foundAgain[key] ?? 0),
            relabelled: relabelled)
    }
}
