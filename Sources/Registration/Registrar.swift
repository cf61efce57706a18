internal import Foundation
package import Imaging
internal import Quantities

/// Finds where one grey picture lies on another: shift, and if asked for scale and rotation.
///
/// 1. At reduced size the log-polar spectra of both pictures are phase-correlated; their peaks propose scales and
///    rotations (Reddy and Chatterji 1996), each together with its half turn.
/// 2. For each proposal the pictures are phase-correlated; the peaks propose shifts, judged by the correlation
///    coefficient over what the pictures then have in common.
/// 3. The best are refined to a fraction of a pixel by maximising that coefficient (Evangelidis and Psarakis, IEEE
///    PAMI 30 (2008) 1858), from coarse to fine.
///
/// The correlation coefficient does not depend on brightness and contrast. Pictures of different kinds (light and
/// electrons) must be brought to a common look first, such as the silhouettes of the objects.
///
/// Confidence is the square of that coefficient, the share of the one picture that the other explains, times 0...1 for
/// how far it stands out from other positions: the best proposal more than a tenth of the picture away.
package struct Registrar: Sendable {
    /// Scales looked for, moving to fixed.
    package var scaleRange: ClosedRange<Double>
    /// Largest rotation either way, in radians.
    package var rotationLimit: Double
    /// Least part of the smaller picture that the other must cover, 0...1.
    package var minimumOverlap: Double
    /// 1 for phase correlation proper; less where the pictures differ by more than noise.
    package var whitening: Double
    /// Registrations below are refused by ``register(_:onto:)``.
    package var minimumConfidence: Double
    /// Longest side, in pixels, at which positions are first looked for.
    package var searchSide: Int

    package init(
        scaleRange: ClosedRange<Double> = 1...1, rotationLimit: Double = 0, minimumOverlap: Double = 0.1,
        whitening: Double = 1, minimumConfidence: Double = 0.5, searchSide: Int = 256
    ) {
        precondition(scaleRange.lowerBound > 0 && rotationLimit >= 0 && minimumOverlap > 0 && searchSide >= 32)
        self.scaleRange = scaleRange
        self.rotationLimit = rotationLimit
        self.minimumOverlap = minimumOverlap
        self.whitening = whitening
        self.minimumConfidence = minimumConfidence
        self.searchSide = searchSide
    }

    /// Whether scale and rotation are looked for at all.
    private var isRigid: Bool { scaleRange.lowerBound == scaleRange.upperBound && rotationLimit == 0 }

    /// As ``estimate(_:onto:)``, refusing what is below the least confidence.
    package func register(
        _ moving: Picture<Float>, onto fixed: Picture<Float>
    ) throws(RegistrationError) -> Registration {
        let found = try estimate(moving, onto: fixed)
        guard found.confidence >= minimumConfidence else {
            throw RegistrationError(
                .uncertain,
                "the pictures do not clearly match: confidence \(percent(found.confidence)), \(percent(minimumConfidence)) is asked for",
                hint:
                    "check that both show the same field, and that the range of scale and rotation holds the true one",
                best: found)
        }
        return found
    }

    /// The best position found, however uncertain.
    /// - Parameters: grey pictures of any size; values of any range.
    package func estimate(
        _ moving: Picture<Float>, onto fixed: Picture<Float>
    ) throws(RegistrationError) -> Registration {
        precondition(moving.channels == 1 && fixed.channels == 1, "grey pictures are registered")
        for picture in [moving, fixed] where picture.samples.allSatisfy({ $0 == picture.samples[0] }) {
            throw RegistrationError(
                .empty, "a picture of one grey level cannot be registered", hint: "leave empty fields out")
        }
        let longest = max(moving.width, moving.height, fixed.width, fixed.height)
        let factor = max(1, Double(longest) / Double(searchSide))
        let from = moving.reduced(by: factor), onto = fixed.reduced(by: factor)
        var found = turns(from, onto: onto).flatMap { shifts(from, onto: onto, turn: $0) }
        found.sort { $0.correlation > $1.correlation }
        // Neighbouring proposals end in the same place.
        let refined = found.prefix(4).map { proposal in
            Alignment(fitsTurn: !isRigid).refine(proposal.transform, from, onto: onto, iterations: 40)
        }.filter(isWithinLimits)
        guard var best = (refined + found).max(by: { $0.correlation < $1.correlation }) else {
            throw RegistrationError(
                .uncertain, "the pictures match nowhere within the limits of overlap, scale and rotation",
                hint: "check that both show the same field, and that the range of scale and rotation holds the true one"
            )
        }
        let rival = found.filter { !isSamePlace($0.transform, best.transform, onto) }.map(\.correlation).max() ?? 0
        best.transform = best.transform.coarser(by: 1 / factor)
        for step in [4.0, 2, 1] where step < factor || step == 1 {
            best = refine(best.transform, moving, onto: fixed, step: step)
        }
        best.overlap = Alignment(fitsTurn: false).judge(best.transform, moving, onto: fixed).overlap
        best.confidence =
            isWithinLimits(best) && best.correlation > 0
            ? best.correlation * best.correlation * distinction(best.correlation, rival) : 0
        return best
    }

    /// A position made exact to a fraction of a pixel; its confidence is left at 0.
    /// - Parameters:
    ///   - step: pixels are made this much larger first, for speed.
    ///   - goesOn: asked at each iteration; false ends it where it is.
    package func refine(
        _ transform: Similarity, _ moving: Picture<Float>, onto fixed: Picture<Float>, step: Double = 1,
        while goesOn: () -> Bool = { true }
    ) -> Registration {
        var found = Alignment(fitsTurn: !isRigid).refine(
            transform.coarser(by: step), moving.reduced(by: step), onto: fixed.reduced(by: step), iterations: 12,
            while: goesOn)
        found.transform = found.transform.coarser(by: 1 / step)
        return found
    }

    /// 0 where a rival is as good, towards 1 the further it stays behind, in Fisher's scale of correlations.
    private func distinction(_ best: Double, _ rival: Double) -> Double {
        let ahead = atanh(min(0.999, best)) - atanh(min(0.999, max(0, rival)))
        return max(0, min(1, ahead / 0.5))
    }

    private func isWithinLimits(_ found: Registration) -> Bool {
        let slack = 1.02
        return found.transform.scale >= scaleRange.lowerBound / slack
            && found.transform.scale <= scaleRange.upperBound * slack
            && abs(found.transform.rotation) <= rotationLimit + 0.02 && found.overlap >= minimumOverlap * 0.9
    }

    /// Whether two maps put the middle of the fixed picture within a tenth of its side.
    private func isSamePlace(_ a: Similarity, _ b: Similarity, _ fixed: Picture<Float>) -> Bool {
        let side = Double(max(fixed.width, fixed.height))
        let there = a.inverse(fixed.middle) - b.inverse(fixed.middle)
        return (there * there).sum().squareRoot() < 0.1 * side
    }

    // MARK: Proposals

    /// Scales and rotations worth trying; none and none first.
    private func turns(_ moving: Picture<Float>, onto fixed: Picture<Float>) -> [Similarity] {
        let plain = Similarity(scale: min(max(1, scaleRange.lowerBound), scaleRange.upperBound))
        if isRigid { return [plain] }
        let side = max(moving.width, moving.height, fixed.width, fixed.height)
        let (angles, radii, lowest, highest) = (360, 256, 3.0, Double(side) / 4)
        func spectrum(_ picture: Picture<Float>) -> Picture<Float> {
            picture.tapered(margin: 0.5, width: side, height: side)
                .logPolarSpectrum(angles: angles, radii: radii, lowest: lowest, highest: highest)
                // Frequencies do not repeat beyond their range; directions do.
                .tapered(margin: 0.5, width: 2 * radii, height: angles, rows: false)
        }
        let surface = spectrum(moving).phaseCorrelation(
            with: spectrum(fixed), whitening: min(whitening, 0.5), cutoff: 0.1)
        let logStep = log(highest / lowest) / Double(radii)
        var result = [plain]
        for peak in surface.peaks(
            count: 6, radius: 8,
            where: { x, y in
                // A spectrum shrinks as its picture grows.
                let scale = exp(-Double(x) * logStep)
                let turn = abs(Double(y) * .pi / Double(angles))
                return scale >= scaleRange.lowerBound / 1.02 && scale <= scaleRange.upperBound * 1.02
                    && (turn <= rotationLimit + 0.02 || .pi - turn <= rotationLimit + 0.02)
            })
        {
            let scale = exp(-peak.x * logStep)
            let turn = peak.y * .pi / Double(angles)
            for candidate in [turn, turn > 0 ? turn - .pi : turn + .pi] where abs(candidate) <= rotationLimit + 0.02 {
                result.append(Similarity(scale: scale, rotation: candidate))
            }
        }
        return result
    }

    /// Shifts worth trying after a scale and rotation, with their correlation.
    private func shifts(
        _ moving: Picture<Float>, onto fixed: Picture<Float>, turn: Similarity
    ) -> [Registration] {
        // The turned picture on a canvas that holds all of it.
        let c = abs(cos(turn.rotation)) * turn.scale, s = abs(sin(turn.rotation)) * turn.scale
        let width = Int(saturating: (c * Double(moving.width) + s * Double(moving.height)).rounded(.up))
        let height = Int(saturating: (s * Double(moving.width) + c * Double(moving.height)).rounded(.up))
        let canvas = SIMD2(Double(width - 1), Double(height - 1)) / 2
        let placed = Similarity(scale: turn.scale, rotation: turn.rotation, moving: moving.middle, to: canvas)
        let mean = moving.mean
        let turned = moving.warped(placed.inverse.matrix, width: width, height: height, outside: mean)
        let fullWidth = (width + fixed.width).fastTransformLength
        let fullHeight = (height + fixed.height).fastTransformLength
        // Little is faded: neighbours in a mosaic share no more than their edges.
        let from = turned.tapered(margin: 0.03, width: fullWidth, height: fullHeight)
        let onto = fixed.tapered(margin: 0.03, width: fullWidth, height: fullHeight)
        let common = minimumOverlap * Double(min(width * height, fixed.width * fixed.height))
        // Where nothing but the shift is sought there is time for more proposals.
        let peaks = (isRigid ? [whitening, whitening / 2] : [whitening]).flatMap { whitening in
            from.phaseCorrelation(with: onto, whitening: whitening, cutoff: 0.1)
                .peaks(count: isRigid ? 16 : 5, radius: 4) { x, y in
                    let columns = min(width + x, fixed.width) - max(0, x)
                    let rows = min(height + y, fixed.height) - max(0, y)
                    return columns > 2 && rows > 2 && Double(columns * rows) >= common
                }
        }
        return peaks.compactMap { peak in
            let transform = Similarity(offset: SIMD2(peak.x, peak.y)).after(placed)
            let judged = Alignment(fitsTurn: false).judge(transform, moving, onto: fixed)
            return judged.overlap >= minimumOverlap * 0.9 ? judged : nil
        }
    }
}

private func percent(_ value: Double) -> String { String(format: "%.2f", value) }
