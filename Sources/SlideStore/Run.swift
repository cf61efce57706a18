package import Foundation

/// The results of one lens with one set of settings over the captures of a slide. A slide may have several beside
/// each other; its counts follow the one in force.
///
/// What a daemon captures goes into the run in force, with whatever lens it has then: see `isMixed`.
package struct Run: Sendable, Equatable, Identifiable {
    /// Grains of less confidence are doubtful, unless the settings say otherwise.
    package static let usualDoubtfulThreshold = 0.8

    package let id: Int64
    package let slide: Slide.ID
    /// 1, 2, ... within the slide.
    package let number: Int
    package let begunAt: Date
    package let agent: Agent
    /// What the run was begun with.
    package let lens: LensIdentity
    package let engineVersion: String
    package let settings: [String: Setting]
    /// 0...1.
    package let doubtfulBelow: Double
    package let isInForce: Bool
    /// Captures by what came of them.
    package let done: Int
    package let failed: Int
    /// Captures of the slide that the run has not seen; those whose first analysis is still to come are not among them.
    package let missing: Int
    /// Captures of it were analysed with another lens or other settings.
    package let isMixed: Bool
}
