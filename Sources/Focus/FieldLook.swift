internal import Foundation
internal import Imaging
internal import Registration

/// What of a plane tells whether the next one shows the same field in the same place.
struct FieldLook: Sendable {
    enum Shift: Sendable {
        /// Of what this shows against the other, in pixels of the field.
        case known(SIMD2<Double>)
        /// One of the planes shows too little.
        case unknown
        case otherField
    }

    /// Means of so many pixels a side: a focus that moves changes what is finer.
    static let binning = 4
    /// Standard deviation of brightness below which a plane shows nothing.
    private static let leastContrast: Float = 0.004
    /// Square of the correlation, by how far it stands out: see ``Registrar``.
    private static let leastConfidence = 0.2
    /// Correlation where neither moved, below which planes are not of one field.
    private static let leastLikeness = 0.1

    /// Without what changes slowly.
    let binned: Picture<Float>

    init(_ picture: Picture<Float>) {
        let factor = min(Self.binning, max(1, min(picture.width, picture.height) / 16))
        let grey = picture.grey.binned(factor)
        binned = grey.less(grey.blurred(sigma: 12))
    }

    init(binned: Picture<Float>) { self.binned = binned }

    func shift(onto other: FieldLook) -> Shift {
        guard contrast >= Self.leastContrast, other.contrast >= Self.leastContrast else { return .unknown }
        let here = likeness(to: other)
        guard let found = try? Registrar(minimumOverlap: 0.4).estimate(binned, onto: other.binned) else {
            return here < Self.leastLikeness ? .otherField : .unknown
        }
        // Where it is best in place, it is in place.
        if found.confidence < Self.leastConfidence || found.correlation <= here + 0.005 {
            if here >= Self.leastLikeness { return found.correlation <= here + 0.05 ? .known(.zero) : .unknown }
            return found.confidence < Self.leastConfidence ? .otherField : .known(shift(found))
        }
        return .known(shift(found))
    }

    /// The transform leads from this to the other: what this shows lies the other way.
    private func shift(_ found: Registration) -> SIMD2<Double> { -found.transform.offset * Double(Self.binning) }

    private var contrast: Float {
        let count = Float(binned.samples.count)
        let squares = binned.samples.reduce(Float(0)) { $0 + $1 * $1 }
        return (squares / count).squareRoot()
    }

    /// The correlation coefficient with nothing moved.
    private func likeness(to other: FieldLook) -> Double {
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (a, b) in zip(binned.samples, other.binned.samples) {
            ab += Double(a) * Double(b)
            aa += Double(a) * Double(a)
            bb += Double(b) * Double(b)
        }
        return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
    }
}
