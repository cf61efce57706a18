/// Which field each sample shows: of a finite number each as often an epoch, in random order; of an endless supply
/// one after the other.
struct FieldOrder {
    /// Fields that a sample may look at before it gives up finding what it needs.
    static let attempts = 8

    let seed: UInt64
    /// nil: endless.
    let fieldCount: Int?
    /// Samples of an epoch; a multiple of `fieldCount`.
    let epochSamples: Int

    /// - attempt: below `attempts`; another than 0 where the fields before had nothing to show.
    func number(ofSample sample: Int, attempt: Int) -> Int {
        guard let fieldCount else { return sample * Self.attempts + attempt }
        if attempt > 0 {
            var random = CounterRandom(seed: seed, .order, sample, attempt)
            return random.integer(below: fieldCount)
        }
        var random = CounterRandom(seed: seed, .order, sample / epochSamples)
        let epoch = (0..<epochSamples).map { $0 % fieldCount }.shuffled(using: &random)
        return epoch[sample % epochSamples]
    }
}
