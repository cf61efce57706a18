internal import Dispatch
package import Imaging
internal import Quantities
internal import Synchronization

/// Finds the grains of a sample map.
///
/// 1. Every pixel goes to its strongest class, or to glass where all classes together do not reach `threshold`: what is
///    surely a grain, of whichever class, is not lost because two of them share it.
/// 2. Connected regions smaller than a grain, holes included, go to the neighbour they share most of their outline
///    with.
/// 3. Regions with a neck are split there: they are grains of one species that touch.
/// 4. A region enclosed by a larger region of another class is a doubtful part of that one, not a second grain.
/// 5. A grain's species is the class with most evidence over its whole area.
/// 6. What the border rule leaves out, and what is nearly as large as a grain, is kept with the reason.
package struct GrainFinder: Sendable {
    /// The classes of the map, in order of preference at equal evidence.
    package var classes: [MapClass]
    /// Sum of the classes' map values at which a pixel belongs to an object, 0...1.
    package var threshold: Float
    /// Smaller objects are dirt, smaller holes are filled. At the edge of the field, where only part of a grain shows,
    /// a quarter of it is enough.
    package var minimumAreaSquareMicrometres: Double
    /// Objects of less confidence are `unidentified`, 0...1.
    package var minimumConfidence: Double
    /// A neck narrower than this share of the thinner part's largest inscribed circle divides two grains. Two
    /// equal discs are told apart when their centres are at least `2 * (1 - r²)^0.5` radii apart; 0.75 gives 1.32.
    package var neckRatio: Double
    /// A region that shares more than this part of its outline with a larger one of another class belongs to it.
    /// Counted in pixel edges, half a disc shares 0.33 to 0.41 and a disc covered by an equal one 1.2 radii away
    /// 0.30.
    package var enclosedShare: Double
    package var borderRule: BorderRule
    /// See `BorderRule.twoEdges`.
    package var guardMicrometres: Double
    /// Turns evidence into confidence.
    package var calibration: ConfidenceCalibration

    package init(
        classes: [MapClass], threshold: Float = 0.5, minimumAreaSquareMicrometres: Double = 30,
        minimumConfidence: Double = 0.6, neckRatio: Double = 0.75, enclosedShare: Double = 0.3,
        borderRule: BorderRule = .twoEdges, guardMicrometres: Double = BorderRule.guardMicrometres,
        calibration: ConfidenceCalibration = .identity
    ) {
        precondition(!classes.isEmpty && classes.count < 255, "a map has between 1 and 254 classes")
        self.classes = classes
        self.threshold = threshold
        self.minimumAreaSquareMicrometres = minimumAreaSquareMicrometres
        self.minimumConfidence = minimumConfidence
        self.neckRatio = neckRatio
        self.enclosedShare = enclosedShare
        self.borderRule = borderRule
        self.guardMicrometres = guardMicrometres
        self.calibration = calibration
    }

    /// Smaller shares of the size floor are not even kept as rejected.
    private static let keptShare = 0.2

    /// The grains of a map in reading order (from top to bottom by their upper edge, then from left to right), with
    /// those that do not count: see `Grain.rejection`.
    ///
    /// Groups of objects that lie far from each other are looked at by themselves: the memory is that of the largest, once
    /// for each thread.
    /// - Parameters:
    ///   - map: one channel a class, 0...255.
    ///   - input: the picture that the map was made from, for the grains' focus.
    ///   - threads: that share the work; the grains do not depend on it.
    package func find(
        in map: Picture<UInt8>, scale: MapScale, input: PictureRows? = nil, threads: Int = 1
    ) -> [Grain] {
        precondition(classes.allSatisfy { (0..<map.channels).contains($0.channel) }, "a class without a map channel")
        let minimumArea = minimumAreaSquareMicrometres / scale.squareMicrometresPerMapPixel
        let minimumPixels = Int(saturating: max(1, min(minimumArea.rounded(.up), Double(map.width * map.height) + 1)))
        let groups = groups(in: map, minimumPixels: minimumPixels, threads: threads)
        // The large ones first, so that no thread begins the largest when the others are done.
        let order = groups.indices.sorted { groups[$0].cellCount > groups[$1].cellCount }
        let found = Mutex([[Grain]](repeating: [], count: groups.count))
        Self.share(groups.count, among: threads) { turn in
            let grains = find(in: map, groups[order[turn]], minimumPixels: minimumPixels, scale: scale, input: input)
            found.withLock { $0[order[turn]] = grains }
        }
        return found.withLock { $0 }.flatMap(\.self)
            .sorted {
                ($0.boundingBoxPixels.y0, $0.boundingBoxPixels.x0)
                    < ($1.boundingBoxPixels.y0, $1.boundingBoxPixels.x0)
            }
    }

    /// Does numbered tasks, each thread the next that is free.
    private static func share(_ tasks: Int, among threads: Int, _ body: @Sendable (_ task: Int) -> Void) {
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, tasks))) { _ in
            while case let task = next.wrappingAdd(1, ordering: .relaxed).oldValue, task < tasks { body(task) }
        }
    }

    /// The same of a map of 0...1, rounded to 8 bits; values outside are clipped and NaN counts as 0.
    package func find(in map: Picture<Float>, scale: MapScale, input: Picture<Float>? = nil) -> [Grain] {
        find(in: map.eightBit, scale: scale, input: input.map(PictureRows.init))
    }

    private func find(
        in map: Picture<UInt8>, _ group: Group, minimumPixels: Int, scale: MapScale, input: PictureRows?
    ) -> [Grain] {
        var regions = RegionMap(columns: group.columns, rows: group.rows) { row, kinds in
            classify(map, row: row, columns: group.columns, into: kinds)
            group.cells.hideOthers(than: group.number, row: row, columns: group.columns, in: kinds)
        }
        let (left, top) = (group.columns.lowerBound, group.rows.lowerBound)
        func isTooSmall(_ region: RegionMap.Region) -> Bool {
            let isCut =
                left + region.minX == 0 || top + region.minY == 0 || left + region.maxX == map.width - 1
                || top + region.maxY == map.height - 1
            return region.area < (isCut ? minimumPixels / 4 : minimumPixels)
        }
        var grains = small(in: regions, map: map, scale: scale, input: input) { region in
            isTooSmall(region) && Double(region.area) >= Self.keptShare * Double(minimumPixels)
        }
        regions.absorb { region, _, _ in isTooSmall(region) }
        regions.split(neckRatio: neckRatio, minimumPixels: minimumPixels)
        regions.absorb { region, neighbour, sharedEdges in
            neighbour.kind != RegionMap.glass && neighbour.kind != region.kind && neighbour.area >= region.area
                && Double(sharedEdges) > enclosedShare * Double(region.perimeter)
        }
        grains += regions.regions.indices
            .filter { regions.regions[$0].kind != RegionMap.glass && !isTooSmall(regions.regions[$0]) }
            .map { measured($0, in: regions, map: map, scale: scale, input: input) }
        return grains
    }

    /// Objects that are too small to count and lie by themselves on glass.
    private func small(
        in regions: RegionMap, map: Picture<UInt8>, scale: MapScale, input: PictureRows?,
        where isKept: (RegionMap.Region) -> Bool
    ) -> [Grain] {
        let candidates = regions.regions.indices.filter {
            regions.regions[$0].kind != RegionMap.glass && isKept(regions.regions[$0])
        }
        return candidates.filter { regions.liesOnGlass($0) }.map {
            var grain = measured($0, in: regions, map: map, scale: scale, input: input)
            grain.rejection = .small
            return grain
        }
    }

    /// Each pixel's class counted from 1 in the order of `classes`, 0 for glass.
    private func classify(
        _ map: Picture<UInt8>, row: Int, columns: Range<Int>, into kinds: UnsafeMutablePointer<UInt8>
    ) {
        let below = Int(saturating: (max(0, min(1.1, threshold)) * 255).rounded(.up)) - 1
        let offsets = classes.map(\.channel)
        map.samples.withUnsafeBufferPointer { samples in
            offsets.withUnsafeBufferPointer { offsets in
                var pixel = samples.baseAddress! + (row * map.width + columns.lowerBound) * map.channels
                for index in 0..<columns.count {
                    var (total, best, kind) = (0, -1, 0)
                    for number in 0..<offsets.count {
                        let value = Int(pixel[offsets[number]])
                        total += value
                        if value > best { (best, kind) = (value, number + 1) }
                    }
                    kinds[index] = total > below ? UInt8(kind) : RegionMap.glass
                    pixel += map.channels
                }
            }
        }
    }

    // MARK: Groups

    /// A rectangle that holds all of some objects, with glass around as far as the field reaches, and perhaps parts of
    /// others.
    private struct Group {
        let number: Int32
        let cells: Cells
        let columns: Range<Int>
        let rows: Range<Int>
        var cellCount: Int { columns.count * rows.count }
    }

    /// The field in square cells: which group the objects of each belong to, from 1 on; 0 where there is none.
    private struct Cells {
        let side: Int
        let columns: Int
        var groups: [Int32]

        /// Makes glass of what belongs to other groups.
        func hideOthers(than number: Int32, row: Int, columns: Range<Int>, in kinds: UnsafeMutablePointer<UInt8>) {
            let first = row / side * self.columns
            for cell in columns.lowerBound / side...(columns.upperBound - 1) / side
            where groups[first + cell] != number {
                for x in max(columns.lowerBound, cell * side)..<min(columns.upperBound, (cell + 1) * side) {
                    kinds[x - columns.lowerBound] = RegionMap.glass
                }
            }
        }
    }

    /// Objects that share cells or neighbouring ones are one group. What lies in different groups does not touch, and
    /// the glass around a group, or between it and what it encloses, is larger than a grain.
    private func groups(in map: Picture<UInt8>, minimumPixels: Int, threads: Int) -> [Group] {
        let side = max(16, Int(saturating: (Double(minimumPixels) / 8).squareRoot().rounded(.up)))
        let margin = 3
        let (across, down) = ((map.width + side - 1) / side, (map.height + side - 1) / side)
        let lines = Mutex([[UInt8]](repeating: [], count: down))
        Self.share(down, among: threads) { line in
            var line = (number: line, cells: [UInt8](repeating: 0, count: across))
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: map.width) { kinds in
                for row in line.number * side..<min(map.height, (line.number + 1) * side) {
                    classify(map, row: row, columns: 0..<map.width, into: kinds.baseAddress!)
                    for cell in 0..<across where line.cells[cell] == 0 {
                        if kinds[cell * side..<min(map.width, (cell + 1) * side)].contains(where: { $0 != 0 }) {
                            line.cells[cell] = 1
                        }
                    }
                }
            }
            lines.withLock { $0[line.number] = line.cells }
        }
        let occupied = Picture(
            width: across, height: down, channels: 1, samples: lines.withLock { $0 }.flatMap(\.self))
        let (numbers, count) = occupied.connectedComponents()
        var bounds = [(minX: Int, maxX: Int, minY: Int, maxY: Int)](
            repeating: (across, -1, down, -1), count: count + 1)
        for y in 0..<down {
            for x in 0..<across {
                let group = Int(numbers[y * across + x])
                let known = bounds[group]
                bounds[group] = (min(known.minX, x), max(known.maxX, x), min(known.minY, y), max(known.maxY, y))
            }
        }
        let cells = Cells(side: side, columns: across, groups: numbers)
        return bounds.enumerated().dropFirst().map { number, bounds in
            Group(
                number: Int32(number), cells: cells,
                columns: max(0, bounds.minX - margin) * side..<min(map.width, (bounds.maxX + 1 + margin) * side),
                rows: max(0, bounds.minY - margin) * side..<min(map.height, (bounds.maxY + 1 + margin) * side))
        }
    }
}
