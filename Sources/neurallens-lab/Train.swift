internal import ArgumentParser
internal import Foundation
internal import Network
internal import Teaching
internal import Training

/// Paired pictures in, a lens folder out.
struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Train a lens, or one of its networks, from registered pictures or from simulated worlds.",
        discussion: """
            The data set is a folder that `pair` wrote, or that `simulate --view pair` wrote, or a library of grains \
            that `library` wrote: from it every step draws a field of its own, divided by its glass. Without --network, all \
            networks that it can teach are trained one after the other: labelling, a magnifier a species, shadowing.

            Training is pix2pix as published, unless options say otherwise: U-Net generator against a 70 x 70 patch \
            discriminator, cross-entropy + 100 x L1, Adam (2e-4, 0.5, 0.999) with linear decay over the second half, random translation. The lens gets \
            a moving average of the weights.

            A run folder a network (in LENS.runs) holds the checkpoint, losses.csv, a sample picture an epoch and \
            index.html, which shows them while training lasts. Ctrl-C writes a checkpoint and ends with status 130; --resume goes on \
            from there and gives the same weights, bit for bit, as an uninterrupted run. So do equal seeds, for any \
            number of threads.
            """)

    @Argument(help: "Folder of the data set, or a library of grains that `library` wrote.")
    var dataset: String

    @Option(
        name: .customLong("without-world"), parsing: .singleValue,
        help: ArgumentHelp("Of a library: a world to leave out; may be repeated.", valueName: "name"))
    var withoutWorlds: [String] = []

    @Option(
        help: ArgumentHelp(
            "Of a library: show labelling fields of four quarters, each of another slide, in so many pictures each.",
            valueName: "pictures"))
    var mix: Int?

    @Option(
        help: ArgumentHelp(
            "Let the labelling network see means of 2 x 2 or 4 x 4 of the lens's pixels; --size counts these.",
            valueName: "pixels"))
    var binning = 1

    @Option(name: [.customShort("o"), .long], help: "Lens folder to write; made if it is not there.")
    var output: String

    @Option(help: "labelling, magnify-SPECIES or shadowing; may be repeated. All by default.")
    var network: [String] = []

    @Option(help: "Folder for the run folders; LENS.runs by default.")
    var runs: String?

    @Option(
        help: ArgumentHelp(
            "Start from these weights, of the same architecture, as of another lens; with one --network.",
            valueName: "weights.safetensors"))
    var from: String?

    @Option(help: "Of a data set: learn from at most this many fields, the first that it names.")
    var fields: Int?

    @Flag(help: "Go on from the checkpoints of the run folders; finished networks are not trained again.")
    var resume = false

    @Option(help: "Threads that share the work; the result does not depend on it.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @Option(help: "Minutes between checkpoints.")
    var checkpointMinutes = 5.0

    @OptionGroup var child: ChildOptions
    @OptionGroup(title: "Length, of each network") var length: Length
    @OptionGroup(title: "Network") var make: Make
    @OptionGroup(title: "Learning") var learning: Learning
    @OptionGroup(title: "Augmentation, beside random translation") var variation: Variation

    struct Length: ParsableArguments {
        @Option(help: "Times through the data set; 200 by default.") var epochs: Int?
        @Option(help: "Training steps, of --batch pictures each.") var steps: Int?
        @Option(help: "Steps of an epoch of a library of grains: then validation and a sample picture follow.")
        var epochSteps = 500
        @Option(help: "Wall-clock minutes; fixes the number of steps when half of them are over.") var minutes: Double?

        var value: TrainingOptions.Length {
            get throws {
                let given: [TrainingOptions.Length?] = [
                    epochs.map { .epochs($0) }, steps.map { .steps($0) }, minutes.map { .minutes($0) },
                ]
                let lengths = given.compactMap(\.self)
                guard lengths.count <= 1 else { throw ValidationError("give one of --epochs, --steps, --minutes") }
                return lengths.first ?? .epochs(200)
            }
        }
    }

    struct Make: ParsableArguments {
        @Option(help: "Channels of the generator's first layer.") var baseChannels = 16
        @Option(help: "Contracting layers; pictures are a multiple of 2^layers.") var layers = 10
        @Option(help: "Side of the training pictures, in pixels.") var size = 1024
        @Option(help: "Side of the lens's tiles, where pictures are smaller; by default that of the pictures.")
        var tile: Int?
        @Option(help: "What the network normalises by in use: running or instance.") var norm = Normalisation.running
        @Option(help: "Channels of the discriminator's first layer; 0 trains without a discriminator.")
        var discriminatorChannels = 16
        @Option(help: "Discriminators, 1 to 3, each at half the scale of the one before.") var discriminators = 1
        @Flag(help: "Magnifiers draw value, lower and upper bound of the micrograph; other networks do not change.")
        var interval = false
        @Flag(help: "Divide each optical picture by its own empty glass, in training and in use.")
        var divideByGlass = false
        @Option(help: "Grains smaller than this are dirt, in µm².") var minimumGrainArea = 60.0
        @Option(help: "Overlap of neighbouring tiles in pixels; an eighth of the tile by default.") var overlap: Int?

        func validate() throws {
            guard norm != .absent else { throw ValidationError("--norm must be running or instance") }
        }
    }

    struct Learning: ParsableArguments {
        @Option(
            help: ArgumentHelp(
                "Pictures a step: one change of the weights by the mean of their losses, maps normalised by all of them.",
                valueName: "pictures"))
        var batch = 1
        @Option(help: "Equal seeds give equal networks, bit for bit.") var seed: UInt64 = 1
        @Option(help: "Adam's learning rate.") var rate = 2e-4
        @Option(help: "Share of the run after which the learning rate falls to 0.") var decayFrom = 0.5
        @Option(help: "Decay of the moving average of weights that the lens gets; 0 takes the newest.")
        var average = 0.999
        @Option(help: "Share of values that dropout clears.") var dropout = 0.5
        @Option(help: "Distance of a map from its target: absolute (as published) or cross-entropy.")
        var mapLoss = ResultLoss.absolute
        @Option(help: "Factor of the distance from the target in the generator's loss.") var lossFactor = 100.0
        @Option(help: "What discriminators learn by: cross-entropy (as published) or least-squares.")
        var adversarialLoss = AdversarialLoss.crossEntropy
        @Option(
            help: "Factor of the distance between the discriminators' maps of generated and real (feature matching).")
        var featureMatching = 0.0
        @Option(help: "Share of labelling pictures that show a grain, of each species as often; others show any place.")
        var balance = 0.0
        @Option(help: "Weight of target values that are not black.") var objectWeight = 1.0
        @Option(help: "Weight of what is fine in a micrograph, such as furrows and spines.") var detailWeight = 1.0
        @Option(help: "Drawn between touching grains of a map, where outlines tell them apart, in µm a side.")
        var gap = 0.45
        @Option(help: "Weight of these gaps.") var gapWeight = 1.0
        @Option(help: "With --norm running: share of the run after which it trains against the running statistics.")
        var runningFrom = 0.5
    }

    struct Variation: ParsableArguments {
        @Flag(help: "Mirror labelling fields at random.") var flips = false
        @Flag(help: "Turn labelling fields by quarter turns at random.") var rotations = false
        @Option(help: "Vary the light by up to this share.") var brightness = 0.0
        @Option(help: "Of pictures divided by their glass: vary the depth of the stain, by up to this share.")
        var stain = 0.0
        @Option(help: "Blur by up to this deviation, in pixels.") var focus = 0.0
        @Flag(help: "Give magnifiers' masks the soft edge of a labelling network.") var softMasks = false
        @Option(help: "Show half of the fields as a Bayer camera of this many nm a pixel would; 0 for none.")
        var cameraNm = 0.0
    }

    func validate() throws {
        guard (1...1024).contains(threads) else { throw ValidationError("--threads must lie in 1 to 1024") }
        guard (fields ?? 1) > 0 else { throw ValidationError("--fields must be at least 1") }
        guard checkpointMinutes > 0 else { throw ValidationError("--checkpoint-minutes must be positive") }
        guard try binning == 1 || roles == [.labelling] else {
            throw ValidationError("--binning is for --network labelling alone: others draw at the lens's own scale")
        }
        _ = try length.value
    }

    private var roles: [NetworkRole] {
        get throws {
            try network.map { name in
                guard let role = NetworkRole(name) else {
                    throw ValidationError("--network must be labelling, magnify-SPECIES or shadowing, not \"\(name)\"")
                }
                return role
            }
        }
    }

    private var options: TrainingOptions {
        get throws {
            var options = TrainingOptions(role: .labelling)
            options.length = try length.value
            options.freshEpochSteps = length.epochSteps
            options.batch = learning.batch
            options.seed = learning.seed
            options.layers = make.layers
            options.baseChannels = make.baseChannels
            options.isAdversarial = make.discriminatorChannels > 0
            options.discriminatorChannels = max(make.discriminatorChannels, 1)
            options.discriminators = make.discriminators
            options.adversarialLoss = learning.adversarialLoss
            options.featureFactor = learning.featureMatching
            options.hasInterval = make.interval
            options.size = make.size
            options.normalisation = make.norm
            options.runningFrom = learning.runningFrom
            options.rate = learning.rate
            options.decayFrom = learning.decayFrom
            options.averageDecay = learning.average
            options.dropout = learning.dropout
            options.loss = learning.mapLoss
            options.lossFactor = learning.lossFactor
            options.balance = learning.balance
            options.objectWeight = learning.objectWeight
            options.detailWeight = learning.detailWeight
            options.gapMicrometres = learning.gap
            options.gapWeight = learning.gapWeight
            options.augmentation.flips = variation.flips
            options.augmentation.rotations = variation.rotations
            options.augmentation.brightness = variation.brightness
            options.augmentation.stain = variation.stain
            options.augmentation.focus = variation.focus
            options.augmentation.softMasks = variation.softMasks
            options.augmentation.cameraNmPerPixel = variation.cameraNm
            return options
        }
    }

    private func supply(seed: UInt64) throws(TrainingError) -> any FieldSupply {
        if FileManager.default.fileExists(atPath: dataset + "/library.json") {
            guard fields == nil else {
                throw TrainingError(
                    .badOptions, "\(dataset) is a library of grains, whose fields are without end",
                    hint: "leave out --fields, or name a data set that neurallens-lab pair wrote")
            }
            let fields = try binned(try FreshFields(library: dataset, seed: seed, without: withoutWorlds))
            guard let mix else { return fields }
            return try MixedFields(fields, stepsAField: mix)
        }
        guard withoutWorlds.isEmpty, mix == nil else {
            throw TrainingError(
                .badOptions,
                "\(dataset) is not a library of grains, and only a library has worlds to leave out or to mix",
                hint: "name a folder that neurallens-lab library wrote, or leave out --without-world and --mix")
        }
        return try binned(try TrainingSet(folder: dataset, dividesByGlass: make.divideByGlass, limit: fields))
    }

    private func binned(_ supply: any FieldSupply) throws(TrainingError) -> any FieldSupply {
        binning == 1 ? supply : try BinnedFields(supply, binning: binning)
    }

    func run() throws {
        let roles = try roles
        let options = try options
        StopSignal.install()
        try child.begin()
        let display = TrainingDisplay()
        let told = Beat()
        let isFinished: Bool
        do throws(TrainingError) {
            var checked = options
            // What it is does not matter here; that there is one does.
            checked.startDigest = from
            checked.hasInterval = false
            try checked.check()
            var lens = LensFolder(path: output, tilePixels: make.tile)
            lens.overlapPixels = make.overlap
            lens.minimumGrainAreaSquareMicrometres = make.minimumGrainArea
            var training = LensTraining(
                roles: roles, options: options, supply: try supply(seed: options.seed), lens: lens, runs: runs)
            training.threads = threads
            training.resumes = resume
            training.start = from
            training.checkpointSeconds = checkpointMinutes * 60
            isFinished = try training.run { event in
                display.show(event)
                if case .progress(let progress, _) = event, progress.step == progress.total || told.isDue {
                    child.tell(
                        ChildProgress(
                            done: progress.step, total: progress.total, secondsLeft: progress.leftSeconds,
                            loss: progress.losses.result))
                }
            }
        } catch {
            display.end()
            throw fail(error.message, hint: error.hint)
        }
        // What a shell gives for a command that SIGINT ended.
        if !isFinished { throw ExitCode(130) }
    }
}

extension ResultLoss: ExpressibleByArgument {
    /// Of maps: the interval's is a magnifier's.
    init?(argument: String) {
        guard let loss = ResultLoss(rawValue: argument), loss != .interval else { return nil }
        self = loss
    }

    static var allValueStrings: [String] { [ResultLoss.absolute, .crossEntropy].map(\.rawValue) }
}

extension AdversarialLoss: ExpressibleByArgument {}

/// Twice a second.
private final class Beat {
    private var at = ContinuousClock.now - .seconds(3600)

    var isDue: Bool {
        guard ContinuousClock.now - at > .seconds(0.5) else { return false }
        at = .now
        return true
    }
}

/// A progress bar on a terminal; a line now and then elsewhere.
private final class TrainingDisplay {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var shownAt = ContinuousClock.now - .seconds(3600)
    private var hasBar = false

    func show(_ event: LensTraining.Event) {
        switch event {
        case .started(let role, let folder, let step):
            line("\(role.name): \(step == 0 ? "starts" : "goes on after step \(step)"); see \(folder)/index.html")
        case .progress(let progress, let allLeftSeconds):
            if let warning = progress.warning { line("neurallens-lab: warning: \(warning)") }
            guard ContinuousClock.now - shownAt > .seconds(isTerminal ? 0.2 : 60) else { return }
            shownAt = .now
            bar(progress, allLeftSeconds)
        case .finished(let role, let missing):
            line(
                "\(role.name): finished"
                    + (missing.isEmpty
                        ? "; the lens is complete and sealed"
                        : "; the lens still lacks \(missing.joined(separator: ", "))"))
        case .stopped(let role, let step): line("\(role.name): stopped after step \(step); --resume goes on")
        }
    }

    /// One line, cut to the terminal's width, with the time that this network takes and that all of them take.
    private func bar(_ progress: TrainingProgress, _ allLeftSeconds: Double) {
        let filled = Int((progress.share * 16).rounded())
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 16 - filled)
        let total = progress.total.map { "/\($0)" } ?? ""
        let losses = progress.losses
        var text =
            "\(progress.role.name) [\(bar)] \(progress.step)\(total), \(TrainingRun.time(progress.leftSeconds)) left"
        if allLeftSeconds > progress.leftSeconds + 1 { text += ", of all \(TrainingRun.time(allLeftSeconds))" }
        text += String(format: ", target %.4f", losses.result)
        if losses.adversarial > 0 {
            text += String(format: ", adversarial %.3f, discriminator %.3f", losses.adversarial, losses.discriminator)
        }
        write(isTerminal ? "\r\u{1b}[K" + text.prefix(columns - 1) : text + "\n")
        hasBar = isTerminal
    }

    /// Of the terminal.
    private var columns: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 20 ? Int(size.ws_col) : 80
    }

    func end() {
        if hasBar { write("\n") }
        hasBar = false
    }

    private func line(_ text: String) {
        end()
        write(text + "\n")
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
