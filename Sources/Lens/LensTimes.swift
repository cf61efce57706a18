/// Where the time of one application of a lens went: wall-clock seconds of its parts, in the order in which they first
/// ran. Parts that threads do side by side share the time between them by what each took.
package struct LensTimes: Sendable {
    package struct Part: Sendable {
        package let name: String
        package fileprivate(set) var seconds: Double
    }

    package private(set) var parts: [Part] = []

    package init() {}

    /// Adds to a part's seconds.
    package mutating func add(_ name: String, _ seconds: Double) {
        if let index = parts.firstIndex(where: { $0.name == name }) {
            parts[index].seconds += seconds
        } else {
            parts.append(Part(name: name, seconds: seconds))
        }
    }

    /// Adds the time from `start` until now.
    mutating func add(_ name: String, since start: ContinuousClock.Instant) {
        add(name, (ContinuousClock.now - start) / .seconds(1))
    }

    mutating func add(_ other: LensTimes) { for part in other.parts { add(part.name, part.seconds) } }

    // Names of parts; a network's is "network NAME".

    /// Empty glass taken from the field.
    static let glass = "glass"
    /// Tiles cut out of the field, which is brought to the lens's scale as they are.
    static let resample = "resample and cut"
    /// Tiles cut out of what networks wrote.
    static let gather = "cut"
    /// Tiles laid over each other, rows of them brought to 8 bits.
    static let blend = "blend"
    static let grains = "grains"
    static let masks = "masks of grains"
    /// What the labelling network saw, noted for familiarity, and judged.
    static let familiarity = "familiarity"
    static func network(_ name: String) -> String { "network \(name)" }
}
