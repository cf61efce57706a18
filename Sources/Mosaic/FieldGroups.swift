/// Fields joined by matches of their previews.
struct FieldGroups {
    struct Edge {
        let first: Int
        let second: Int
        let match: FieldMatch
    }

    /// In preview pixels, relative to the field's group.
    private(set) var positions: [SIMD2<Double>]
    private(set) var edges: [Edge] = []
    /// Fields of which a match was refused because others disagree.
    var contradicted: Set<Int> = []
    private var group: [Int]
    private var membersOf: [[Int]]

    init(count: Int) {
        positions = Array(repeating: .zero, count: count)
        group = Array(0..<count)
        membersOf = (0..<count).map { [$0] }
    }

    func isSame(_ a: Int, _ b: Int) -> Bool { group[a] == group[b] }

    func isAlone(_ field: Int) -> Bool { membersOf[group[field]].count == 1 }

    func members(of field: Int) -> [Int] { membersOf[group[field]] }

    /// Moves the group of `second` into that of `first`.
    mutating func join(_ first: Int, _ second: Int, _ agreeing: [Edge]) {
        // All that agree say how far, each as much as it is sure.
        var sum = SIMD2<Double>.zero, weight = 0.0
        for edge in agreeing {
            let own = positions[edge.first] + edge.match.shift - positions[edge.second]
            sum += own * edge.match.significance
            weight += edge.match.significance
        }
        let (into, from) = (group[first], group[second])
        for member in membersOf[from] {
            positions[member] += sum / weight
            group[member] = into
        }
        membersOf[into] += membersOf[from]
        membersOf[from] = []
        edges += agreeing.map {
            $0.first < $0.second
                ? $0
                : Edge(
                    first: $0.second, second: $0.first,
                    match: $0.match.reversed)
        }
    }
}

extension FieldMatch {
    /// Of the second and the first.
    var reversed: FieldMatch {
        var result = self
        result.shift = -shift
        return result
    }
}
