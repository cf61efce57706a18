package import Foundation

/// A field of a job that could not be taken.
package struct JobGap: Sendable, Equatable {
    package let at: Date
    package let failure: Capture.Failure

    package init(at: Date, failure: Capture.Failure) {
        self.at = at
        self.failure = failure
    }
}
