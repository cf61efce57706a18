import Foundation
import Imaging
import Lens
import Network
import Testing
import Training

struct TrainingRunTests {
    let data: SampleSet
    let set: TrainingSet
    let runs: String

    init() throws {
        data = try SampleSet()
        set = try TrainingSet(folder: data.folder)
        runs = data.folder + "/runs"
    }

    private func run(
        _ options: TrainingOptions, _ name: String, threads: Int = 2, resumes: Bool = false,
        checkpointSeconds: Double = 300
    ) throws -> TrainingRun {
        try TrainingRun(
            options, on: set, in: "\(runs)/\(name)", threads: threads, resumes: resumes,
            checkpointSeconds: checkpointSeconds)
    }

    private func checkpoint(_ name: String) -> String { "\(runs)/\(name)/checkpoint.safetensors" }

    /// All tensors of a checkpoint: weights, moments, running statistics.
    private func tensors(_ name: String) throws -> [String: [UInt32]] {
        let file = try WeightFile(path: checkpoint(name))
        var tensors: [String: [UInt32]] = [:]
        for name in file.entries.keys { tensors[name] = try file.floats(name).map(\.bitPattern) }
        return tensors
    }

    @Test func aStoppedAndResumedRunGivesTheSameBitsAsAnUninterruptedOne() throws {
        // Over the change from the image's own to the running statistics, and over epochs.
        var options = TrainingOptions.small(steps: 9)
        options.dropout = 0.5
        #expect(try run(options, "whole").run { false })
        for stopAfter in [2, 6] {
            let part = try run(options, "parts", threads: 1, resumes: true)
            #expect(try part.run { part.step >= stopAfter } == false)
        }
        let last = try run(options, "parts", threads: 3, resumes: true)
        #expect(last.step == 6)
        #expect(try last.run { false })
        let (whole, parts) = (try tensors("whole"), try tensors("parts"))
        #expect(whole.count > 40)
        #expect(whole == parts)
        for name in ["whole", "parts"] {
            let csv = try String(contentsOfFile: "\(runs)/\(name)/losses.csv", encoding: .utf8)
            #expect(csv.split(separator: "\n").dropFirst().map { Int($0.prefix { $0 != "," }) } == Array(1...9))
        }
    }

    @Test func soDoesAMagnifierWithAnIntervalAndTwoDiscriminators() throws {
        var options = TrainingOptions.small(.magnifier(species: "iva"), steps: 7)
        options.discriminators = 2
        options.adversarialLoss = .leastSquares
        options.featureFactor = 10
        options.hasInterval = true
        options.augmentation.softMasks = true
        #expect(try run(options, "whole").run { false })
        let part = try run(options, "parts", threads: 1)
        #expect(try part.run { part.step >= 4 } == false)
        #expect(try run(options, "parts", threads: 3, resumes: true).run { false })
        let whole = try tensors("whole")
        #expect(whole.keys.contains("discriminator-2.v.layer.0.weight"))
        #expect(try tensors("parts") == whole)
        let csv = try String(contentsOfFile: "\(runs)/parts/losses.csv", encoding: .utf8).split(separator: "\n")
        #expect(csv[0] == "step,epoch,rate,discriminator,adversarial,features,result,interval,seconds")
        #expect(csv.count == 8 && csv[7].split(separator: ",")[3..<8].allSatisfy { Double($0)! > 0 })
    }

    /// Two discriminators, masks and feature matching too; 7 steps of 3 pictures from fields of which an epoch has no
    /// multiple of 3.
    @Test(arguments: [NetworkRole.labelling, .magnifier(species: "iva")])
    func soDoesARunOfBatches(_ role: NetworkRole) throws {
        var options = TrainingOptions.small(role, steps: 7)
        options.batch = 3
        if role == .labelling {
            options.dropout = 0.5
        } else {
            options.discriminators = 2
            options.featureFactor = 10
        }
        #expect(try run(options, "whole").run { false })
        let part = try run(options, "parts", threads: 1)
        #expect(try part.run { part.step >= 4 } == false)
        #expect(try run(options, "parts", threads: 3, resumes: true).run { false })
        #expect(try tensors("parts") == tensors("whole"))
        options.batch = 2
        let error = refusal(.wrongCheckpoint) { _ = try run(options, "parts", resumes: true) }
        #expect(error?.message.contains("batch: 3, now 2") == true)
    }

    /// A network that is used with each picture's own statistics cannot be taught with those of several.
    @Test func instanceNormalisationTakesNoBatches() throws {
        var options = TrainingOptions.small()
        options.batch = 2
        options.normalisation = .instance
        _ = refusal(.badOptions) { _ = try run(options, "refused") }
        options.batch = 0
        options.normalisation = .running
        _ = refusal(.badOptions) { _ = try run(options, "refused") }
    }

    /// The discs cover a fourteenth of the field: what a step reports is the distance within them all the same.
    @Test func aMagnifierLearnsWhatLiesWithinItsMask() throws {
        var options = TrainingOptions.small(.magnifier(species: "iva"), steps: 150)
        options.isAdversarial = false
        options.rate = 2e-3
        options.dropout = 0
        options.augmentation = Augmentation()
        options.hasInterval = true
        var losses: [AdversarialTraining.Losses] = []
        _ = try run(options, "magnifier").run(stop: { false }) { losses.append($0.losses) }
        // The target is 0.73 within and -1 without: black everywhere would be 1.7 away.
        #expect(losses[0].result > 0.6)
        #expect(losses.suffix(10).reduce(0) { $0 + $1.result } / 10 < 0.15, "\(losses.suffix(10))")
        // Bounds that enclose a surface without noise are close to it: pinball loss 0.05 a side for 1 of distance.
        #expect(losses.suffix(10).reduce(0) { $0 + $1.interval } / 10 < 0.1)
        let file = try WeightFile(path: checkpoint("magnifier"))
        let state = try JSONSerialization.jsonObject(with: Data(file.metadata["state"]!.utf8)) as? [String: Any]
        let validation = try #require(state?["validation"] as? [[Double]])
        #expect(validation.last![1] < 0.2, "\(validation.last!)")
    }

    @Test func onlyAMagnifierDrawsAnInterval() throws {
        var options = TrainingOptions.small(.shadowing)
        options.hasInterval = true
        _ = refusal(.badOptions) { _ = try run(options, "refused") }
        options.hasInterval = false
        options.discriminators = 3
        let error = refusal(.badOptions) { _ = try run(options, "refused") }
        #expect(error?.hint.contains("96") == true)
    }

    @Test func anotherSeedGivesAnotherNetwork() throws {
        var options = TrainingOptions.small(steps: 2)
        _ = try run(options, "a").run { false }
        options.seed = 2
        _ = try run(options, "b").run { false }
        #expect(try tensors("a") != tensors("b"))
    }

    @Test func trainingLearnsTheMap() throws {
        var options = TrainingOptions.small(steps: 150)
        options.rate = 2e-3
        options.augmentation = Augmentation()
        options.dropout = 0
        var losses: [Double] = []
        _ = try run(options, "learning").run(stop: { false }) { losses.append($0.losses.result) }
        // A map that is all black differs from these targets by 0.12.
        #expect(losses.suffix(10).reduce(0, +) / 10 < 0.08, "\(losses.suffix(10))")
    }

    /// Where running statistics stood still, maps and gradients grew by powers until they were no longer finite, while
    /// tanh kept the losses ordinary: after as many steps of this run, gradients of 1e19.
    @Test func gradientsStayBoundedOnceRunningStatisticsStandIn() throws {
        var options = TrainingOptions.small(steps: 240)
        options.rate = 5e-3
        options.augmentation = Augmentation()
        #expect(try run(options, "bounded").run { false })
        let file = try WeightFile(path: checkpoint("bounded"))
        let squares = try file.entries.keys.filter { $0.hasPrefix("generator.v.") }.map { try file.floats($0).max()! }
        #expect(squares.count > 20 && squares.max()! < 1e4, "\(squares.max()!)")
    }

    @Test func aRunByTheClockBecomesOneOfKnownLength() throws {
        var options = TrainingOptions.small()
        options.length = .minutes(0.01)
        let clock = try run(options, "clock")
        #expect(clock.steps == nil)
        #expect(try clock.run { false })
        #expect(clock.steps == clock.step)
        options.length = .steps(clock.step)
        _ = try run(options, "steps").run { false }
        #expect(try tensors("clock") == tensors("steps"))
    }

    @Test func theRunFolderShowsCurvesAndPictures() throws {
        let finished = try run(.small(steps: 4), "shown").run { false }
        #expect(finished)
        let page = try String(contentsOfFile: "\(runs)/shown/index.html", encoding: .utf8)
        #expect(page.contains("<svg") && page.contains("<polyline") && page.contains("finished after step 4"))
        #expect(page.contains("pictures/epoch-0002.png"))
        #expect(FileManager.default.fileExists(atPath: "\(runs)/shown/pictures/epoch-0002.png"))
        #expect(!page.contains("http://") || !page.contains("src=\"http"))
    }

    // MARK: Refused and kept

    private func refusal(_ code: TrainingError.Code, _ body: () throws -> Void) -> TrainingError? {
        let error = #expect(throws: TrainingError.self) { try body() }
        #expect(error?.code == code)
        return error
    }

    @Test func aRunIsNotOverwritten() throws {
        _ = try run(.small(steps: 1), "kept").run { false }
        _ = refusal(.wrongCheckpoint) { _ = try run(.small(steps: 1), "kept") }
    }

    @Test func resumingWithOtherOptionsOrDataIsRefused() throws {
        _ = try run(.small(steps: 1), "kept").run { false }
        var options = TrainingOptions.small(steps: 1)
        options.augmentation.focus = 2
        let error = refusal(.wrongCheckpoint) { _ = try run(options, "kept", resumes: true) }
        #expect(error?.message.contains("augmentation.focus: 1, now 2") == true)

        var picture = try SampleSet(fields: 1).picture("sem")
        picture[0, 0, 0] = 99
        try data.write(picture, "optical", data.name(0))
        let changed = try TrainingSet(folder: data.folder)
        _ = refusal(.wrongCheckpoint) {
            _ = try TrainingRun(.small(steps: 1), on: changed, in: runs + "/kept", threads: 1, resumes: true)
        }
    }

    /// What a version without some of the options wrote: they have their defaults, and their losses are 0.
    @Test func aCheckpointWithoutNewerOptionsGoesOn() throws {
        let first = try run(.small(), "kept")
        _ = try first.run { first.step >= 3 }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: checkpoint("kept")))
        for option in ["batch\\\":1,", "featureFactor\\\":0,"] {
            let place = try #require(bytes.range(of: Data("\\\"\(option)".utf8)))
            // The header keeps its length.
            bytes.replaceSubrange(place, with: Data(repeating: UInt8(ascii: " "), count: place.count))
        }
        try bytes.write(to: URL(fileURLWithPath: checkpoint("kept")))
        let losses = "\(runs)/kept/losses.csv"
        try
            "step,epoch,rate,discriminator,adversarial,result,seconds\n1,1,0.1,0.2,0.3,0.4,0.5\n2,1,0.1,0.2,0.3,0.4,0.5\n"
            .write(toFile: losses, atomically: true, encoding: .utf8)
        let resumed = try run(.small(), "kept", resumes: true)
        #expect(resumed.step == 3)
        #expect(try resumed.run { false })
        let rows = try String(contentsOfFile: losses, encoding: .utf8).split(separator: "\n")
        #expect(rows[1] == "1,1,0.1,0.2,0.3,0.0,0.4,0.0,0.500" && rows.count == 6)
    }

    @Test func aCheckpointOfAnotherFormatIsRefused() throws {
        _ = try run(.small(steps: 1), "kept").run { false }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: checkpoint("kept")))
        let place = try #require(bytes.range(of: Data("\"format\\\":2".utf8)))
        bytes[place.upperBound - 1] = UInt8(ascii: "1")
        try bytes.write(to: URL(fileURLWithPath: checkpoint("kept")))
        let error = refusal(.wrongCheckpoint) { _ = try run(.small(steps: 1), "kept", resumes: true) }
        #expect(error?.message.contains("format 1") == true && error?.hint.contains("start anew") == true)
    }

    @Test func aCheckpointOfAnotherArchitectureIsRefused() throws {
        _ = try run(.small(steps: 1), "kept").run { false }
        // The state says 8 channels, the tensors have 4.
        let path = checkpoint("kept")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let place = try #require(bytes.range(of: Data("\"baseChannels\\\":4".utf8)))
        bytes[place.upperBound - 1] = UInt8(ascii: "8")
        try bytes.write(to: URL(fileURLWithPath: path))
        var options = TrainingOptions.small(steps: 1)
        options.baseChannels = 8
        let error = refusal(.wrongCheckpoint) { _ = try run(options, "kept", resumes: true) }
        #expect(error?.message.contains("another architecture") == true)
    }

    @Test func aRunStartsFromTheWeightsOfAnother() throws {
        let first = try run(.small(steps: 4), "first")
        _ = try first.run { false }
        let file = try WeightFile(bytes: try first.weightFile(), source: "the first run")
        var options = TrainingOptions.small(steps: 1)
        options.seed = 9
        options.startDigest = "of the first run"
        options.runningFrom = 0
        options.averageDecay = 0
        options.rate = 1e-12
        let second = try TrainingRun(options, on: set, in: runs + "/second", threads: 2, resumes: false, start: file)
        _ = try second.run { false }
        let again = try WeightFile(bytes: try second.weightFile(), source: "the second run")
        #expect(again.entries.count == file.entries.count && file.entries.count > 20)
        for name in file.entries.keys {
            let differences = zip(try file.floats(name), try again.floats(name)).map { abs($0 - $1) }
            // The running statistics follow the images of the one step.
            let isStatistic = name.hasSuffix(".mean") || name.hasSuffix(".variance")
            #expect(differences.max()! < (isStatistic ? 0.02 : 1e-6), "\(name)")
        }
        options.baseChannels = 8
        let error = refusal(.badOptions) {
            _ = try TrainingRun(options, on: set, in: runs + "/third", threads: 1, resumes: false, start: file)
        }
        #expect(error?.message.contains("another architecture") == true)
    }

    @Test func aDamagedCheckpointIsRefused() throws {
        _ = try run(.small(steps: 1), "kept").run { false }
        let url = URL(fileURLWithPath: checkpoint("kept"))
        try Data(contentsOf: url).prefix(5000).write(to: url)
        _ = refusal(.wrongCheckpoint) { _ = try run(.small(steps: 1), "kept", resumes: true) }
    }

    @Test func aLossThatIsNoNumberNamesTheStepAndKeepsTheCheckpoint() throws {
        let first = try run(.small(), "diverging")
        _ = try first.run { first.step >= 2 }
        // A weight that is finite, and too large for what follows.
        let path = checkpoint("diverging")
        let file = try WeightFile(path: path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let dataStart = 8 + Int(bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
        let weight = dataStart + (try #require(file.entries["generator.value.down.0.weight"])).byteRange.lowerBound
        bytes.replaceSubrange(weight..<weight + 4, with: withUnsafeBytes(of: Float(3e38)) { Data($0) })
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = refusal(.diverged) {
            _ = try run(.small(), "diverging", resumes: true, checkpointSeconds: 0).run { false }
        }
        #expect(error?.message.contains("step 3") == true, "\(error?.message ?? "")")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == bytes)
    }

    @Test func aFullDiskInMidCheckpointLosesNothing() async throws {
        // In a process of its own, whose files may not grow for the length of a step.
        await #expect(processExitsWith: .success) {
            let tests = try TrainingRunTests()
            let path = tests.checkpoint("full")
            signal(SIGXFSZ, SIG_IGN)
            var kept: Data?
            var warnings: [String] = []
            let training = try tests.run(.small(steps: 5), "full", checkpointSeconds: 0)
            let finished = try training.run(stop: { false }) { progress in
                if let warning = progress.warning {
                    warnings.append(warning)
                    #expect((try? Data(contentsOf: URL(fileURLWithPath: path))) == kept)
                    limitFiles(to: .max)
                }
                guard progress.step == 2 else { return }
                kept = try? Data(contentsOf: URL(fileURLWithPath: path))
                limitFiles(to: 4096)
            }
            #expect(finished)
            #expect(kept != nil)
            #expect(warnings.count == 1)
            #expect(warnings.first?.contains("File too large") == true)
            let resumed = try tests.run(.small(steps: 5), "full", resumes: true)
            #expect(resumed.isFinished)
        }
    }

    // MARK: Lens

    @Test func allNetworksMakeALensThatLoads() throws {
        let lens = data.folder + "/lens"
        var options = TrainingOptions.small(steps: 2)
        options.hasInterval = true
        var training = LensTraining(
            roles: [], options: options, supply: set, lens: LensFolder(path: lens))
        training.threads = 2
        var finished: [String] = []
        var laterSeconds: [String: Double] = [:]
        #expect(
            try training.run(stop: { false }) { event in
                if case .finished(let role, _) = event { finished.append(role.name) }
                if case .progress(let progress, let allLeftSeconds) = event {
                    laterSeconds[progress.role.name] = allLeftSeconds - progress.leftSeconds
                }
            })
        #expect(laterSeconds["labelling"]! > laterSeconds["magnifier-galanthus"]!)
        #expect(laterSeconds["magnifier-galanthus"]! > 0 && laterSeconds["shadowing"] == 0)
        #expect(finished == ["labelling", "magnifier-iva", "magnifier-galanthus", "shadowing"])
        let entries = try NeuralLens(folder: lens, threads: 1).manifest.networks
        #expect(entries.map { $0.interval?.scale } == [nil, 1, 1, nil])
        let loaded = try NeuralLens(folder: lens, threads: 1)
        #expect(loaded.manifest.nmPerPixel == 83 && loaded.manifest.tilePixels == 64)
        #expect(loaded.manifest.networks.last?.reads == ["iva-on-black", "galanthus-on-black"])

        // Layers that do not fit this lens's tiles: said before anything is trained.
        training.options.layers = 7
        training.options.size = 128
        _ = refusal(.badOptions) { _ = try training.run(stop: { false }) { _ in } }
    }

    @Test func aNetworkLearnsFromSmallerPicturesThanTheLensHasTiles() throws {
        var lens = LensFolder(path: data.folder + "/tiled")
        lens.tilePixels = 64
        var options = TrainingOptions.small(steps: 1)
        options.layers = 5
        options.size = 32
        var training = LensTraining(roles: [.labelling], options: options, supply: set, lens: lens)
        #expect(try training.run(stop: { false }) { _ in })
        #expect(try NeuralLens(folder: lens.path, threads: 1).manifest.tilePixels == 64)
        // By its own statistics a tile would be another picture than the smaller ones.
        training.options.normalisation = .instance
        #expect(throws: TrainingError.self) {
            try LensFolder(path: data.folder + "/other", tilePixels: 64).check(training.options, set)
        }
    }

    @Test func aNetworkThatBinsJoinsALensOfItsOwnScale() throws {
        let lens = LensFolder(path: data.folder + "/binned")
        var options = TrainingOptions.small(steps: 1)
        (options.layers, options.size) = (5, 32)
        let binned = try BinnedFields(set, binning: 2)
        let labelling = LensTraining(roles: [.labelling], options: options, supply: binned, lens: lens)
        #expect(try labelling.run(stop: { false }) { _ in })
        options.size = 64
        let magnifier = LensTraining(
            roles: [.magnifier(species: "iva")], options: options, supply: set, lens: lens)
        #expect(try magnifier.run(stop: { false }) { _ in })
        let manifest = try NeuralLens(folder: lens.path, threads: 1).manifest
        #expect(manifest.nmPerPixel == 83 && manifest.tilePixels == 64)
        #expect(manifest.networks.map(\.binning) == [2, nil])
        // What draws micrographs has none to learn from.
        #expect(throws: TrainingError.self) {
            try LensTraining(roles: [.shadowing], options: options, supply: binned, lens: lens).run(stop: { false }) {
                _ in
            }
        }
    }

    @Test(arguments: [Normalisation.running, .instance])
    func theWrittenNetworkComputesWhatTrainingSaw(normalisation: Normalisation) throws {
        var options = TrainingOptions.small(steps: 3)
        options.normalisation = normalisation
        options.augmentation = Augmentation()
        let training = try run(options, "written-\(normalisation.rawValue)")
        _ = try training.run { false }
        let path = runs + "/network.safetensors"
        try Data(training.weightFile()).write(to: URL(fileURLWithPath: path))
        let generator = try Generator(path: path, height: 64, width: 64, threads: 1)
        // The validation field, as the lens would see it: the run's own last validation is the mean distance.
        let optical = try data.picture("optical", data.name(2))
        let map = try data.picture("map", data.name(2))
        let output = generator.run(optical.samples.map { Float($0) / 255 * 2 - 1 })
        let distance = zip(output, map.samples).reduce(0.0) { $0 + abs(Double($1.0) - (Double($1.1) / 255 * 2 - 1)) }
        let file = try WeightFile(path: checkpoint("written-\(normalisation.rawValue)"))
        let state = try #require(file.metadata["state"])
        let validation = try #require(
            (JSONSerialization.jsonObject(with: Data(state.utf8)) as? [String: Any])?["validation"] as? [[Double]])
        #expect(abs(distance / Double(output.count) - validation.last![1]) < 2e-3)
    }
}

/// Of files that this process writes, in bytes.
private func limitFiles(to size: rlim_t) {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    limit.rlim_cur = min(size, limit.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
}
