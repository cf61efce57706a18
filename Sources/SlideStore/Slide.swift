package import Foundation

/// A slide under the microscope: captures belong to one.
package struct Slide: Sendable, Equatable, Identifiable {
    package let id: Int64
    /// As it was typed, without surrounding blanks.
    package let name: String
    package let note: String
    package let createdAt: Date
    /// Air that the grains on it come from; nil where unknown.
    package let sampledVolumeCubicMetres: Double?
    /// Area that the grains lie on; nil where unknown.
    package let depositAreaSquareMillimetres: Double?
}
