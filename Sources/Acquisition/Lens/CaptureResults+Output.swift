internal import Lens
internal import SlideStore

extension CaptureResults {
    /// What a lens made of a field, as it is stored.
    /// - Parameter doubts: besides those of the field itself.
    init(
        _ output: FieldAnalysis.Output, lens: NeuralLens, settings: CountingSettings, stageSeconds: [String: Double],
        doubts: [FieldDoubt] = []
    ) {
        self.init(
            pictures: output.pictures.map {
                PictureRecord(
                    kind: $0.kind, png: $0.png, width: $0.width, height: $0.height, nmPerPixel: $0.nmPerPixel,
                    isSynthesised: true)
            },
            grains: output.grains, lens: LensIdentity(name: lens.manifest.name, sha256: lens.digest),
            engineVersion: Microscope.version, settings: settings.stored(with: lens.manifest),
            stageSeconds: stageSeconds, doubts: output.doubts + doubts, familiarity: output.familiarity,
            measures: output.measures)
    }
}
