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
    /// Networks times tiles, done and in all.
    private var done = 0
    private let steps: Int

    init(lens: NeuralLens, field: ScaledField, steps: Int) {
        self.lens = lens
        self.field = field
        columns = lens.tiling(field.width)
        rows = lens.tiling(field.height)
        buffers = (0..<max(lens.lanes.count, 1)).map { _ in
            TileBuffer(side: lens.manifest.tilePixels, pool: lens.pool)
        }
        self.steps = steps
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
            return Stage(
                entry, blend: TileBlend(width: field.width, height: field.height, channels: channels, side: side),
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
            for (column, x) in columns.starts.enumerated() {
                let mask = stage.entry.maskedBy.map { masks[$0]! }
                if buffers[waiting.count].gather(
                    sources, width: field.width, height: field.height, maskedBy: mask, x: x, y: rows.starts[row])
                {
                    waiting.append((stage, column))
                    if waiting.count == buffers.count { runWaiting(&waiting, row: row) }
                } else {
                    done += 1
                }
                guard progress(Double(done) / Double(steps)) else {
                    throw LensError(.cancelled, "the lens was stopped", hint: "apply it again")
                }
            }
        }
        runWaiting(&waiting, row: row)
        for stage in stages {
            stage.rowsDone += 1
            let end = stage.rowsDone < rows.starts.count ? rows.starts[stage.rowsDone] : field.height
            stage.blend.finish(upTo: end) { sums in
                stage.strip.append { out in
                    for index in 0..<field.width * stage.blend.channels {
                        out[index] = TileBlend.eightBit(sums[index])
                    }
                }
            }
        }
    }

    private mutating func runWaiting(_ waiting: inout [(stage: Stage, column: Int)], row: Int) {
        if waiting.count > 1 && waiting.count == lens.lanes.count {
            let names = waiting.map(\.stage.entry.name)
            let (lanes, buffers) = (lens.lanes, buffers)
            lens.pool.run(tasks: waiting.count) { task, _ in buffers[task].run(lanes[task][names[task]]!) }
        } else {
            for (index, job) in waiting.enumerated() { buffers[index].run(lens.generators[job.stage.entry.name]!) }
        }
        for (index, job) in waiting.enumerated() {
            let channels = job.stage.blend.channels
            let isMap = job.stage.isMap
            buffers[index].lay(
                into: job.stage.blend, columnWeights: columns.weights(ofTile: job.column),
                rowWeights: rows.weights(ofTile: row)
            ) { pixel, _, out in
                if isMap {
                    for channel in 0..<channels { out[channel] = (pixel[channel] + 1) * 0.5 }
                } else {
                    // Micrographs are grey.
                    out[0] = (pixel[0] + pixel[1] + pixel[2] + 3) * (1 / 6)
                }
            }
            tilesRun[job.stage.entry.name]! += 1
        }
        done += waiting.count
        waiting = []
    }
}
