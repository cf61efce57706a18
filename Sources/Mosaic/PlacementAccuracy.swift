internal import Foundation

/// How far places are from the truth, once the shift common to a group is taken away.
package struct PlacementAccuracy: Sendable, Equatable {
    package let placed: Int
    package let fields: Int
    /// In pixels.
    package let rms: Double
    package let largest: Double

    /// - Parameters:
    ///   - truth: positions of the same fields on the stage in µm.
    ///   - rotationDegrees: how far the camera is turned against the stage.
    package init(
        _ placement: SlidePlacement, truth: [SIMD2<Double>], nmPerPixel: Double, rotationDegrees: Double = 0
    ) {
        precondition(truth.count == placement.fields.count, "one true position a field")
        let angle = rotationDegrees * .pi / 180
        let turned = truth.map { SIMD2(cos(angle) * $0.x + sin(angle) * $0.y, cos(angle) * $0.y - sin(angle) * $0.x) }
        var errors: [Double] = []
        let placedFields = truth.indices.filter { placement.fields[$0].positionMicrometres != nil }
        for members in Dictionary(grouping: placedFields, by: { placement.fields[$0].group ?? 0 }).values {
            let offs = members.map { placement.fields[$0].positionMicrometres! - turned[$0] }
            let mean = offs.reduce(.zero, +) / Double(offs.count)
            errors += offs.map { ((($0 - mean) * ($0 - mean)).sum()).squareRoot() * 1000 / nmPerPixel }
        }
        placed = placedFields.count
        fields = truth.count
        rms = errors.isEmpty ? 0 : (errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)).squareRoot()
        largest = errors.max() ?? 0
    }
}
