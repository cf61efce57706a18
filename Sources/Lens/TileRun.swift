internal import Imaging
internal import Kernels
internal import Network
internal import Quantities

/// One field on its way through a lens's networks: rows of tiles, each as soon as what it reads is there, so that only
/// some rows are held of what no one but a network reads.
struct TileRun {
    private let lens: NeuralLens
    private let field: ScaledField
    private let columns: Tiling
    private let rows: Tiling
    private let buffers: [TileBuffer]
    /// By name of what networks write.
    private var strips: [String: Strip] = [:]
    /// By key of the species; a network that a species without one masks does not run.
    var masks: [String: GrainMask] = [:]
    /// By name of the network.
    private(set) var tilesRun: [String: Int] = [:]
    /// Cells of the labelling network, where they are wanted.
    private(set) var cells: FieldCells?
    /// Of what has run since they were last taken.
    var times = LensTimes()
    /// See `LensOutput.sureness`.
    private(set) var sureness: Picture<UInt8>?
    /// Networks times tiles, done and in all.
    private var done = 0
    private let steps: Int
    /// Where it is revoked, the run ends.
    private let permit: WorkPermit

    /// Whose cells are noted, of the labelling network; nil for none.
    private let cellLevel: Int?

    init(lens: NeuralLens, field: ScaledField, steps: Int, cellLevel: Int?, permit: WorkPermit) {
        self.lens = lens
        self.field = field
        columns = lens.tiling(field.width)
        rows = lens.tiling(field.height)
        buffers = (0..<max(lens.lanes.count, 1)).map { _ in
            TileBuffer(side: lens.manifest.tilePixels, pool: lens.pool)
        }
        self.steps = steps
        self.permit = permit
        self.cellLevel = cellLevel
        cells = cellLevel.map { FieldCells(channels: lens.labelling.description.channels[$0]) }
    }

    /// What a network wrote, if it was kept.
    func picture(_ name: String) -> Picture<UInt8>? { strips[name]?.picture }

    /// A network with what it has written so far.
    private final class Stage {
        let entry: LensManifest.NetworkEntry
        let blend: TileBlend
        let strip: Strip
        /// Rows of tiles that are done.
        var rowsDone = 0

        init(_ entry: LensManifest.NetworkEntry, blend: TileBlend, strip: Strip) {
            self.entry = entry
            self.blend = blend
            self.strip = strip
        }

        var isMap: Bool { entry.writes == LensManifest.map }
    }

    /// Runs networks over the whole field.
    /// - Parameters:
    ///   - networks: in an order in which each reads what earlier ones write.
    ///   - keeping: what is kept as whole pictures, of what they write.
    ///   - progress: as of `NeuralLens.apply`.
    mutating func run(
        _ networks: [LensManifest.NetworkEntry], keeping: Set<String>, progress: (Double) -> Bool
    ) throws(LensError) {
        let side = lens.manifest.tilePixels
        var depth: [String: Int] = [:]
        for entry in networks { depth[entry.writes] = (entry.reads.compactMap { depth[$0] }.max() ?? 0) + 1 }
        let stages = networks.map { entry in
            let isMap = entry.writes == LensManifest.map
            let channels = isMap ? lens.generators[entry.name]!.description.outputChannels : 1
            // A reader waits until its tile is finished, and each network between may keep it waiting for another.
            let readers = networks.filter { $0.reads.contains(entry.writes) }.map { depth[$0.writes]! }
            let rows = ((readers.max() ?? 1) - depth[entry.writes]! + 1) * side
            let strip = Strip(
                width: field.width, height: field.height, channels: channels,
                rows: keeping.contains(entry.writes) ? field.height : rows)
            strips[entry.writes] = strip
            tilesRun[entry.name] = 0
            if entry.interval != nil && sureness == nil {
                sureness = Picture(width: field.width, height: field.height, channels: 1, filledWith: 0)
            }
            return Stage(
                entry,
                blend: TileBlend(
                    width: field.width, height: field.height, channels: entry.interval == nil ? channels : 2,
                    side: side),
                strip: strip)
        }
        // The last networks first: what was made for them can then go.
        while let next = stages.last(where: isReady) {
            let together = stages.filter {
                isReady($0) && $0.rowsDone == next.rowsDone && depth[$0.entry.writes] == depth[next.entry.writes]
            }
            try runRow(next.rowsDone, of: together, progress: progress)
        }
        for stage in stages where !keeping.contains(stage.entry.writes) { strips[stage.entry.writes] = nil }
    }

    /// Whether all that the stage's next row of tiles reads is written.
    private func isReady(_ stage: Stage) -> Bool {
        guard stage.rowsDone < rows.starts.count else { return false }
        let end = min(field.height, rows.starts[stage.rowsDone] + lens.manifest.tilePixels)
        return stage.entry.reads.allSatisfy { $0 == LensManifest.field || strips[$0]!.finished >= end }
    }

    private mutating func runRow(
        _ row: Int, of stages: [Stage], progress: (Double) -> Bool
    ) throws(LensError) {
        var waiting: [(stage: Stage, column: Int)] = []
        for stage in stages {
            let sources = stage.entry.reads.map { name -> TileBuffer.Source in
                name == LensManifest.field ? .field(field) : .strip(strips[name]!)
            }
            let cutting = stage.entry.reads.contains(LensManifest.field) ? LensTimes.resample : LensTimes.gather
            for (column, x) in columns.starts.enumerated() {
                let mask = stage.entry.maskedBy.map { masks[$0]! }
                let start = ContinuousClock.now
                let isShown = buffers[waiting.count].gather(
                    sources, width: field.width, height: field.height, maskedBy: mask, x: x, y: rows.starts[row])
                times.add(cutting, since: start)
                if isShown {
                    waiting.append((stage, column))
                    if waiting.count == buffers.count { try runWaiting(&waiting, row: row) }
                } else {
                    done += 1
                }
                guard permit.holds, progress(Double(done) / Double(steps)) else { throw Self.stopped }
            }
        }
        try runWaiting(&waiting, row: row)
        let finishing = ContinuousClock.now
        defer { times.add(LensTimes.blend, since: finishing) }
        for stage in stages {
            stage.rowsDone += 1
            let end = stage.rowsDone < rows.starts.count ? rows.starts[stage.rowsDone] : field.height
            stage.blend.finish(upTo: end) { sums in
                // Value and sureness take turns, where there is an interval.
                let step = stage.entry.interval == nil ? 1 : 2
                let row = stage.strip.finished
                stage.strip.append { out in
                    for index in 0..<field.width * stage.strip.channels {
                        out[index] = TileBlend.eightBit(sums[index * step])
                    }
                }
                if step == 2 {
                    for x in 0..<field.width {
                        let known = sureness!.samples[row * field.width + x]
                        sureness!.samples[row * field.width + x] = max(known, TileBlend.eightBit(sums[2 * x + 1]))
                    }
                }
            }
        }
    }

    private static let stopped = LensError(.cancelled, "the lens was stopped", hint: "apply it again")

    private mutating func runWaiting(_ waiting: inout [(stage: Stage, column: Int)], row: Int) throws(LensError) {
        let names = waiting.map(\.stage.entry.name)
        let levels = waiting.map { $0.stage.isMap ? cellLevel : nil }
        if waiting.count > 1 && waiting.count == lens.lanes.count {
            let (lanes, buffers, permit) = (lens.lanes, buffers, permit)
            let started = ContinuousClock.now
            var spent = [Double](repeating: 0, count: waiting.count)
            spent.withUnsafeMutableBufferPointer { spent in
                let spent = spent.baseAddress!
                lens.pool.run(tasks: names.count) { task, _ in
                    let start = ContinuousClock.now
                    buffers[task].run(lanes[task][names[task]]!, reading: levels[task], permit: permit)
                    spent[task] = (ContinuousClock.now - start) / .seconds(1)
                }
            }
            let share = (ContinuousClock.now - started) / .seconds(1) / max(spent.reduce(0, +), 1e-9)
            for (name, seconds) in zip(names, spent) { times.add(LensTimes.network(name), seconds * share) }
        } else {
            for task in waiting.indices {
                let start = ContinuousClock.now
                buffers[task].run(lens.generators[names[task]]!, reading: levels[task], permit: permit)
                times.add(LensTimes.network(names[task]), since: start)
            }
        }
        if permit.isRevoked { throw Self.stopped }
        for (index, job) in waiting.enumerated() {
            let laying = ContinuousClock.now
            buffers[index].lay(
                into: job.stage.blend, columnWeights: columns.weights(ofTile: job.column),
                rowWeights: rows.weights(ofTile: row), Self.reading(job.stage))
            times.add(LensTimes.blend, since: laying)
            if levels[index] != nil {
                let collecting = ContinuousClock.now
                collect(buffers[index], columns: columns.own(ofTile: job.column), rows: rows.own(ofTile: row))
                times.add(LensTimes.familiarity, since: collecting)
            }
            tilesRun[job.stage.entry.name]! += 1
        }
        done += waiting.count
        waiting = []
    }

    /// What a network's channels mean.
    private static func reading(
        _ stage: Stage
    ) -> (
        _ pixels: UnsafePointer<Float>, _ mask: UnsafePointer<Float>, _ count: Int, _ out: UnsafeMutablePointer<Float>
    ) -> Void {
        let channels = stage.blend.channels
        if stage.isMap {
            return { pixels, _, count, out in
                for index in 0..<count * channels { out[index] = (pixels[index] + 1) * 0.5 }
            }
        }
        guard let interval = stage.entry.interval else {
            // Micrographs are grey.
            return { pixels, _, count, out in
                for x in 0..<count { out[x] = (pixels[3 * x] + pixels[3 * x + 1] + pixels[3 * x + 2] + 3) * (1 / 6) }
            }
        }
        let scale = Float(interval.scale)
        return { pixels, mask, count, out in
            for x in 0..<count {
                let pixel = pixels + 3 * x
                let (value, lower, upper) = ((pixel[0] + 1) * 0.5, (pixel[1] + 1) * 0.5, (pixel[2] + 1) * 0.5)
                let low = max(0, value - scale * max(0, value - lower))
                let high = min(1, value + scale * max(0, upper - value))
                out[2 * x] = value
                out[2 * x + 1] = mask[x] > 0 ? (255 - 254 * (high - low)) * (1 / 255) : 0
            }
        }
    }

    /// Notes the cells of a part of the field.
    private mutating func collect(_ buffer: TileBuffer, columns: Range<Int>, rows: Range<Int>) {
        let manifest = lens.manifest
        let channels = manifest.species.map(\.mapChannel) + (manifest.otherChannel.map { [$0] } ?? [])
        let side = lens.cellSide(level: cellLevel!)
        let factor = field.factor
        let step = max(1, (field.width / side) * (field.height / side) / FieldCells.limit)
        buffer.forEachCell(columns: columns, rows: rows) { column, row in
            (31 * row + 17 * column) % step == 0
        } _: { middle, means, features in
            let best = channels.indices.max { means[channels[$0]] < means[channels[$1]] }!
            cells!.add(
                class: means[channels[best]] >= 0.5 ? UInt8(best + 1) : 0, features, at: (middle + 0.5) / factor - 0.5)
        }
    }
}
