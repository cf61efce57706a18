import Imaging
internal import Lens
internal import Pairing

/// A field with all that is known of it.
struct EvaluatedField {
    let name: String
    let optical: Picture<Float>
    let map: Picture<Float>?
    let sem: Picture<Float>?
    let onBlack: Picture<Float>?
    let truth: FieldTruth?

    init(_ name: String, in data: DatasetFolder) throws(EvaluationError) {
        self.name = name
        do {
            let kinds = [DatasetFolder.Kind.optical] + [.map, .sem, .onBlack].filter { data.has($0, name) }
            let pictures = Dictionary(uniqueKeysWithValues: zip(kinds, try data.pictures(kinds, name)))
            optical = pictures[.optical]!
            map = pictures[.map]
            sem = pictures[.sem]
            onBlack = pictures[.onBlack]
            truth = try data.truth(name)
        } catch {
            throw EvaluationError(.badDataset, error.message, hint: error.hint)
        }
    }

    /// What a network reads and should write, both from the truth, the field corrected as the manifest states; nil where the dataset does not hold it or where the
    /// species it serves is absent.
    func task(of entry: LensManifest.NetworkEntry, _ dataset: Dataset, correction: String? = nil) -> (
        input: Picture<Float>, target: Picture<Float>
    )? {
        let field = correction == LensManifest.glass ? optical.dividedByGlass().picture : optical
        guard let source = entry.reads == [LensManifest.field] ? field : onBlack else { return nil }
        if entry.writes == LensManifest.map { return map.map { (source, $0) } }
        guard let key = entry.maskedBy else { return sem.map { (source, $0) } }
        guard let map, let onBlack, let channel = dataset.species.first(where: { $0.key == key })?.mapChannel else {
            return nil
        }
        let mask = (0..<map.width * map.height).map { map.samples[3 * $0 + channel] }
        guard mask.contains(where: { $0 >= 0.5 }) else { return nil }
        return (source.multiplied(by: mask), onBlack.multiplied(by: mask))
    }

    static func targetName(of entry: LensManifest.NetworkEntry) -> String {
        if entry.writes == LensManifest.map { return "map" }
        return entry.maskedBy.map { "on-black, \($0)" } ?? "sem"
    }
}

extension Picture where Sample == Float {
    fileprivate func multiplied(by mask: [Float]) -> Picture {
        var result = self
        for (pixel, weight) in mask.enumerated() {
            for channel in 0..<channels { result.samples[pixel * channels + channel] *= weight }
        }
        return result
    }
}
