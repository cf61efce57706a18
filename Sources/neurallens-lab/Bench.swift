internal import Acquisition
internal import ArgumentParser
internal import Foundation
internal import Imaging
internal import Kernels
internal import Lens
internal import Network
internal import Simulation
internal import SlideStore
internal import Training

/// What things cost on this machine.
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure the network, the lens, a training step and the store.",
        subcommands: [
            NetworkCost.self, LensCost.self, TrainingCost.self, StoreCost.self, CountsCost.self, SlideCost.self,
            YearCost.self,
        ])

    struct Report: Encodable {
        var seconds_min: Double
        var seconds_median: Double
        /// Work of one run counted as direct sums; nil where it is not arithmetic that is measured.
        var gflop: Double?
        var peak_rss_bytes: Int
        var details: [String: String]
        var layers: [Layer]?
        var parts: [Part]?

        /// One part of a lens's work on a field.
        struct Part: Encodable {
            var part: String
            var seconds: Double
        }

        /// One layer of a generator.
        struct Layer: Encodable {
            var layer: String
            var algorithm: String
            var kernel: String
            var seconds_min: Double
            var gflops: Double

            init(_ time: Generator.LayerTime) {
                let shape = time.shape
                layer =
                    "\(shape.direction == .down ? "down" : "up") \(shape.height) x \(shape.width) x "
                    + "\(shape.inputChannels) to \(shape.outputHeight) x \(shape.outputWidth) x \(shape.outputChannels)"
                algorithm = time.algorithm.name
                kernel = time.kernel.description
                seconds_min = time.seconds
                gflops = shape.floatingPointOperations / time.seconds / 1e9
            }
        }

        init(seconds: [Double], gflop: Double?, details: [String: String]) {
            let sorted = seconds.sorted()
            seconds_min = sorted[0]
            seconds_median = sorted[sorted.count / 2]
            self.gflop = gflop
            var usage = rusage()
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            peak_rss_bytes = Int(usage.ru_maxrss) * 1024
            self.details = details
        }

        func show(json: Bool) throws {
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                print(String(decoding: try encoder.encode(self), as: UTF8.self))
                return
            }
            for (key, value) in details.sorted(by: { $0.key < $1.key }) { print("\(key): \(value)") }
            var line = String(format: "%.3f s (minimum), %.3f s (median)", seconds_min, seconds_median)
            if let gflop { line += String(format: ", %.2f GFLOP, %.1f GFLOPS", gflop, gflop / seconds_min) }
            print(line + String(format: ", peak memory %.0f MB", Double(peak_rss_bytes) / 1e6))
            if let parts {
                let total = parts.reduce(0) { $0 + $1.seconds }
                for part in parts {
                    print(
                        part.part.padding(toLength: 28, withPad: " ", startingAt: 0)
                            + String(format: "%9.1f ms  %4.1f %%", part.seconds * 1e3, 100 * part.seconds / total))
                }
            }
            guard let layers else { return }
            let total = layers.map(\.seconds_min).reduce(0, +)
            func left(_ text: String, _ width: Int) -> String {
                text.padding(toLength: width, withPad: " ", startingAt: 0)
            }
            print(left("layer", 44) + left("algorithm", 22) + left("kernel", 18) + "      ms  GFLOPS  share")
            for layer in layers {
                print(
                    left(layer.layer, 44) + left(layer.algorithm, 22) + left(layer.kernel, 18)
                        + String(
                            format: "%8.3f  %6.1f  %4.1f %%", layer.seconds_min * 1e3, layer.gflops,
                            100 * layer.seconds_min / total))
            }
        }
    }

    struct CommonOptions: ParsableArguments {
        @Option(help: "Threads that share the work.")
        var threads = ProcessInfo.processInfo.activeProcessorCount

        @Option(help: "Runs that are timed, after one to warm up.")
        var repeats = 5

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard (1...1024).contains(threads) else { throw ValidationError("--threads must lie in 1 to 1024") }
            guard (1...10_000).contains(repeats) else { throw ValidationError("--repeats must lie in 1 to 10000") }
        }
    }

    struct NetworkCost: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "network", abstract: "One generator on one square image.")

        @Option(help: "Weight file that `import` or `train` wrote; default: random weights of the make below.")
        var weights: String?
        @Option var baseChannels = 64
        @Option var layers = 10
        @Option(help: "Pixels a side.") var size = 1024
        @Option(help: "fp32, bf16 (fp32 where the processor does not multiply it), or auto: the faster in each layer.")
        var precision = Precision.fp32
        @Flag(help: "Compute bf16 without the processor's help: slow, to see what it gives.") var emulate = false
        @Flag(help: "Print the layers: algorithm, seconds, GFLOPS, share of the time.") var profile = false
        @Option(help: "instance, running or none.") var norm = Normalisation.running
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (1...1024).contains(baseChannels), (2...14).contains(layers) else {
                throw ValidationError("--base-channels must lie in 1 to 1024 and --layers in 2 to 14")
            }
        }

        func run() throws {
            do throws(NetworkError) {
                let random = GeneratorDescription(layers: layers, baseChannels: baseChannels, normalisation: norm)
                let result = try NetworkBenchmark.run(
                    weights: weights.map { path throws(NetworkError) in
                        try GeneratorWeights(WeightFile(path: path))
                    } ?? .random(random, seed: 1),
                    size: size, threads: common.threads, precision: emulate ? precision : precision.orExact,
                    repeats: common.repeats, profiles: profile)
                let make = result.description
                var report = Report(
                    seconds: [result.secondsMin], gflop: result.gigaflop,
                    details: [
                        "network":
                            "\(make.layers) layers, \(make.baseChannels) base channels, \(size) x \(size)",
                        "threads": "\(result.threads)",
                        "kernels": result.kernels.map(\.description).joined(separator: ", "),
                        "precision": result.precision.rawValue, "weights": megabytes(result.weightBytes),
                        "maps and windows": megabytes(result.scratchBytes),
                    ])
                report.seconds_median = result.secondsMedian
                report.peak_rss_bytes = result.peakRSSBytes
                if profile { report.layers = result.layers.map(Report.Layer.init) }
                try? report.show(json: common.json)
            } catch {
                throw fail(error.message, hint: error.hint)
            }
        }

        private func megabytes(_ bytes: Int) -> String { String(format: "%.1f MB", Double(bytes) / 1e6) }
    }

    struct LensCost: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lens", abstract: "The whole lens on one simulated field, without storing it.")

        @Option(help: "Folder of the lens.") var lens: String
        @Option(help: "pair (one tile) or camera (1280 x 1024 pixels of 180 nm).") var view = Simulate.View.camera
        @Option(help: "Repeat the field, mirrored, until it has as many megapixels.") var megapixels: Double?
        @Option(help: "Seed of the field.") var seed: UInt64 = 7
        @Option(help: "fp32, bf16 (where the processor multiplies it) or auto; default: what lens.json allows.")
        var precision: Precision?
        @Flag(help: "Compute bf16 without the processor's help, and compare with fp32.") var emulate = false
        @Flag(
            help: "Print the parts of the fastest run and their shares, and what PNG takes before and after the lens.")
        var profile = false
        @OptionGroup var common: CommonOptions

        func run() throws {
            let loading = ContinuousClock.now
            let neural: NeuralLens
            do {
                neural = try NeuralLens(
                    folder: lens, threads: common.threads, precision: emulate ? precision : precision?.orExact)
            } catch {
                throw fail(error.message, hint: error.hint)
            }
            let load = loading.duration(to: .now)
            let field = SimulatedField(
                seed: seed, index: 0, view: view == .pair ? .pair : .camera, density: FieldDensity())
            let rendered = field.render().optical
            let optical = PictureRows(megapixels.map { rendered.repeated(pixels: $0 * 1e6) } ?? rendered)
            var seconds: [Double] = []
            var details: [String: String] = [:]
            var fastest: LensOutput?
            do {
                for run in 0...common.repeats {
                    let start = ContinuousClock.now
                    let output = try neural.apply(to: optical, nmPerPixel: field.nmPerPixel)
                    seconds.append(start.duration(to: .now) / .seconds(1))
                    if run > 0, seconds.last == seconds.dropFirst().min() { fastest = output }
                    details["tiles run"] = output.tilesRun.sorted { $0.key < $1.key }
                        .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
                }
                if neural.precision != .fp32 {
                    let rounded = try neural.apply(to: optical, nmPerPixel: field.nmPerPixel)
                    let exact = try NeuralLens(folder: lens, threads: common.threads, precision: .fp32)
                        .apply(to: optical, nmPerPixel: field.nmPerPixel)
                    var psnr = String(format: "map %.1f dB", decibels(rounded.map, exact.map))
                    if let one = rounded.magnified, let other = exact.magnified {
                        psnr += String(format: ", magnified %.1f dB", decibels(one, other))
                    }
                    details["PSNR to fp32"] = psnr
                }
            } catch {
                throw fail(error.message, hint: error.hint)
            }
            seconds.removeFirst()
            details["lens"] = neural.manifest.name
            details["precision"] = neural.precision.rawValue
            details["field"] = "\(optical.width) x \(optical.height) pixels of \(field.nmPerPixel) nm"
            details["load to ready"] = String(format: "%.2f s", load / .seconds(1))
            details["threads"] = "\(common.threads)"
            details["memory needed"] = String(
                format: "%.2f GB",
                Double(
                    neural.memoryNeeded(
                        width: optical.width, height: optical.height, nmPerPixel: field.nmPerPixel)) / 1e9)
            details["fields a second"] = String(format: "%.2f", 1 / seconds.min()!)
            var report = Report(seconds: seconds, gflop: nil, details: details)
            if profile, let fastest {
                report.parts = try Self.parts(of: fastest, report.seconds_min, rendered, neural.manifest)
            }
            try report.show(json: common.json)
        }

        /// Those of the lens, what it does not account for, and before and after them decoding the field and encoding
        /// what is stored of the output.
        private static func parts(
            of output: LensOutput, _ seconds: Double, _ field: Picture<UInt8>, _ manifest: LensManifest
        ) throws -> [Report.Part] {
            var times = LensTimes()
            let png = try PNG.encode(field)
            var start = ContinuousClock.now
            _ = try PNG.decode(png, name: "the field")
            times.add("decode PNG", start.duration(to: .now) / .seconds(1))
            for part in output.times.parts { times.add(part.name, part.seconds) }
            times.add("else", max(0, seconds - output.times.parts.reduce(0) { $0 + $1.seconds }))
            start = ContinuousClock.now
            let paint = LensPaint(output, manifest)
            for picture in [paint.classes] + (output.magnified.map { [LensPicture($0)] } ?? []) {
                _ = try PNG.encode(
                    width: picture.width, height: picture.height, channels: picture.channels, row: picture.row)
            }
            times.add("encode PNG", start.duration(to: .now) / .seconds(1))
            return times.parts.map { Report.Part(part: $0.name, seconds: $0.seconds) }
        }

        /// Peak signal-to-noise ratio.
        private func decibels(_ one: Picture<UInt8>, _ other: Picture<UInt8>) -> Double {
            let squares = zip(one.samples, other.samples).map { one, other -> Double in
                let difference = Double(Int(one) - Int(other)) / 255
                return difference * difference
            }
            return -10 * log10(squares.reduce(0, +) / Double(squares.count))
        }
    }

    struct TrainingCost: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "train", abstract: "One step of a generator and its discriminators.")

        @Option(help: "Of the generator.") var baseChannels = 16
        @Option(help: "Of the discriminators, by default as the generator's; 0 for none.")
        var discriminatorChannels: Int?
        @Option(help: "Discriminators, each at half the scale of the one before.") var discriminators = 1
        @Flag(help: "Match the discriminators' maps.") var featureMatching = false
        @Option var layers = 10
        @Option(help: "Pixels a side.") var size = 1024
        @Option(help: "Pictures a step.") var batch = 1
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (1...256).contains(batch) else { throw ValidationError("--batch must lie in 1 to 256") }
            guard (1...256).contains(baseChannels), (2...12).contains(layers) else {
                throw ValidationError("--base-channels must lie in 1 to 256 and --layers in 2 to 12")
            }
            guard size >= 24, size <= 4096, size % (1 << layers) == 0 else {
                throw ValidationError("--size must be a multiple of \(1 << layers) from 24 to 4096")
            }
            guard (0...256).contains(discriminatorChannels ?? 1), (1...3).contains(discriminators),
                size % (8 << (discriminators - 1)) == 0, size >> (discriminators - 1) >= 24
            else {
                throw ValidationError("--discriminators must be 1 to 3 and fit the size, of at most 256 channels")
            }
        }

        func run() throws {
            do { try Kernel.checkEnvironment() } catch { throw fail(error.message, hint: error.hint) }
            let judged = discriminatorChannels ?? baseChannels
            let result = TrainingBenchmark.run(
                layers: layers, baseChannels: baseChannels, discriminatorChannels: judged, scales: discriminators,
                features: featureMatching, size: size, batch: batch, threads: common.threads, repeats: common.repeats)
            var report = Report(
                seconds: [result.secondsMin], gflop: result.gigaflop,
                details: [
                    "step":
                        "generator of \(layers) layers x \(baseChannels), "
                        + (judged == 0 ? "no discriminator" : "\(discriminators) discriminators x \(judged)")
                        + ", \(batch > 1 ? "\(batch) pictures of " : "")\(size) x \(size)",
                    "threads": "\(common.threads)",
                    "processor time": String(format: "%.3f s", result.processorSecondsMin)
                        + (batch > 1
                            ? String(format: ", %.3f s a picture", result.processorSecondsMin / Double(batch)) : "")
                        ,
                ])
            report.seconds_median = result.secondsMedian
            report.peak_rss_bytes = result.peakRSSBytes
            try report.show(json: common.json)
        }
    }

    struct StoreCost: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "store", abstract: "Compressing and storing one analysed camera field.")

        @Option(help: "Folder on the disk to be measured.") var folder = NSTemporaryDirectory()
        @OptionGroup var common: CommonOptions

        func run() async throws {
            let field = SimulatedField(seed: 7, index: 0, view: .camera, density: FieldDensity()).render()
            let optical = field.optical
            let magnified = optical.normalised.resampled(width: 2776, height: 2221)
            let colour = magnified.eightBit, grey = magnified.grey.eightBit
            let samples = try await StoreBenchmark.run(in: URL(fileURLWithPath: folder), repeats: common.repeats + 1) {
                let input = CaptureInput(
                    png: try PNG.encode(optical), width: optical.width, height: optical.height,
                    scale: FieldScale(nmPerPixel: 180, origin: "benchmark"), source: "benchmark", origin: "0",
                    wireFormat: "simulated BA81", bitDepth: 8, sequence: 0, controls: [:],
                    frames: .init(sequenceGaps: 0, errorFlagged: 0, discardedBeforeTrigger: 0), capturedAt: Date(),
                    exposedAtMonotonicNanoseconds: 0)
                let pictures = try [PictureRecord.classes, PictureRecord.magnified].map { kind in
                    PictureRecord(
                        kind: kind, png: try PNG.encode(kind == PictureRecord.magnified ? grey : colour),
                        width: grey.width,
                        height: grey.height, nmPerPixel: 83, isSynthesised: true)
                }
                return (
                    input,
                    CaptureResults(
                        pictures: pictures, grains: [],
                        lens: LensIdentity(name: "benchmark", sha256: String(repeating: "0", count: 64)),
                        engineVersion: Microscope.version, settings: [:], stageSeconds: [:])
                )
            }.dropFirst()
            func median(_ values: [Double]) -> String { String(format: "%.3f s", values.sorted()[values.count / 2]) }
            try Report(
                seconds: samples.map(\.totalSeconds), gflop: nil,
                details: [
                    "PNG": median(samples.map(\.encodingSeconds)) + " one after the other",
                    "SQLite, input": median(samples.map(\.inputSeconds)),
                    "SQLite, results": median(samples.map(\.resultsSeconds)),
                    "bytes": "\(samples[samples.startIndex].pictureBytes)",
                ]
            ).show(json: common.json)
        }
    }
}

extension Bench {
    struct CountsCost: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "counts",
            abstract: "Counts, the next grains to review and a review, on a slide of many grains.")

        @Option(help: "Folder on the disk to be measured.") var folder = NSTemporaryDirectory()
        @Option(help: "Fields of 1000 grains each.") var fields = 100
        @OptionGroup var common: CommonOptions

        func validate() throws {
            guard (1...10_000).contains(fields) else { throw ValidationError("--fields must lie in 1 to 10000") }
        }

        func run() async throws {
            let times = try await CountBenchmark.run(
                in: URL(fileURLWithPath: folder), fields: fields, repeats: common.repeats)
            func figures(_ seconds: [Double]) -> String {
                String(
                    format: "%.1f ms (minimum), %.1f ms (median), %.1f ms (maximum)", 1e3 * seconds.min()!,
                    1e3 * seconds.sorted()[seconds.count / 2], 1e3 * seconds.max()!)
            }
            try Report(
                seconds: times.countsSeconds, gflop: nil,
                details: [
                    "grains": "\(times.grains)", "counts": figures(times.countsSeconds),
                    "review next": figures(times.reviewNextSeconds), "one review": figures(times.reviewSeconds),
                ]
            ).show(json: common.json)
        }
    }
}

extension Precision: ExpressibleByArgument {}

extension Picture where Sample == UInt8 {
    /// This picture and its mirror images beside and below each other, of some size and of this one's proportions.
    fileprivate func repeated(pixels: Double) -> Picture {
        let factor = (pixels / Double(width * height)).squareRoot()
        let (across, down) = (max(1, Int(Double(width) * factor)), max(1, Int(Double(height) * factor)))
        func mirrored(_ place: Int, _ length: Int) -> Int {
            let place = place % (2 * length)
            return place < length ? place : 2 * length - 1 - place
        }
        var samples: [UInt8] = []
        samples.reserveCapacity(across * down * channels)
        for y in 0..<down {
            for x in 0..<across {
                let from = (mirrored(y, height) * width + mirrored(x, width)) * channels
                for channel in 0..<channels { samples.append(self.samples[from + channel]) }
            }
        }
        return Picture(width: across, height: down, channels: channels, samples: samples)
    }
}
