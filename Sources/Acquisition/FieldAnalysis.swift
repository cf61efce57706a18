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
        /// As `LensOutput.familiarity`.
        let familiarity: Double?
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
            grains: output.grains, pictures: pictures, familiarity: output.familiarity,
            lensSeconds: (seen - started).seconds - output.grainsSeconds, grainsSeconds: output.grainsSeconds,
            picturesSeconds: (clock.now - seen).seconds)
    }

    /// The lens's pictures as PNG files, each marked as synthesised.
    private func pictures(
        _ output: LensOutput
    ) throws(AnalysisError) -> [(kind: String, nmPerPixel: Double, width: Int, height: Int, png: [UInt8])] {
        let manifest = lens.manifest
        var kinds = [("map", output.mapPicture(manifest))]
        if let magnified = output.magnifiedPicture { kinds.append(("magnified", magnified)) }
        if let sureness = output.surenessPicture { kinds.append(("sureness", sureness)) }
        if let labelled = output.labelledPicture(manifest) { kinds.append(("labelled", labelled)) }
        for species in manifest.species {
            if let picture = output.onlyPicture(species, manifest) { kinds.append(("only-\(species.key)", picture)) }
        }
        let results = Mutex([Result<[UInt8], ImagingError>?](repeating: nil, count: kinds.count))
        let named = kinds
        // The pictures are independent, and compressing them takes as long as a network.
        DispatchQueue.concurrentPerform(iterations: kinds.count) { index in
            let encoded = Result { () throws(ImagingError) -> [UInt8] in
                let (name, picture) = named[index]
                return try PNG.encode(
                    width: picture.width, height: picture.height, channels: picture.channels,
                    nmPerPixel: (output.nmPerPixelX + output.nmPerPixelY) / 2,
                    text: [
                        "Title": name,
                        "Description":
                            "Synthesised by the neural lens \(manifest.name): the statistically most likely picture, not an observation.",
                        "Software": "NeuralLens \(Microscope.version)",
                        "Lens": lens.digest,
                    ], row: picture.row)
            }
            results.withLock { $0[index] = encoded }
        }
        var pictures: [(kind: String, nmPerPixel: Double, width: Int, height: Int, png: [UInt8])] = []
        for ((kind, _), result) in zip(kinds, results.withLock { $0 }) {
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
