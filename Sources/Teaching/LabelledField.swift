/// A field that a person labelled to its end: its grains are all that it holds, the rest is background.
package struct LabelledField: Sendable, Equatable {
    package struct Grain: Sendable, Equatable {
        /// Key of its species; nil for an object that is a grain of none: unidentified, or said not to count.
        package let species: String?
        /// Closed, in pixels of the field's stored input.
        package let outline: [SIMD2<Double>]

        package init(species: String?, outline: [SIMD2<Double>]) {
            self.species = species
            self.outline = outline
        }
    }

    /// Number of its capture.
    package let capture: Int64
    /// Name of its slide.
    package let slide: String
    package let grains: [Grain]

    package init(capture: Int64, slide: String, grains: [Grain]) {
        self.capture = capture
        self.slide = slide
        self.grains = grains
    }

    /// Grains of a species.
    func count(of species: String) -> Int { grains.count { $0.species == species } }
}
