extension RegionMap {
    /// The outer boundary of a region along its pixels' edges, clockwise, simplified to within one map pixel. In pixels
    /// of the whole map; pixel centres are whole numbers.
    func outline(of region: Int) -> [(x: Double, y: Double)] {
        let (mask, columns, rows) = mask(of: region, margin: 0)
        func isInside(_ x: Int, _ y: Int) -> Bool {
            x >= 0 && y >= 0 && x < columns.count && y < rows.count && mask[y * columns.count + x] != 0
        }
        // A walk with the region on the right hand, from the first pixel of the top row. Corner (x, y) is the top left
        // one of pixel (x, y). Turning left where possible keeps pixels together that touch at a corner.
        let start = (x: mask.firstIndex(of: 1) ?? 0, y: 0)
        var corners: [Corner] = []
        var at = start
        var step = (x: 1, y: 0)
        repeat {
            let right = (x: -step.y, y: step.x)
            let before = step
            if isInside(at.x + (step.x - right.x - 1) / 2, at.y + (step.y - right.y - 1) / 2) {
                step = (-right.x, -right.y)
            } else if !isInside(at.x + (step.x + right.x - 1) / 2, at.y + (step.y + right.y - 1) / 2) {
                step = right
            }
            if at == start && step == (1, 0) && !corners.isEmpty { break }
            if step != before || corners.isEmpty { corners.append(Corner(at.x, at.y)) }
            at = (at.x + step.x, at.y + step.y)
        } while true
        let left = Double(self.columns.lowerBound + columns.lowerBound) - 0.5
        let top = Double(self.rows.lowerBound + rows.lowerBound) - 0.5
        return Self.simplified(corners, tolerance: 1).map { (left + Double($0.x), top + Double($0.y)) }
    }

    private typealias Corner = SIMD2<Int>

    /// Leaves out corners of a closed polygon from which the rest is at most `tolerance` away (Douglas and Peucker
    /// 1973).
    private static func simplified(_ corners: [Corner], tolerance: Double) -> [Corner] {
        func squaredLength(_ v: Corner) -> Int { v.x * v.x + v.y * v.y }
        let closed = corners + corners.prefix(1)
        let far = corners.indices.max {
            squaredLength(corners[$0] &- corners[0]) < squaredLength(corners[$1] &- corners[0])
        }
        var isKept = [Bool](repeating: false, count: closed.count)
        var pending = [(0, far ?? 0), (far ?? 0, corners.count)]
        while let (first, last) = pending.popLast() {
            isKept[first] = true
            guard last - first > 1 else { continue }
            let chord = closed[last] &- closed[first]
            // Twice the area over the chord is the distance from it.
            func area(_ index: Int) -> Int {
                let v = closed[index] &- closed[first]
                return abs(v.x * chord.y - v.y * chord.x)
            }
            guard let worst = (first + 1..<last).max(by: { area($0) < area($1) }) else { continue }
            if Double(area(worst)) > tolerance * Double(squaredLength(chord)).squareRoot() {
                pending += [(first, worst), (worst, last)]
            }
        }
        return corners.indices.filter { isKept[$0] }.map { corners[$0] }
    }
}
