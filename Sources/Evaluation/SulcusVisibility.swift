internal import Foundation
package import Imaging
package import Pairing

/// Whether the furrow along a grain shows in a generated picture where it shows in the true one.
///
/// Brightness across the sulcus is averaged along it, over 3 µm to each side. It shows in the true picture where it
/// changes by at least a tenth of the mean within 1.5 µm of the furrow; it shows in the generated picture too where it
/// changes there by at least half as much and the two profiles correlate by at least 0.5.
///
/// Light passes through a grain, so its furrow shows in the optical picture whichever side it is on; electrons see the
/// upper side alone. A furrow that is drawn although it lies on the lower side is one that is not there: where it lies,
/// the generated picture changes by at least half of the mean change of furrows that do show.
///
/// Both are told for faint furrows too: those that change by a tenth, as little as shows in a true picture.
package struct SulcusVisibility: Codable, Sendable, Equatable {
    package struct GrainProfile: Codable, Sendable, Equatable {
        /// Range of the profile near the furrow by its mean.
        package var trueContrast: Double
        package var generatedContrast: Double
        /// Of the two profiles, -1...1.
        package var correlation: Double
    }

    /// Grains whose sulcus faces up and shows in the true picture.
    package private(set) var grains: [GrainProfile] = []
    /// Grains whose sulcus faces up, shown or not.
    package private(set) var facing = 0
    /// Of grains whose sulcus faces down: contrast of the generated picture where it lies.
    package private(set) var contrastsFacingDown: [Double] = []

    package init() {}

    package var visible: Int {
        grains.count { $0.generatedContrast >= 0.5 * $0.trueContrast && $0.correlation >= 0.5 }
    }

    /// Drawn in the right place, however faint.
    package var drawn: Int {
        grains.count { $0.generatedContrast >= Self.leastContrast && $0.correlation >= 0.5 }
    }

    /// Grains that face down and are drawn with a sulcus, however faint.
    package var faintlyInvented: Int { contrastsFacingDown.count { $0 >= Self.leastContrast } }

    private static let leastContrast = 0.1

    /// Grains that face down and are drawn with a sulcus.
    package var invented: Int {
        guard !grains.isEmpty else { return 0 }
        let mean = grains.map(\.trueContrast).reduce(0, +) / Double(grains.count)
        return contrastsFacingDown.count { $0 >= 0.5 * mean }
    }

    /// Adds a field's grains: those whose truth holds the sulcus as a line, or axes and orientation it follows from
    /// (*Galanthus*: x is the long axis, z points to the sulcus), and which the border does not cut.
    package mutating func add(
        _ truth: FieldTruth, species key: String, generated: Picture<Float>, true sem: Picture<Float>,
        nmPerPixel: Double
    ) {
        let drawn = generated.grey, seen = sem.grey
        for grain in truth.grains where grain.species == key && grain.onBorder != true {
            if let line = grain.sulcusLine(nmPerPixel: nmPerPixel) {
                facing += 1
                let wanted = Profile(of: seen, across: line, nmPerPixel)
                let got = Profile(of: drawn, across: line, nmPerPixel)
                guard wanted.contrast >= Self.leastContrast else { continue }
                grains.append(
                    GrainProfile(
                        trueContrast: wanted.contrast, generatedContrast: got.contrast,
                        correlation: correlation(wanted.values, got.values)))
            } else if let line = grain.sulcusLine(nmPerPixel: nmPerPixel, facingDown: true) {
                contrastsFacingDown.append(Profile(of: drawn, across: line, nmPerPixel).contrast)
            }
        }
    }
}

/// Brightness from 3 µm on one side of a line to 3 µm on the other.
private struct Profile {
    let values: [Double]
    /// Range within 1.5 µm of the line by the mean there.
    let contrast: Double

    init(of picture: Picture<Float>, across line: [SIMD2<Double>], _ nmPerPixel: Double) {
        let reach = Int((3000 / nmPerPixel).rounded()), near = Int((1500 / nmPerPixel).rounded())
        values = picture.profile(across: line, reach: reach)
        let inner = values[(reach - near)...(reach + near)]
        let mean = inner.reduce(0, +) / Double(inner.count)
        contrast = mean > 0 ? (inner.max()! - inner.min()!) / mean : 0
    }
}

private func correlation(_ a: [Double], _ b: [Double]) -> Double {
    let count = Double(a.count), meanA = a.reduce(0, +) / count, meanB = b.reduce(0, +) / count
    var aa = 0.0, bb = 0.0, ab = 0.0
    for (x, y) in zip(a, b) {
        aa += (x - meanA) * (x - meanA)
        bb += (y - meanB) * (y - meanB)
        ab += (x - meanA) * (y - meanB)
    }
    return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : 0
}

extension FieldTruth.Grain {
    /// Points along the bottom of the sulcus; nil where it is turned by more than 60 degrees from the observer, or with
    /// `facingDown` from the slide.
    fileprivate func sulcusLine(nmPerPixel: Double, facingDown: Bool = false) -> [SIMD2<Double>]? {
        if !facingDown, let sulcus {
            return sulcus.count >= 2 ? sulcus.map { SIMD2($0[0], $0[1]) } : nil
        }
        guard let orientation, orientation.count == 3, orientation.allSatisfy({ $0.count == 3 }),
            let axesMicrometres, axesMicrometres.count == 3, let centroid,
            orientation[2][2] * (facingDown ? -1 : 1) >= 0.5
        else { return nil }
        let perMicrometre = 1000 / nmPerPixel
        return stride(from: -0.5, through: 0.5, by: 0.05).map { along in
            let x = along * axesMicrometres[0] / 2
            // The bottom of the furrow lies 1.8 to 3.4 µm below the body's surface.
            let z = (1 - along * along).squareRoot() * axesMicrometres[2] / 2 - 2.6
            return SIMD2(
                centroid[0] + (x * orientation[0][0] + z * orientation[2][0]) * perMicrometre,
                centroid[1] + (x * orientation[0][1] + z * orientation[2][1]) * perMicrometre)
        }
    }
}

extension Picture where Sample == Float {
    /// Mean brightness at -reach...reach pixels across a line.
    fileprivate func profile(across line: [SIMD2<Double>], reach: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: 2 * reach + 1), counts = sums
        for (a, b) in zip(line, line.dropFirst()) {
            let along = b - a
            let length = (along * along).sum().squareRoot()
            guard length > 0 else { continue }
            let across = SIMD2(-along.y, along.x) / length
            for step in 0..<max(1, Int(length)) {
                let middle = a + along * (Double(step) / length)
                for offset in -reach...reach {
                    let p = middle + across * Double(offset)
                    let x = Int(p.x.rounded()), y = Int(p.y.rounded())
                    guard x >= 0, y >= 0, x < width, y < height else { continue }
                    sums[offset + reach] += Double(samples[y * width + x])
                    counts[offset + reach] += 1
                }
            }
        }
        return zip(sums, counts).map { $1 == 0 ? 0 : $0 / $1 }
    }
}
