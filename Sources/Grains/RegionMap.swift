import Quantities

/// A part of the field cut into connected regions, glass included: every pixel belongs to exactly one.
struct RegionMap {
    /// The kind of pixels that no class claims.
    static let glass: UInt8 = 0

    struct Region {
        /// Class counted from 1, or `glass`.
        var kind: UInt8
        /// In map pixels.
        var area: Int
        /// Pixel edges towards other regions and the outside of the field.
        var perimeter: Int
        /// Outermost columns and rows, of this part.
        var minX, maxX, minY, maxY: Int

        var columns: ClosedRange<Int> { minX...maxX }
        var rows: ClosedRange<Int> { minY...maxY }
    }

    /// Of the field.
    let columns: Range<Int>
    /// Of the field.
    let rows: Range<Int>
    var width: Int { columns.count }
    var height: Int { rows.count }
    /// Region of each pixel, rows top to bottom.
    var labels: [Int32]
    private(set) var regions: [Region] = []

    /// Connected regions (8 neighbours) of equal kind.
    /// - Parameters:
    ///   - columns, rows: the part of the field, not empty.
    ///   - classify: writes, for a row of the field, each column's class counted from 1, or `glass`.
    init(columns: Range<Int>, rows: Range<Int>, classify: (_ row: Int, _ kinds: UnsafeMutablePointer<UInt8>) -> Void) {
        self.columns = columns
        self.rows = rows
        let (width, height) = (columns.count, rows.count)
        labels = [Int32](repeating: 0, count: width * height)
        // Provisional regions along the rows, with those that turn out to be one (Rosenfeld and Pfaltz, J. ACM 13
        // (1966) 471).
        var kinds: [UInt8] = []
        var parent: [Int32] = []
        func root(_ region: Int32) -> Int32 {
            var region = region
            while parent[Int(region)] != region {
                parent[Int(region)] = parent[Int(parent[Int(region)])]
                region = parent[Int(region)]
            }
            return region
        }
        func join(_ one: Int32, _ other: Int32) {
            let (a, b) = (root(one), root(other))
            parent[Int(max(a, b))] = min(a, b)
        }
        var row = [UInt8](repeating: 0, count: width), above = row
        labels.withUnsafeMutableBufferPointer { labels in
            for y in 0..<height {
                row.withUnsafeMutableBufferPointer { classify(rows.lowerBound + y, $0.baseAddress!) }
                for x in 0..<width {
                    let (kind, pixel) = (row[x], y * width + x)
                    var label: Int32 = -1
                    if x > 0 && row[x - 1] == kind { label = labels[pixel - 1] }
                    if y > 0 {
                        for near in max(0, x - 1)...min(width - 1, x + 1) where above[near] == kind {
                            let other = labels[pixel - width + near - x]
                            if label < 0 { label = other } else if other != label { join(label, other) }
                        }
                    }
                    if label < 0 {
                        label = Int32(parent.count)
                        parent.append(label)
                        kinds.append(kind)
                    }
                    labels[pixel] = label
                }
                swap(&row, &above)
            }
            // Numbered by kind, then in reading order.
            let roots = parent.indices.filter { parent[$0] == Int32($0) }.sorted { (kinds[$0], $0) < (kinds[$1], $1) }
            var number = [Int32](repeating: 0, count: parent.count)
            for (index, region) in roots.enumerated() { number[region] = Int32(index) }
            for region in parent.indices { number[region] = number[Int(root(Int32(region)))] }
            for pixel in labels.indices { labels[pixel] = number[Int(labels[pixel])] }
            kinds = roots.map { kinds[$0] }
        }
        describe(kinds)
    }

    /// Measures the regions that `labels` now holds.
    private mutating func describe(_ kinds: [UInt8]) {
        var found = kinds.map { kind in
            Region(kind: kind, area: 0, perimeter: 0, minX: width, maxX: -1, minY: height, maxY: -1)
        }
        labels.withUnsafeBufferPointer { labels in
            found.withUnsafeMutableBufferPointer { found in
                for y in 0..<height {
                    let row = y * width
                    for x in 0..<width {
                        let pixel = row + x
                        let label = labels[pixel]
                        let isLeft = x == 0 || labels[pixel - 1] != label
                        let isRight = x == width - 1 || labels[pixel + 1] != label
                        let isTop = y == 0 || labels[pixel - width] != label
                        let isBottom = y == height - 1 || labels[pixel + width] != label
                        let region = Int(label)
                        found[region].area += 1
                        guard isLeft || isRight || isTop || isBottom else { continue }
                        found[region].perimeter +=
                            (isLeft ? 1 : 0) + (isRight ? 1 : 0) + (isTop ? 1 : 0) + (isBottom ? 1 : 0)
                        found[region].minX = min(found[region].minX, x)
                        found[region].maxX = max(found[region].maxX, x)
                        found[region].minY = min(found[region].minY, y)
                        found[region].maxY = max(found[region].maxY, y)
                    }
                }
            }
        }
        regions = found
    }

    /// Renumbers so that pixels of `old` region i belong to region `target[i]`, and measures again.
    private mutating func renumber(_ target: (Int) -> Int, count: Int) {
        var compact = [Int32](repeating: -1, count: count)
        var kinds: [UInt8] = []
        let final = (0..<count).map { region in
            let root = target(region)
            if compact[root] < 0 {
                compact[root] = Int32(kinds.count)
                kinds.append(regions[root].kind)
            }
            return compact[root]
        }
        for pixel in labels.indices { labels[pixel] = final[Int(labels[pixel])] }
        describe(kinds)
    }

    /// Joins regions to neighbours, the smallest first.
    /// - Parameter joins: whether a region becomes part of a neighbour with which it shares that many pixel edges;
    ///   asked for its neighbours in turn, from the longest shared border on. Areas include what was joined before.
    mutating func absorb(where joins: (_ region: Region, _ neighbour: Region, _ sharedEdges: Int) -> Bool) {
        let borders = borders()
        var absorbed = regions
        var parent = Array(regions.indices)
        func root(_ region: Int) -> Int {
            var region = region
            while parent[region] != region { region = parent[region] }
            return region
        }
        for region in regions.indices.sorted(by: { (regions[$0].area, $0) < (regions[$1].area, $1) }) {
            for border in borders[region] {
                let neighbour = root(border.neighbour)
                guard neighbour != region, joins(absorbed[region], absorbed[neighbour], border.edges) else { continue }
                parent[region] = neighbour
                absorbed[neighbour].area += absorbed[region].area
                break
            }
        }
        if parent != Array(regions.indices) { renumber(root, count: regions.count) }
    }

    /// Whether nothing but glass, or this part's edge, lies around a region.
    func liesOnGlass(_ region: Int) -> Bool {
        let label = Int32(region)
        for y in regions[region].rows {
            for x in regions[region].columns where labels[y * width + x] == label {
                for (nx, ny) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
                where nx >= 0 && ny >= 0 && nx < width && ny < height {
                    let next = labels[ny * width + nx]
                    if next != label && regions[Int(next)].kind != Self.glass { return false }
                }
            }
        }
        return true
    }

    /// For each region its neighbours and the pixel edges shared with them, the longest border first.
    private func borders() -> [[(neighbour: Int, edges: Int)]] {
        var pairs: [UInt64] = []
        func note(_ a: Int32, _ b: Int32) {
            pairs.append(UInt64(UInt32(a)) << 32 | UInt64(UInt32(b)))
            pairs.append(UInt64(UInt32(b)) << 32 | UInt64(UInt32(a)))
        }
        labels.withUnsafeBufferPointer { labels in
            for y in 0..<height {
                for x in 0..<width {
                    let pixel = y * width + x
                    let label = labels[pixel]
                    if x + 1 < width && labels[pixel + 1] != label { note(label, labels[pixel + 1]) }
                    if y + 1 < height && labels[pixel + width] != label { note(label, labels[pixel + width]) }
                }
            }
        }
        pairs.sort()
        var borders = [[(neighbour: Int, edges: Int)]](repeating: [], count: regions.count)
        for pair in pairs {
            let region = Int(pair >> 32)
            let neighbour = Int(pair & 0xffff_ffff)
            if let last = borders[region].last, last.neighbour == neighbour {
                borders[region][borders[region].count - 1].edges += 1
            } else {
                borders[region].append((neighbour, 1))
            }
        }
        for region in borders.indices {
            borders[region].sort { ($1.edges, $0.neighbour) < ($0.edges, $1.neighbour) }
        }
        return borders
    }

    /// Pixels of a region within its bounding box: 1 inside, 0 outside, with `margin` pixels around as far as this part
    /// reaches.
    func mask(of region: Int, margin: Int) -> (mask: [UInt8], columns: ClosedRange<Int>, rows: ClosedRange<Int>) {
        let columns = regions[region].columns.widened(by: margin, within: 0...(width - 1))
        let rows = regions[region].rows.widened(by: margin, within: 0...(height - 1))
        var mask: [UInt8] = []
        mask.reserveCapacity(columns.count * rows.count)
        for y in rows {
            mask += labels[y * width + columns.lowerBound...y * width + columns.upperBound]
                .lazy.map { $0 == Int32(region) ? 1 : 0 }
        }
        return (mask, columns, rows)
    }

    /// Divides regions at their necks; see `GrainFinder.neckRatio`.
    /// - Parameter minimumPixels: a part whose largest inscribed circle is smaller stays where it is.
    mutating func split(neckRatio: Double, minimumPixels: Int) {
        var kinds = regions.map(\.kind)
        for region in regions.indices
        where regions[region].kind != Self.glass && regions[region].area >= 2 * minimumPixels {
            let (mask, columns, rows) = mask(of: region, margin: 1)
            let parts = Watershed.parts(
                of: mask, width: columns.count, height: rows.count, neckRatio: neckRatio,
                minimumPeak: (Double(minimumPixels) / .pi).squareRoot())
            guard parts.count > 1 else { continue }
            for (index, part) in parts.labels.enumerated() where part > 0 {
                let pixel =
                    (rows.lowerBound + index / columns.count) * width + columns.lowerBound + index % columns.count
                labels[pixel] = Int32(kinds.count) + Int32(part - 1)
            }
            kinds += Array(repeating: kinds[region], count: parts.count - 1)
        }
        if kinds.count > regions.count { describe(kinds) }
    }
}

extension ClosedRange<Int> {
    fileprivate func widened(by margin: Int, within bounds: Self) -> Self {
        Swift.max(lowerBound - margin, bounds.lowerBound)...Swift.min(upperBound + margin, bounds.upperBound)
    }
}
