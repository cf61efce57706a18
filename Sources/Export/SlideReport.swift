package import Foundation

/// Everything that leaves the program about a slide, gathered at one moment. Lengths are in the object plane.
///
/// Figures that are unknown are nil; those that are not finite are written as if they were.
package struct SlideReport: Sendable {
    package var slide: Slide
    /// Program and version, for instance "NeuralLens 0.5.0".
    package var program: String
    package var generatedAt: Date
    /// In words: which grains at the border of a field count.
    package var countingRule: String
    /// Machine results of less confidence are doubtful, 0...1.
    package var doubtfulBelow: Double?
    /// Probability that the intervals of `counts` are made for, 0...1.
    package var intervalLevel: Double
    /// Sentences that whoever uses the counts must know.
    package var doubts: [String]
    package var species: [Species]
    /// A row for each species and for `unidentified`, as the statistics give them.
    package var counts: [Count]
    package var fields: [Field]
    package var grains: [Grain]
    /// The latest reading of the slide by a second person.
    package var secondReading: SecondReading?
    /// What the slide bears of a trap's tape, and what comes of it; nil where no plan says how it is examined.
    package var sample: Sample?

    /// The species of objects that no species claims; not part of totals.
    package static let unidentified = "unidentified"

    package init(
        slide: Slide, program: String, generatedAt: Date, countingRule: String, doubtfulBelow: Double? = nil,
        intervalLevel: Double = 0.95, doubts: [String] = [], species: [Species], counts: [Count], fields: [Field],
        grains: [Grain], secondReading: SecondReading? = nil, sample: Sample? = nil
    ) {
        self.slide = slide
        self.program = program
        self.generatedAt = generatedAt
        self.countingRule = countingRule
        self.doubtfulBelow = doubtfulBelow
        self.intervalLevel = intervalLevel
        self.doubts = doubts
        self.species = species
        self.counts = counts
        self.fields = fields
        self.grains = grains
        self.secondReading = secondReading
        self.sample = sample
    }

    package struct Slide: Sendable, Equatable {
        package var name: String
        package var note: String
        package var createdAt: Date
        /// Of air drawn through the sampler.
        package var sampledVolumeCubicMetres: Double?
        /// That the sampled air's particles are spread over.
        package var depositAreaSquareCentimetres: Double?

        package init(
            name: String, note: String = "", createdAt: Date, sampledVolumeCubicMetres: Double? = nil,
            depositAreaSquareCentimetres: Double? = nil
        ) {
            self.name = name
            self.note = note
            self.createdAt = createdAt
            self.sampledVolumeCubicMetres = sampledVolumeCubicMetres
            self.depositAreaSquareCentimetres = depositAreaSquareCentimetres
        }
    }

    package struct Species: Sendable, Equatable {
        /// For instance `iva`.
        package var key: String
        /// For instance "Iva xanthiifolia".
        package var name: String
        /// "#rrggbb".
        package var colour: String

        package init(key: String, name: String, colour: String) {
            self.key = key
            self.name = name
            self.colour = colour
        }
    }

    /// The species of a key; keys that the report does not name speak for themselves.
    func species(_ key: String) -> Species {
        species.first { $0.key == key } ?? Species(key: key, name: key, colour: "#808080")
    }

    /// Grains that count, without the unidentified.
    var total: Int { counts.reduce(0) { $0 + ($1.species == Self.unidentified ? 0 : $1.grains) } }

    /// Refuses a report whose counts are not those of its grains: it would be signed for two different numbers.
    func checked() throws(ExportError) {
        var grainsOf: [String: Int] = [:]
        for grain in grains where grain.status.counts { grainsOf[grain.species, default: 0] += 1 }
        for count in counts {
            let found = grainsOf.removeValue(forKey: count.species) ?? 0
            guard found == count.grains else {
                throw ExportError(
                    .contradictory,
                    "slide \(slide.name) is said to have \(count.grains) grains of \(count.species), and \(found) "
                        + "are listed",
                    hint: "gather counts and grains at one moment and export again")
            }
        }
        if let left = grainsOf.keys.min() {
            throw ExportError(
                .contradictory, "slide \(slide.name) lists grains of \(left) that no count mentions",
                hint: "gather counts and grains at one moment and export again")
        }
    }
}
