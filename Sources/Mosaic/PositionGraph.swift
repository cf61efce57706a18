/// Positions from measured differences between pairs of them.
struct PositionGraph {
    struct Edge {
        let first: Int
        let second: Int
        /// Position of the second less that of the first, in pixels.
        let shift: SIMD2<Double>
        /// Standard deviation of `shift`.
        let deviation: Double
    }

    let count: Int
    var edges: [Edge]

    /// Residuals beyond this are not noise, in pixels.
    private static let tolerance = 3.0

    /// Least squares over the edges. Where edges that close a loop disagree, the one that disagrees most is left out
    /// and the rest solved again, until all agree.
    /// - Returns: positions, the first of each connected part at zero; its number; which edges were kept.
    func solved() -> (positions: [SIMD2<Double>], part: [Int], kept: [Bool]) {
        var kept = [Bool](repeating: true, count: edges.count)
        while true {
            let part = parts(kept)
            let positions = leastSquares(kept, part)
            var worst: (edge: Int, excess: Double)?
            for (at, edge) in edges.enumerated() where kept[at] {
                let off = positions[edge.second] - positions[edge.first] - edge.shift
                let excess = (off * off).sum().squareRoot() / max(Self.tolerance, 4 * edge.deviation)
                if excess > 1, excess > worst?.excess ?? 0 { worst = (at, excess) }
            }
            guard let worst else { return (positions, part, kept) }
            kept[worst.edge] = false
        }
    }

    private func parts(_ kept: [Bool]) -> [Int] {
        var part = Array(0..<count)
        func root(_ at: Int) -> Int {
            var at = at
            while part[at] != at { at = part[at] }
            return at
        }
        for (at, edge) in edges.enumerated() where kept[at] {
            let (a, b) = (root(edge.first), root(edge.second))
            part[max(a, b)] = min(a, b)
        }
        return (0..<count).map(root)
    }

    /// Iteratively re-weighted (Cauchy) and solved by conjugate gradients on the graph's Laplacian.
    private func leastSquares(_ kept: [Bool], _ part: [Int]) -> [SIMD2<Double>] {
        let used = edges.indices.filter { kept[$0] }
        var positions = spanning(used)
        for _ in 0..<8 {
            let weights = used.map { at -> Double in
                let edge = edges[at]
                let off = positions[edge.second] - positions[edge.first] - edge.shift
                let scaled = (off * off).sum() / (9 * edge.deviation * edge.deviation)
                return 1 / (edge.deviation * edge.deviation * (1 + scaled))
            }
            func laplacian(_ p: [SIMD2<Double>]) -> [SIMD2<Double>] {
                var result = [SIMD2<Double>](repeating: .zero, count: count)
                for (weight, at) in zip(weights, used) {
                    let flow = (p[edges[at].second] - p[edges[at].first]) * weight
                    result[edges[at].second] += flow
                    result[edges[at].first] -= flow
                }
                return result
            }
            var residual = laplacian(positions).map { -$0 }
            for (weight, at) in zip(weights, used) {
                residual[edges[at].second] += edges[at].shift * weight
                residual[edges[at].first] -= edges[at].shift * weight
            }
            func dot(_ a: [SIMD2<Double>], _ b: [SIMD2<Double>]) -> Double {
                zip(a, b).reduce(0) { $0 + ($1.0 * $1.1).sum() }
            }
            var direction = residual
            var energy = dot(residual, residual)
            for _ in 0..<4 * count where energy > 1e-12 {
                let image = laplacian(direction)
                let bend = dot(direction, image)
                if bend <= 0 { break }
                let step = energy / bend
                for at in 0..<count {
                    positions[at] += direction[at] * step
                    residual[at] -= image[at] * step
                }
                let next = dot(residual, residual)
                for at in 0..<count { direction[at] = residual[at] + direction[at] * (next / energy) }
                energy = next
            }
        }
        return (0..<count).map { positions[$0] - positions[part[$0]] }
    }

    /// A first guess, edge by edge.
    private func spanning(_ used: [Int]) -> [SIMD2<Double>] {
        var neighbours = [[(to: Int, shift: SIMD2<Double>)]](repeating: [], count: count)
        for at in used {
            neighbours[edges[at].first].append((edges[at].second, edges[at].shift))
            neighbours[edges[at].second].append((edges[at].first, -edges[at].shift))
        }
        var positions = [SIMD2<Double>?](repeating: nil, count: count)
        for start in 0..<count where positions[start] == nil {
            positions[start] = .zero
            var queue = [start]
            while let at = queue.popLast() {
                for (to, shift) in neighbours[at] where positions[to] == nil {
                    positions[to] = positions[at]! + shift
                    queue.append(to)
                }
            }
        }
        return positions.map { $0! }
    }
}
