package import Foundation

/// A field that a person left out: neither its grains nor its area count.
package struct Exclusion: Sendable, Equatable {
    package let at: Date
    package let agent: Agent
    package let reason: String
}
