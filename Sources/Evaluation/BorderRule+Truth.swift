package import Grains
package import Simulation

extension BorderRule {
    /// Whether a grain of the truth is one that this rule counts.
    /// - Parameter truth: of the set that the field belongs to.
    package func expects(_ grain: GrainTruth, in truth: Truth) -> Bool {
        expects(grain, width: truth.widthPixels, height: truth.heightPixels, nmPerPixel: truth.nmPerPixel)
    }

    /// - width, height: of the field, in pixels.
    func expects(_ grain: GrainTruth, width: Int, height: Int, nmPerPixel: Double) -> Bool {
        // Pixels span -0.5 to the side less a half.
        counts(
            left: grain.box[0] < 0.5, top: grain.box[1] < 0.5, right: grain.box[2] > Double(width) - 1.5,
            bottom: grain.box[3] > Double(height) - 1.5,
            reach: ((grain.box[2] + 0.5) * nmPerPixel / 1000, (grain.box[3] + 0.5) * nmPerPixel / 1000))
    }
}

extension GrainTruth {
    package var agreementOutline: Agreement.Outline {
        Agreement.Outline(
            species: species, polygon: outline.filter { $0.count == 2 }.map { Grain.Point(x: $0[0], y: $0[1]) })
    }
}
