internal import ControlAPI
internal import Pairing
internal import Teaching

extension TeachingResult.Figures {
    init(_ judgement: Judgement, _ lesson: Lesson) {
        func score(_ key: String, _ name: String, _ score: Judgement.Score) -> TeachingResult.Score {
            TeachingResult.Score(
                key: key, species: name, actual: score.actual, counted: score.counted, matched: score.matched,
                precision: score.precision.map { TeachingResult.Share($0) },
                recall: score.recall.map { TeachingResult.Share($0) }, f1: score.f1.map { TeachingResult.Share($0) })
        }
        self.init(
            lens: judgement.lens, lensDigest: judgement.lensDigest, fields: judgement.fields,
            species: lesson.species.compactMap { species in
                judgement.species[species.key].map { score(species.key, species.name, $0) }
            } + [score("any", "any species", judgement.detection)],
            confusion: judgement.confusion.flatMap { actual, row in
                row.map { TeachingResult.Confusion(actual: actual, counted: $0.key, objects: $0.value) }
            }.sorted { ($0.actual, $0.counted) < ($1.actual, $1.counted) },
            calibrationError: judgement.calibrationError)
    }
}

extension TeachingResult.Part {
    init(_ fields: Int, _ judgement: Judgement, _ lesson: Lesson) {
        self.init(fields: fields, species: TeachingResult.Figures(judgement, lesson).species)
    }
}

extension TeachingResult.Share {
    init(_ share: Judgement.Share) { self.init(value: share.value, low: share.low, high: share.high) }
}
