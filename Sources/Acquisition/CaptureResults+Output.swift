internal import Lens
internal import SlideStore

extension CaptureResults {
    /// What a lens made of a field, as it is stored.
    init(
        _ output: FieldAnalysis.Output, lens: NeuralLens, settings: CountingSettings, stageSeconds: [String: Double]
    ) {
        self.init(
            pictures: output.pictures.map {
                PictureRecord(
                    kind: $0.kind, png: $0.png, width: $0.width, height: $0.height, nmPerPixel: $0.nmPerPixel,
                    isSynthesised: true)
            },
            grains: output.grains, lens: LensIdentity(name: lens.manifest.name, sha256: lens.digest),
            engineVersion: Microscope.version, settings: settings.stored(with: lens.manifest),
            stageSeconds: stageSeconds, doubts: Self.doubts(output, lens.manifest))
    }
    /// What the lens says of the field as such.
    private static func doubts(_ output: FieldAnalysis.Output, _ manifest: LensManifest) -> [FieldDoubt] {
        guard let familiarity = output.familiarity, let limit = manifest.familiarity?.limit, familiarity < limit else {
            return []
        }
        func share(_ value: Double) -> String { "\((value * 1000).rounded() / 10) %" }
        return [
            FieldDoubt(
                .init(rawValue: "not-vouched-for"),
                "not vouched for: unlike the fields that lens \(manifest.name) knows, of which \(share(familiarity)) "
                    + "are as strange; below \(share(limit)) its counts may be anything")
        ]
    }
}
