package import Foundation

/// What people said of a field in the run in force, and what is left to say.
///
/// Of a finished field all is known: what counts in it is a grain of its species, the rest is background. Of another one
/// only the grains that people reviewed or drew are.
package struct FieldLabels: Sendable, Equatable {
    package let capture: Capture.ID
    package let capturedAt: Date
    package let isExcluded: Bool
    package let finish: FieldFinish?
    /// Counted grains by species.
    package let grains: [String: Int]
    /// Counted grains that people reviewed or drew.
    package let confirmed: Int
    /// Counted grains that nobody looked at.
    package let unreviewed: Int
    /// How many of these the lens itself expects to be wrong: the sum of what their confidences lack to 1.
    package let expectedErrors: Double
}

/// A person's word that a field is labelled to its end.
package struct FieldFinish: Sendable, Equatable {
    package let at: Date
    package let agent: Agent
}

/// A species that people added to those of the lens.
package struct AddedSpecies: Sendable, Equatable {
    /// Short name: lower-case letters and digits of ASCII, and hyphens between them.
    package let key: String
    /// Scientific name.
    package let name: String
    /// `#rrggbb`, lower case.
    package let colour: String

    package init(key: String, name: String, colour: String) {
        self.key = key
        self.name = name
        self.colour = colour
    }
}
