/// Where one field is to be taken.
package struct PlannedField: Sendable, Equatable {
    /// From 1 on, in the order of the way.
    package let number: Int
    /// From 1 on; nil where there are no bands.
    package let band: Int?
    /// Of the field's centre, from where the part of the tape begins, in the direction of later times.
    package let alongMillimetres: Double
    /// Of the field's centre, from one edge of the deposit.
    package let acrossMillimetres: Double

    /// Places that differ by less are the same.
    static let stepsAMillimetre = 1000.0
}
