internal import Camera
internal import ControlAPI
internal import Grains
internal import Imaging
internal import Lens
internal import Quantities
internal import SlideStore

/// What the lens made of one frame of the live view. Its grains are shown and never stored.
struct LiveLook: Sendable {
    /// What it was made of. Renumbered with the look: pictures of both carry the look's number.
    var shot: LiveView.Shot
    let mode: LiveMode
    let lens: NeuralLens
    /// One channel a class, 0...255, in the lens's scale.
    let map: Picture<UInt8>
    let magnified: Picture<UInt8>?
    /// Of map and magnified picture.
    let nmPerPixel: Double
    /// Part of the field that they cover, as `LivePicture.covers`.
    let covers: SIMD4<Double>?
    let counts: [GrainCount]
    let unidentified: Int
    /// What speaks against the counts: of the whole field, as of a capture's.
    let doubts: [String]
    /// Of the whole field, or of one a moment before.
    let judgement: FieldJudgement
    let outlines: [LiveState.Outline]
    /// Of the lens alone.
    let seconds: Double

    /// Corners that an outline is shown with, at most.
    private static let corners = 48

    /// Applies the lens to a frame. Runs on the calling thread, and blocks it.
    /// - Parameters:
    ///   - judgement: of the field, where it is known; it takes 50 ms for 1280 x 1024 pixels.
    ///   - goesOn: asked every few milliseconds, on any thread; false ends it with `.cancelled`.
    init(
        at shot: LiveView.Shot, nmPerPixel: Double, lens: NeuralLens, mode: LiveMode,
        judgement known: FieldJudgement?, while goesOn: @escaping @Sendable () -> Bool
    ) throws(LensError) {
        let content = shot.frame.colour()
        judgement = known ?? FieldJudgement(content, nmPerPixel: nmPerPixel)
        let whole = content.rgb
        var field = whole
        var origin = (x: 0, y: 0)
        if mode.isCentre {
            let side = Self.centreSide(lens.manifest, nmPerPixel: nmPerPixel)
            let (width, height) = (min(side, whole.width), min(side, whole.height))
            origin = ((whole.width - width) / 2, (whole.height - height) / 2)
            field = whole.cropped(x: origin.x, y: origin.y, width: width, height: height)
        }
        let memory = FieldMemory(lens, width: field.width, height: field.height, nmPerPixel: nmPerPixel)
        if let refusal = memory.refusal { throw LensError(.wrongSize, refusal.message, hint: refusal.hint) }
        let clock = ContinuousClock()
        let started = clock.now
        // The same settings as a capture's.
        let output = try lens.apply(
            to: field, nmPerPixel: nmPerPixel, part: mode.part, finder: CountingSettings().finder(of: lens.manifest),
            while: goesOn)
        seconds = (clock.now - started).seconds
        let manifest = lens.manifest
        let grains = output.grains.filter { $0.rejection == nil }
        self.shot = shot
        self.mode = mode
        self.lens = lens
        map = output.map
        magnified = output.magnified
        self.nmPerPixel = (output.nmPerPixelX + output.nmPerPixelY) / 2
        covers =
            mode.isCentre
            ? SIMD4(
                Double(origin.x) / Double(whole.width), Double(origin.y) / Double(whole.height),
                Double(origin.x + field.width) / Double(whole.width),
                Double(origin.y + field.height) / Double(whole.height)) : nil
        counts = manifest.species.map { species in
            GrainCount(key: species.key, species: species.name, grains: grains.count { $0.species == species.key })
        }
        unidentified = grains.count { $0.species == Grain.unidentified }
        doubts =
            (judgement.refusal.map { ["as a capture it would be refused: it \($0.reason)"] } ?? [])
            + judgement.doubts.map(\.sentence) + FieldAnalysis.unfamiliar(output, to: lens).map(\.sentence)
        outlines = grains.map { grain in
            let points = grain.outlinePixels
            let step = max(1, (points.count + Self.corners - 1) / Self.corners)
            return LiveState.Outline(
                species: grain.species,
                outlinePx: stride(from: 0, to: points.count, by: step).map { index in
                    let x = points[index].x + Double(origin.x), y = points[index].y + Double(origin.y)
                    return SIMD2((x * 2).rounded() / 2, (y * 2).rounded() / 2)
                })
        }
    }

    /// Of the camera's pixels that fill one tile.
    static func centreSide(_ manifest: LensManifest, nmPerPixel: Double) -> Int {
        max(8, Int(saturating: Double(manifest.tilePixels) * manifest.nmPerPixel / nmPerPixel))
    }

    /// Whether it can give a view.
    func gives(_ kind: ImageKind) -> Bool {
        switch kind {
        case .map: true
        case .magnified, .labelled, .only: magnified != nil
        case .input, .raw, .sureness, .sharpest, .heights: false
        }
    }

    /// A view of it, `width` pixels across at most; nil where it cannot give that.
    func picture(_ kind: ImageKind, width: Int) -> Picture<UInt8>? {
        guard gives(kind) else { return nil }
        let paint = LensPaint(
            map: map.shrunk(toWidth: width), magnified: magnified?.shrunk(toWidth: width), lens.manifest)
        return paint.picture(kind.rawValue)?.whole
    }
}
