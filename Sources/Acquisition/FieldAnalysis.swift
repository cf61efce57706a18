internal import Dispatch
internal import Grains
internal import Imaging
internal import Lens
internal import Synchronization

/// One stored field through the lens: from the input's PNG to grains and pictures, ready to be stored.
struct FieldAnalysis: Sendable {
    struct Output: Sendable {
        /// With those that do not count.
        let grains: [Grain]
        /// Kind to PNG file, in the order they are stored.
        let pictures: [(kind: String, nmPerPixel: Double, width: Int, height: Int, png: [UInt8])]
        let lensSeconds: Double
        let grainsSeconds: Double
        /// Painting and compressing.
        let picturesSeconds: Double
    }

    let lens: NeuralLens
    var settings = CountingSettings()

    /// Runs on the calling thread, and blocks it.
    /// - Parameters:
    ///   - input: the stored input, a PNG file.
    ///   - nmPerPixel: scale of the input's pixels; nil is refused by the lens.
    ///   - progress: called with 0...1; returns false to stop early.
    func run(
        input: [UInt8], name: String, nmPerPixel: Double?, progress: (Double) -> Bool
    ) throws(AnalysisError) -> Output {
        let clock = ContinuousClock()
        let started = clock.now
        let field: PictureRows
        do {
            field = PictureRows(try PNG.decode(input, name: name))
        } catch {
            throw AnalysisError(.input, error.message, hint: error.hint)
        }
        if let nmPerPixel,
            let refusal = FieldMemory(lens, width: field.width, height: field.height, nmPerPixel: nmPerPixel).refusal
        {
            throw AnalysisError(.tooLarge, refusal.message, hint: refusal.hint)
        }
        let output: LensOutput
        do {
            output = try lens.apply(
                to: field, nmPerPixel: nmPerPixel, finder: settings.finder(of: lens.manifest), progress: progress)
        } catch {
            switch error.code {
            case .cancelled: throw AnalysisError(.cancelled, error.message, hint: error.hint)
            case .unknownScale: throw AnalysisError(.unknownScale, error.message, hint: error.hint)
            default: throw AnalysisError(.lens, error.message, hint: error.hint)
            }
        }
        let seen = clock.now
        let pictures = try pictures(output)
        return Output(
            grains: output.grains, pictures: pictures,
            lensSeconds: (seen - started).seconds - output.grainsSeconds, grainsSeconds: output.grainsSeconds,
            picturesSeconds: (clock.now - seen).seconds)
    }

    /// The lens's pictures as PNG files, each marked as synthesised.
    private func pictures(
        _ output: LensOutput
    ) throws(AnalysisError) -> [(kind: String, nmPerPixel: Double, width: Int, height: Int, png: [UInt8])] {
        let manifest = lens.manifest
        var kinds = ["map"]
        if output.magnified != nil { kinds += ["magnified", "labelled"] + manifest.species.map { "only-\($0.key)" } }
        let results = Mutex([Result<[UInt8], ImagingError>?](repeating: nil, count: kinds.count))
        let names = kinds
        // The pictures are independent, and compressing them takes as long as a network.
        DispatchQueue.concurrentPerform(iterations: kinds.count) { index in
            let encoded = Result { () throws(ImagingError) -> [UInt8] in
                let picture =
                    switch index {
                    case 0: output.mapPicture(manifest)
                    case 1: output.magnifiedPicture!
                    case 2: output.labelledPicture(manifest)!
                    default: output.onlyPicture(manifest.species[index - 3], manifest)!
                    }
                return try PNG.encode(
                    width: picture.width, height: picture.height, channels: picture.channels,
                    nmPerPixel: (output.nmPerPixelX + output.nmPerPixelY) / 2,
                    text: [
                        "Title": names[index],
                        "Description":
                            "Synthesised by the neural lens \(manifest.name): the statistically most likely picture, not an observation.",
                        "Software": "NeuralLens \(Microscope.version)",
                        "Lens": lens.digest,
                    ], row: picture.row)
            }
            results.withLock { $0[index] = encoded }
        }
        var pictures: [(kind: String, nmPerPixel: Double, width: Int, height: Int, png: [UInt8])] = []
        for (kind, result) in zip(kinds, results.withLock { $0 }) {
            do {
                pictures.append(
                    (
                        kind, (output.nmPerPixelX + output.nmPerPixelY) / 2, output.map.width, output.map.height,
                        try result!.get()
                    ))
            } catch {
                throw AnalysisError(.lens, error.message, hint: error.hint)
            }
        }
        return pictures
    }
}

/// Why a field could not be analysed.
struct AnalysisError: Error {
    enum Code: Sendable { case input, unknownScale, tooLarge, lens, cancelled }

    let code: Code
    let message: String
    let hint: String

    init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
