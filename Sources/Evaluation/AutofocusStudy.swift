internal import Focus
internal import Foundation
internal import Imaging
internal import Simulation
internal import Stage

/// How near the focus a motor with play ends, on simulated fields whose sharpest height is known from looking at all heights.
///
/// The motor is a controller on a pseudo-terminal, spoken to over a line as a real one is; what the camera sees is the field
/// at the height at which the drive truly stands.
package struct AutofocusStudy: Encodable, Sendable {
    package struct Run: Encodable, Sendable, Equatable {
        package var field: Int
        package var startMicrometres: Double
        /// Where the drive truly ended, less where the field is sharpest; in µm.
        package var errorMicrometres: Double
        package var frames: Int

        enum CodingKeys: String, CodingKey {
            case field, frames
            case startMicrometres = "start_um"
            case errorMicrometres = "error_um"
        }
    }

    package private(set) var runs: [Run] = []
    /// What was no focus: the search gave up.
    package private(set) var failures: [String] = []

    /// Of the sizes of the errors, in µm. Nil where there are none.
    package func error(quantile: Double) -> Double? {
        let sizes = runs.map { abs($0.errorMicrometres) }.sorted()
        return sizes.isEmpty ? nil : sizes[Int((Double(sizes.count - 1) * quantile).rounded())]
    }

    package var frames: (mean: Double, most: Int) {
        (Double(runs.reduce(0) { $0 + $1.frames }) / Double(max(1, runs.count)), runs.map(\.frames).max() ?? 0)
    }

    /// - Parameters:
    ///   - starts: shared out evenly among the fields.
    ///   - reach: starts lie within so far of where the grains are, in µm.
    ///   - backlash: of the drive, in µm.
    package init(
        fields: Int, starts: Int, seed: UInt64, reach: Double, backlash: Double, thickness: Double,
        progress: (Int) -> Void = { _ in }
    ) async throws(EvaluationError) {
        let link = NSTemporaryDirectory() + "neurallens-motor-\(getpid())"
        var settings = SimulatedController.Settings(link: link)
        settings.backlashMicrometres = backlash
        settings.latency = .zero
        let controller = SimulatedController(settings)
        defer { controller.end() }
        let limits = -1.5 * reach...1.5 * reach
        let stage = GCodeStage(
            StageConfiguration(
                device: link, limits: [.z: limits], backlashMicrometres: backlash, micrometresPerSecond: 20_000))
        var random = RandomStream(seed, 31)
        var sights: [Int: Sight] = [:]
        for number in 0..<starts {
            let index = number * fields / starts
            let field = SimulatedField(
                seed: seed, index: index, view: .pair,
                density: FieldDensity(grainsPerSquareMillimetre: 900, emptyShare: 0, touchingShare: 0.1))
            let sight = sights[index] ?? Sight(field, thickness)
            sights[index] = sight
            let start = Double(random.next() >> 11) * 0x1p-53 * 2 * reach - reach
            do {
                try await stage.move(to: [.z: start])
                let found = try await Autofocus(range: limits).run(from: start) { height in
                    try await stage.approach([.z: height])
                    return await sight.sharpness(at: controller.actualPosition[2])
                }
                try await stage.approach([.z: found.heightMicrometres])
                runs.append(
                    Run(
                        field: index, startMicrometres: start,
                        errorMicrometres: controller.actualPosition[2]
                            - (await sight.sharpestHeight(within: limits)), frames: found.curve.count))
            } catch let error as FocusError {
                failures.append("from \(start) um: \(error.message)")
            } catch {
                throw EvaluationError(.badDataset, "\(error)", hint: "report it")
            }
            progress(number + 1)
        }
        await stage.close()
    }

    /// What a camera sees of one field at any height, with noise of its own each time.
    private actor Sight {
        private let field: SimulatedField
        private let thickness: Double
        private var exposures = 0
        private var sharpest: Double?

        init(_ field: SimulatedField, _ thickness: Double) {
            self.field = field
            self.thickness = thickness
        }

        func sharpness(at height: Double) -> Double {
            exposures += 1
            let mosaic = field.mosaic(atHeight: height, thickness: thickness, exposure: exposures)
            return Sharpness.of(mosaic.demosaiced(SimulatedField.pattern).eightBit(ofDepth: 8).normalised)
        }

        /// By looking everywhere, once: each two micrometres, and about the sharpest each quarter, by a parabola over its
        /// neighbourhood.
        func sharpestHeight(within range: ClosedRange<Double>) -> Double {
            if let sharpest { return sharpest }
            let found = look(range)
            sharpest = found
            return found
        }

        private func look(_ range: ClosedRange<Double>) -> Double {
            let coarse = stride(from: range.lowerBound, through: range.upperBound, by: 2).map {
                ($0, sharpness(at: $0))
            }
            let middle = coarse.max { $0.1 < $1.1 }!.0
            let fine = stride(from: middle - 3, through: middle + 3, by: 0.25).map { ($0, sharpness(at: $0)) }
            let top = fine.max { $0.1 < $1.1 }!.0
            // Least squares over a micrometre and a half each way: noise of single exposures averages out.
            let near = fine.filter { abs($0.0 - top) <= 1.5 }
            var (s0, s1, s2, s3, s4, t0, t1, t2) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
            for (height, value) in near {
                let x = height - top
                s0 += 1
                s1 += x
                s2 += x * x
                s3 += x * x * x
                s4 += x * x * x * x
                t0 += value
                t1 += value * x
                t2 += value * x * x
            }
            let whole = s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2)
            let slope = s0 * (t1 * s4 - t2 * s3) - t0 * (s1 * s4 - s2 * s3) + s2 * (s1 * t2 - s2 * t1)
            let bend = s0 * (s2 * t2 - s3 * t1) - s1 * (s1 * t2 - s2 * t1) + t0 * (s1 * s3 - s2 * s2)
            guard whole != 0, bend / whole < 0 else { return top }
            return top + max(-1.5, min(1.5, -slope / (2 * bend)))
        }
    }
}
