import Foundation
import Imaging
import Kernels
import Lens
package import Network
import Tensor

/// The training of one network in a run folder: `checkpoint.safetensors`, `losses.csv`, `pictures/` of every epoch and
/// `index.html`, which shows them while it runs.
///
/// The weights are a function of options and fields alone: not of threads, pauses or when checkpoints were written.
/// (A run by the clock is one once half of it is over, see `TrainingOptions.Length`.)
package final class TrainingRun {
    package let options: TrainingOptions
    package let folder: String
    package var step: Int { state.step }
    package var steps: Int? { state.total }
    package var isFinished: Bool { state.isFinished }

    private let supply: any FieldSupply
    private let training: AdversarialTraining
    /// Of training fields, until the first step hands it to the thread that makes samples.
    private let fields: FieldCache
    private let validationFields: FieldCache
    private let validationSampler: SampleMaker
    private let validationSample: Sample
    private let checkpoint: Checkpoint
    private let epochSteps: Int
    private let epochSamples: Int
    private let checkpointSeconds: Double
    /// To the first checkpoint; each of the next ones is twice as far, up to `checkpointSeconds`.
    private static let firstCheckpointSeconds = 2.0
    private var state: TrainingState
    private var history: LossHistory

    /// - folder: of the run; made if it is not there.
    /// - resumes: goes on from the folder's checkpoint where there is one. Without it, a folder that has one is
    ///   refused.
    /// - start: a weight file that the generator starts from, see `TrainingOptions.startDigest`; nil for random weights.
    ///   A resumed run does not need it.
    /// - checkpointSeconds: between checkpoints.
    /// - Throws: `.badOptions`, `.badDataSet`, `.wrongCheckpoint`, `.unreadable`, `.cannotWrite`.
    package init(
        _ options: TrainingOptions, on supply: any FieldSupply, in folder: String, threads: Int, resumes: Bool,
        start: WeightFile? = nil, checkpointSeconds: Double = 300
    ) throws(TrainingError) {
        try options.check()
        do { try Kernel.checkEnvironment() } catch {
            throw TrainingError(.badOptions, error.message, hint: error.hint)
        }
        if case .magnifier(let key) = options.role, !supply.species.contains(where: { $0.key == key }) {
            throw TrainingError(
                .badOptions, "\(supply.title) has no species \"\(key)\"",
                hint: "its species are \(supply.species.map(\.key).joined(separator: ", "))")
        }
        let needsElectron = options.role != .labelling
        guard supply.hasElectronMicrographs || !needsElectron else {
            throw TrainingError(
                .badDataSet, "\(supply.title) has no electron micrographs, which \(options.role.name) learns from",
                hint: "train labelling alone, or pair the fields with electron micrographs")
        }
        self.options = options
        self.supply = supply
        self.folder = folder
        self.checkpointSeconds = checkpointSeconds
        checkpoint = Checkpoint(of: folder)
        var state = TrainingState(options: options, dataSet: supply.digest)
        let isResumed = checkpoint.exists
        if isResumed {
            guard resumes else {
                throw TrainingError(
                    .wrongCheckpoint, "\(folder) holds a run already",
                    hint: "go on with it with --resume, or name another folder with --runs")
            }
            state = try checkpoint.readState()
            if let difference = options.difference(from: state.options) {
                throw TrainingError(
                    .wrongCheckpoint,
                    "\(folder) was started with another \(difference.name): "
                        + "\(difference.there), now \(difference.here)",
                    hint: "resume with the options it was started with, or start anew in another folder")
            }
            guard state.dataSet == supply.digest else {
                throw TrainingError(
                    .wrongCheckpoint, "\(supply.title) is not what \(folder) was started on, or has changed since",
                    hint: "name what it was started on, restored if need be, or start anew in another folder")
            }
        }
        let workspace = Workspace(pool: WorkerPool(threads: threads))
        let generator = TrainableGenerator(
            GeneratorDescription(
                layers: options.layers, baseChannels: options.baseChannels, normalisation: options.normalisation),
            height: options.size, width: options.size, images: options.batch, dropout: options.dropout,
            workspace: workspace)
        let hasMask = SampleMaker.hasMask(options)
        var way = Judge.Way()
        way.loss = options.adversarialLoss
        way.featureFactor = options.featureFactor
        let judges = (0..<(options.isAdversarial ? options.discriminators : 0)).map {
            Judge(
                scale: 1 << $0, baseChannels: options.discriminatorChannels,
                judgedChannels: options.hasInterval ? 1 : 3, height: options.size, width: options.size,
                images: options.batch, isMasked: hasMask, way: way, workspace: workspace)
        }
        training = AdversarialTraining(
            generator: generator, judges: judges, loss: options.hasInterval ? .interval : options.loss,
            factor: options.lossFactor, weighted: SampleMaker.weighs(options, supply), masked: hasMask,
            averageDecay: options.averageDecay, workspace: workspace)
        func cache(
            _ make: @escaping (Int) throws(TrainingError) -> FieldPictures, bytes: Int
        ) -> FieldCache {
            FieldCache(bytes: bytes) { number throws(TrainingError) in
                var field = try make(number)
                field.drawGaps(micrometres: options.gapMicrometres, nmPerPixel: supply.nmPerPixel)
                return field
            }
        }
        // What is drawn without end is not shown again.
        fields = cache(
            { number throws(TrainingError) in try supply.field(number, electron: needsElectron) },
            bytes: supply.fieldCount == nil ? 0 : Int(clamping: ProcessInfo.processInfo.physicalMemory / 8))
        validationFields = cache(
            { number throws(TrainingError) in
                supply.validationCount == 0
                    ? try supply.field(number, electron: needsElectron)
                    : try supply.validationField(number, electron: needsElectron)
            }, bytes: Int(clamping: ProcessInfo.processInfo.physicalMemory / 32))
        validationSampler = SampleMaker(options, supply, threads: 1)
        validationSample = validationSampler.newSample(isWeighted: false)
        history = LossHistory(path: folder + "/losses.csv")
        if let count = supply.fieldCount {
            let first = try fields.field(0)
            let cuts = Double(first.width * first.height) / Double(options.size * options.size)
            epochSamples = max(1, Int(cuts.rounded())) * count
            epochSteps = max(1, Int((Double(epochSamples) / Double(options.batch)).rounded()))
        } else {
            epochSteps = options.freshEpochSteps
            epochSamples = epochSteps * options.batch
        }
        switch options.length {
        case .epochs(let count): state.total = count * epochSteps
        case .steps(let count): state.total = count
        case .minutes: break
        }
        self.state = state
        do {
            try FileManager.default.createDirectory(atPath: folder + "/pictures", withIntermediateDirectories: true)
        } catch {
            throw TrainingError(
                .cannotWrite, "\(folder) cannot be made: \(error.localizedDescription)", hint: "check its path")
        }
        if isResumed {
            try checkpoint.read(state, into: training)
        } else {
            training.initialise(seed: options.seed)
            if let start { try generator.parameters.take(start) }
            training.average?.restart()
        }
        try history.resume(at: state.step)
    }

    /// Trains until the run is finished or `stop` says so; either way the folder holds a checkpoint of the last step.
    /// - Returns: whether the run is finished.
    /// - Throws: `.diverged`, `.unreadable`, `.badDataSet`, `.cannotWrite`. The last checkpoint stays.
    package func run(
        stop: () -> Bool = { StopSignal.isRaised }, report: (TrainingProgress) -> Void = { _ in }
    ) throws(TrainingError) -> Bool {
        var savedAt = ContinuousClock.now
        var shownAt = ContinuousClock.now
        // A run that is killed early has a checkpoint too.
        var saveAfter = min(Self.firstCheckpointSeconds, checkpointSeconds)
        let samples = sampleQueue()
        while !state.isFinished {
            if stop() {
                try save()
                try show("stopped after step \(state.step); train --resume goes on", isRunning: false)
                return false
            }
            var warning: String?
            do throws(TrainingError) {
                try takeStep(samples)
                if state.step % epochSteps == 0 || state.isFinished { try endEpoch() }
            } catch  where error.code != .diverged {
                try save()
                throw error
            } catch {
                try? show(error.message, isRunning: false)
                throw error
            }
            if savedAt.duration(to: .now) / .seconds(1) > saveAfter {
                do throws(TrainingError) {
                    try save()
                    saveAfter = min(2 * saveAfter, checkpointSeconds)
                } catch  where error.code == .cannotWrite {
                    // The checkpoint before is whole, the run goes on, and there may be room in a minute.
                    warning = error.description
                    saveAfter = 60
                }
                savedAt = .now
            }
            if shownAt.duration(to: .now) / .seconds(1) > 20 {
                try? show("running", isRunning: true)
                shownAt = .now
            }
            report(progress(warning))
        }
        try save()
        try show("finished after step \(state.step)", isRunning: false)
        return true
    }

    // MARK: Steps

    private func takeStep(_ samples: SampleQueue) throws(TrainingError) {
        let start = ContinuousClock.now
        let step = state.step
        let rate = state.rate
        for image in 0..<options.batch { try samples.next { training.take($0, as: image) } }
        training.generator.statistics = state.statistics
        let losses = training.step(rate: rate, random: CounterRandom(seed: options.seed, .dropout, step))
        guard losses.areFinite else {
            throw TrainingError(
                .diverged, "a loss of step \(step + 1) is not a number",
                hint: "the last checkpoint is kept; start anew with a lower --rate")
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        state.step += 1
        state.spentSeconds += seconds
        if case .minutes(let minutes) = options.length, state.total == nil, state.spentSeconds >= minutes * 30 {
            state.total = 2 * state.step
        }
        history.add(
            .init(step: state.step, epoch: epoch(step), rate: rate, losses: losses, seconds: seconds))
    }

    private func epoch(_ step: Int) -> Int { step / epochSteps + 1 }

    /// The cuts of the steps to come, numbered from the run's first, `batch` a step.
    private func sampleQueue() -> SampleQueue {
        let (options, fields) = (options, fields)
        let order = FieldOrder(seed: options.seed, fieldCount: supply.fieldCount, epochSamples: epochSamples)
        let sampler = SampleMaker(options, supply, threads: 1)
        let isWeighted = training.targetWeights != nil
        return SampleQueue(
            from: state.step * options.batch, to: state.total.map { $0 * options.batch }, atOnce: options.batch
        ) {
            sampler.newSample(isWeighted: isWeighted)
        } make: { number, sample throws(TrainingError) in
            var random = CounterRandom(seed: options.seed, .sample, number)
            var field = try fields.field(order.number(ofSample: number, attempt: 0))
            let channel = sampler.sought(&random)
            var place = sampler.place(in: field, showing: channel, &random)
            // A magnifier learns nothing from a field without its species.
            for attempt in 1..<FieldOrder.attempts where place.isEmpty {
                field = try fields.field(order.number(ofSample: number, attempt: attempt))
                place = sampler.place(in: field, showing: channel, &random)
            }
            sampler.fill(
                sample, from: field, at: place.placement,
                random: CounterRandom(seed: options.seed, .augmentation, number))
        }
    }

    // MARK: What is left behind

    /// Distance from the target on validation fields, and a picture of the first that shows something.
    private func endEpoch() throws(TrainingError) {
        let count = max(supply.validationCount, 1)
        var (sum, counted) = (0.0, 0)
        var isPictured = false
        for first in stride(from: 0, to: count, by: options.batch) {
            let numbers = first..<min(first + options.batch, count)
            var toPicture: Int?
            for (image, number) in numbers.enumerated() {
                let field = try validationFields.field(number)
                let place = validationSampler.fullestPlace(in: field)
                validationSampler.fill(validationSample, from: field, at: place.placement, random: nil)
                training.take(validationSample, as: image)
                if toPicture == nil, !place.isEmpty || number == count - 1 { toPicture = image }
            }
            // Running statistics: what other images of the batch show changes nothing.
            let distances = training.validate(options.normalisation == .running ? .running : .batch)
            for distance in distances.prefix(numbers.count).compactMap(\.self) {
                sum += distance
                counted += 1
            }
            if let toPicture, !isPictured {
                try writePicture(ofImage: toPicture)
                isPictured = true
            }
        }
        if supply.validationCount > 0, counted > 0 {
            state.validation.append([Double(state.step), sum / Double(counted)])
        }
        try show("running", isRunning: true)
    }

    private var picturePrefix: String { "pictures/epoch-" }

    private func writePicture(ofImage image: Int) throws(TrainingError) {
        let side = options.size
        let shown = min(side, 512)
        let panels =
            ([
                (training.picture, nil), (training.result, options.hasInterval ? 0 : nil), (training.target, nil),
            ] + (options.hasInterval ? [(training.result, 1), (training.result, 2)] : [])).map {
                (map: FeatureMap, grey: Int?) in (map: map.image(image, of: options.batch), grey: grey)
            }
        var strip = Picture<UInt8>(width: panels.count * shown, height: shown, channels: 3, filledWith: 0)
        for (place, panel) in panels.enumerated() {
            var picture = Picture<Float>(width: side, height: side, channels: 3, filledWith: 0)
            for pixel in 0..<side * side {
                let from = panel.map.base + pixel * panel.map.pixelStride
                for channel in 0..<3 { picture.samples[pixel * 3 + channel] = (from[panel.grey ?? channel] + 1) / 2 }
            }
            let small = picture.resampled(width: shown, height: shown).eightBit
            for y in 0..<shown {
                let row = (y * panels.count + place) * shown * 3
                strip.samples.replaceSubrange(
                    row..<row + shown * 3, with: small.samples[y * shown * 3..<(y + 1) * shown * 3])
            }
        }
        let name = String(format: "%04d", epoch(state.step - 1))
        do {
            let bytes = try PNG.encode(
                strip,
                text: ["Description": "input, generated, target (, bounds); what is generated is synthesised"])
            try AtomicFile.write(bytes, to: "\(folder)/\(picturePrefix)\(name).png")
        } catch let error as TrainingError {
            throw error
        } catch {
            throw TrainingError(.cannotWrite, "a sample picture cannot be made: \(error)", hint: "make memory free")
        }
    }

    private func save() throws(TrainingError) {
        try checkpoint.write(state, training)
        try history.write()
    }

    private func show(_ status: String, isRunning: Bool) throws(TrainingError) {
        try history.write()
        let newest = epoch(max(state.step, 1) - 1)
        let pictures = (0..<12).map { newest - $0 }.filter { $0 > 0 }.map { number in
            ("\(picturePrefix)\(String(format: "%04d", number)).png", "Epoch \(number)")
        }.filter { FileManager.default.fileExists(atPath: "\(folder)/\($0.0)") }
        let remaining = progress(nil).leftSeconds
        let page = RunPage(
            title: "Training of \(options.role.name)", status: status, isRunning: isRunning,
            facts: [
                ("Learns from", supply.account),
                ("Network", "\(options.layers) layers, \(options.baseChannels) base channels, \(options.size) px"),
                (
                    "Step",
                    "\(state.step) of \(state.total.map(String.init) ?? "a run by the clock"), seed \(options.seed)"
                        + (options.batch > 1 ? ", \(options.batch) pictures each" : "")
                ),
                ("Time", "\(Self.time(state.spentSeconds)) gone, about \(Self.time(remaining)) left"),
            ],
            rows: history.rows, validation: state.validation.map { (Int($0[0]), $0[1]) }, pictures: pictures)
        try AtomicFile.write(Array(page.html.utf8), to: folder + "/index.html")
    }

    private func progress(_ warning: String?) -> TrainingProgress {
        let left: Double
        if let total = state.total {
            left = Double(total - state.step) * state.spentSeconds / Double(max(state.step, 1))
        } else if case .minutes(let minutes) = options.length {
            left = max(0, minutes * 60 - state.spentSeconds)
        } else {
            left = 0
        }
        return TrainingProgress(
            role: options.role, step: state.step, total: state.total, epoch: epoch(max(state.step, 1) - 1),
            losses: history.rows.last?.losses ?? .init(), spentSeconds: state.spentSeconds, leftSeconds: left,
            warning: warning)
    }

    /// Hours, minutes and seconds.
    package static func time(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return whole < 3600
            ? String(format: "%d:%02d", whole / 60, whole % 60)
            : String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }

    // MARK: Result

    /// The generator as a weight file, kernels of 16 bits.
    /// - Throws: `.diverged` where a number does not fit.
    package func weightFile() throws(TrainingError) -> [UInt8] {
        try training.withWeightsInUse { () throws(TrainingError) in
            try training.generator.parameters.weightFile(normalisation: options.normalisation)
        }
    }
}
