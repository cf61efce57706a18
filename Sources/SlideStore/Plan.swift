package import Foundation

/// Captures of a slide at equal intervals, until something is reached.
package struct Plan: Sendable, Equatable, Identifiable {
    package enum State: String, Sendable, Equatable {
        case running, paused, done, cancelled, failed

        package var isFinal: Bool { self != .running && self != .paused }
    }

    /// What was asked for.
    package struct Wish: Sendable, Equatable {
        package var intervalSeconds: Double
        /// Captures; nil: no limit.
        package var captures: Int?
        /// Identified grains of the slide that are enough.
        package var grains: Int?
        /// Half the 95 % interval over the density that is enough.
        package var precision: Double?

        package init(intervalSeconds: Double, captures: Int? = nil, grains: Int? = nil, precision: Double? = nil) {
            self.intervalSeconds = intervalSeconds
            self.captures = captures
            self.grains = grains
            self.precision = precision
        }
    }

    package let id: Int64
    package let slide: Slide
    package let wish: Wish
    package let createdAt: Date
    /// Who asked for it.
    package let agent: Agent
    package let state: State
    /// When the next slot is due; nil unless running.
    package let nextAt: Date?
    /// Why it ended or what it waits for.
    package let reason: String?
    /// Captures taken.
    package let taken: Int
    /// Slots in which none was.
    package let missed: Int
}
