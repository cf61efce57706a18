package import Foundation

/// One capture's results in one run; pictures and grains hang on it.
package struct Analysis: Sendable, Equatable, Identifiable {
    package let id: Int64
    package let run: Run.ID
    package let capture: Capture.ID
    package let at: Date
    package let lens: LensIdentity
    package let engineVersion: String
    package let settings: [String: Setting]
    package let stageSeconds: [String: Double]
    /// Why there are no grains; nil where there are.
    package let failure: Capture.Failure?
}
