internal import Dispatch
internal import Grains
internal import Imaging
internal import Lens
internal import Quantities
internal import SlideStore
internal import Synchronization

/// One field, judged and passed through the lens: from its pixels to grains and pictures, ready to be stored.
struct FieldAnalysis: Sendable {
    struct Output: Sendable {
        /// With those that do not count.
        let grains: [Grain]
        /// What speaks against the field, by its own pixels and by what the lens knows.
        let doubts: [FieldDoubt]
        /// In the order they are stored.
        let pictures: [Picture]
        /// What all pictures of the lens are painted from.
        let paint: LensPaint
        /// As `LensOutput.familiarity`.
        let familiarity: Double?
        /// What the field says of the instrument.
        let measures: FieldMeasures
        let lensSeconds: Double
        let grainsSeconds: Double
        /// Compressing.
        let picturesSeconds: Double

        struct Picture: Sendable {
            let kind: String
            let nmPerPixel: Double
            let width: Int
            let height: Int
            let png: [UInt8]
        }
    }

    let lens: NeuralLens
    var settings = CountingSettings()
    /// That the field is divided by before the lens sees it.
    var flatField: FlatField?
    /// Brightest over darkest place of the glass that is left after the division, less 1: beyond it the light path has changed.
    private static let mostUnevenness = 0.12

    /// Runs on the calling thread, and blocks it.
    /// - Parameters:
    ///   - nmPerPixel: scale of the field's pixels; nil is refused by the lens.
    ///   - progress: called with 0...1; returns false to stop early.
    ///   - isWanted: asked every few milliseconds, on any thread; false stops early.
    func run(
        _ field: StoredField, name: String, nmPerPixel: Double?, progress: (Double) -> Bool,
        while isWanted: @escaping @Sendable () -> Bool = { true }
    ) throws(AnalysisError) -> Output {
        let content: PNG.Content
        do {
            content = try field.content(name: name)
        } catch {
            throw AnalysisError(error.isPassing ? .outOfMemory : .input, error.message, hint: error.hint)
        }
        return try run(content, name: name, nmPerPixel: nmPerPixel, progress: progress, while: isWanted)
    }

    /// The same for pixels in memory.
    /// - Parameter name: what the field is called in errors.
    func run(
        _ content: PNG.Content, name: String, nmPerPixel: Double?, progress: (Double) -> Bool,
        while isWanted: @escaping @Sendable () -> Bool = { true }
    ) throws(AnalysisError) -> Output {
        let clock = ContinuousClock()
        let started = clock.now
        let figures = FieldFigures(content, nmPerPixel: nmPerPixel)
        let judgement = FieldJudgement(figures)
        if let refusal = judgement.refusal {
            throw AnalysisError(.refused, "\(name) \(refusal.reason); it was not counted", hint: refusal.hint)
        }
        let raw = PictureRows(content)
        if let flatField, flatField.light.width != raw.width || flatField.light.height != raw.height {
            throw AnalysisError(
                .input,
                "\(name) is \(raw.width) x \(raw.height) pixels, and its flat field \(flatField.light.width) x "
                    + "\(flatField.light.height)", hint: "check the disk")
        }
        let field = flatField.map { raw.divided(by: $0) } ?? raw
        if let nmPerPixel,
            let refusal = FieldMemory(lens, width: field.width, height: field.height, nmPerPixel: nmPerPixel).refusal
        {
            throw AnalysisError(.unfit, refusal.message, hint: refusal.hint)
        }
        let output: LensOutput
        do {
            output = try lens.apply(
                to: field, nmPerPixel: nmPerPixel, finder: settings.finder(of: lens.manifest),
                progress: progress, while: isWanted)
        } catch {
            switch error.code {
            case .cancelled: throw AnalysisError(.cancelled, error.message, hint: error.hint)
            case .unknownScale: throw AnalysisError(.unknownScale, error.message, hint: error.hint)
            case .wrongSize: throw AnalysisError(.unfit, error.message, hint: error.hint)
            default: throw AnalysisError(.lens, error.message, hint: error.hint)
            }
        }
        let seen = clock.now
        let paint = LensPaint(output, lens.manifest)
        let pictures = try pictures(output, paint)
        return Output(
            grains: output.grains,
            doubts: judgement.doubts.map { FieldDoubt(.init(rawValue: $0.key), $0.sentence) }
                + unfit(raw) + Self.unfamiliar(output, to: lens),
            pictures: pictures, paint: paint, familiarity: output.familiarity,
            measures: FieldMeasures(
                light: figures.light, tint: figures.tint, edgeBlurMicrometres: figures.edgeBlurMicrometres),
            lensSeconds: (seen - started).seconds - output.grainsSeconds, grainsSeconds: output.grainsSeconds,
            picturesSeconds: (clock.now - seen).seconds)
    }

    /// What its glass says of its flat field.
    private func unfit(_ raw: PictureRows) -> [FieldDoubt] {
        guard let unevenness = flatField?.unevenness(of: raw), unevenness > Self.mostUnevenness else { return [] }
        return [
            FieldDoubt(
                .flatFieldUnfit,
                "its flat field does not fit any more: the glass is still \(Int(saturating: (100 * unevenness).rounded())) % brighter in "
                    + "one place than in another; take a new one with neurallens camera flat-field")
        ]
    }

    /// What the lens says of the field as such.
    static func unfamiliar(_ output: LensOutput, to lens: NeuralLens) -> [FieldDoubt] {
        guard let familiarity = output.familiarity, let limit = lens.manifest.familiarity?.limit, familiarity < limit
        else { return [] }
        func share(_ value: Double) -> String { "\((value * 1000).rounded() / 10) %" }
        return [
            FieldDoubt(
                .notVouchedFor,
                "not vouched for: unlike the fields that lens \(lens.manifest.name) knows, of which "
                    + "\(share(familiarity)) are as strange; below \(share(limit)) its counts may be anything")
        ]
    }

    /// What is kept of the lens's pictures, as PNG files, each marked as synthesised.
    private func pictures(_ output: LensOutput, _ paint: LensPaint) throws(AnalysisError) -> [Output.Picture] {
        var kinds = [(PictureRecord.classes, paint.classes, [LensPaint.classesKey: paint.classesText])]
        if let magnified = paint.picture(PictureRecord.magnified) {
            kinds.append((PictureRecord.magnified, magnified, [:]))
        }
        if let sureness = output.sureness { kinds.append((PictureRecord.sureness, LensPicture(sureness), [:])) }
        let results = Mutex([Result<Output.Picture, ImagingError>?](repeating: nil, count: kinds.count))
        let named = kinds
        let nmPerPixel = (output.nmPerPixelX + output.nmPerPixelY) / 2
        // The pictures are independent, and compressing them takes as long as a network.
        DispatchQueue.concurrentPerform(iterations: kinds.count) { index in
            let encoded = Result { () throws(ImagingError) -> Output.Picture in
                let (kind, picture, text) = named[index]
                return Output.Picture(
                    kind: kind, nmPerPixel: nmPerPixel, width: picture.width, height: picture.height,
                    png: try PNG.encode(
                        picture, nmPerPixel: nmPerPixel,
                        text: text.merging(Self.text(kind, of: lens)) { text, _ in text }))
            }
            results.withLock { $0[index] = encoded }
        }
        do {
            return try results.withLock { $0 }.map { (result) throws(ImagingError) in try result!.get() }
        } catch {
            throw AnalysisError(error.isPassing ? .outOfMemory : .lens, error.message, hint: error.hint)
        }
    }

    /// What a picture that a lens made says of itself.
    static func text(_ kind: String, of lens: NeuralLens) -> [String: String] {
        [
            "Title": kind,
            "Description":
                "Synthesised by the neural lens \(lens.manifest.name): the statistically most likely picture, not an observation.",
            "Software": "NeuralLens \(Microscope.version)",
            "Lens": lens.digest,
        ]
    }
}

/// Why a field could not be analysed.
struct AnalysisError: PassingFailure {
    enum Code: Sendable {
        /// The stored input cannot be read.
        case input
        /// The lens was not asked: by its own pixels the field cannot be counted.
        case refused
        case unknownScale
        /// Of a size that this lens does not take.
        case unfit
        case lens
        case outOfMemory
        case cancelled
    }

    let code: Code
    let message: String
    let hint: String
    var isPassing: Bool { code == .outOfMemory }

    init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
