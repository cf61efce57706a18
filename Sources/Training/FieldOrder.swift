/// Which field each step shows: of a finite number each as often an epoch, in random order; of an endless supply
/// one after the other.
struct FieldOrder {
    /// Fields that a step may look at before it gives up finding what it needs.
    static let attempts = 8

    let seed: UInt64
    /// nil: endless.
    let fieldCount: Int?
    /// Steps of an epoch; a multiple of `fieldCount`.
    let epochSteps: Int

    /// - attempt: below `attempts`; another than 0 where the fields before had nothing to show.
    func number(ofStep step: Int, attempt: Int) -> Int {
        guard let fieldCount else { return step * Self.attempts + attempt }
        if attempt > 0 {
            var random = CounterRandom(seed: seed, .order, step, attempt)
            return random.integer(below: fieldCount)
        }
        var random = CounterRandom(seed: seed, .order, step / epochSteps)
        let epoch = (0..<epochSteps).map { $0 % fieldCount }.shuffled(using: &random)
        return epoch[step % epochSteps]
    }
}
