package import Foundation

/// An entry of the journal, which only grows.
package struct Event: Sendable, Equatable, Identifiable {
    package let id: Int64
    package let at: Date
    package let agent: Agent
    /// For instance "slide created", "capture stored", "camera control set".
    package let what: String
    package let slide: Int64?
    package let capture: Int64?
    package let detail: [String: String]
}
