/// Of traps and the samples that they take.
extension Quantity {
    /// Through a trap.
    package static let airFlow = Quantity("flow", 0.1...1000, "l/min")
    package static let tapeSpeed = Quantity("speed of the tape", 0.1...100, "mm/h")
    /// Across the tape.
    package static let depositWidth = Quantity("width of the deposit", 1...100, "mm")
    package static let sampleBands = Quantity(counting: "number of bands", 1...10_000)
    /// On a deposit, along one axis.
    package static let bandPlace = Quantity("place of a band", 0...10_000, "mm")
    package static let sampleFields = Quantity(counting: "number of fields", 1...100_000)
    package static let sampleSeed = Quantity(counting: "seed", 0...4_294_967_295)
    /// Of a field on the slide.
    package static let fieldSide = Quantity("side of a field", 10...100_000, "um")
    /// Of a deposit.
    package static let examinedShare = Quantity("share to examine", 0.0001...1)
}
