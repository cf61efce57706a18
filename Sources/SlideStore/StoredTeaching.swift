package import Foundation

/// A lens in the making, or made, from the labels of chosen slides.
package struct StoredTeaching: Sendable, Equatable, Identifiable {
    package enum State: String, Sendable, Equatable {
        /// Pictures and labels are written as a data set.
        case preparing
        case training
        /// The lens looks at what was held out.
        case judging
        case done, failed
        /// By a person; it can be gone on with.
        case stopped

        package var isFinal: Bool { self == .done || self == .failed || self == .stopped }
    }

    package let id: Int64
    /// Of the lens.
    package let name: String
    package let begunAt: Date
    /// Who asked for it.
    package let agent: Agent
    /// What was asked and what follows from it, as JSON that the store does not read.
    package let plan: String
    package let state: State
    /// Steps of the training.
    package let done: Int
    /// Nil while it is not known.
    package let steps: Int?
    /// Why it failed, as JSON.
    package let problem: String?
    /// SHA-256 of the manifest of the lens, when done.
    package let lens: String?
    /// What was found, as JSON, when done.
    package let result: String?
}

/// A field that a person labelled to its end, with all that was found or drawn in it.
package struct FinishedField: Sendable, Equatable {
    package let capture: Capture.ID
    package let slide: String
    package let scale: FieldScale?
    /// Of the stored input, in pixels.
    package let width: Int
    package let height: Int
    /// In the run in force, also what does not count.
    package let grains: [StoredGrain]
}
