internal import Foundation
package import Grains
internal import Imaging
package import Simulation

/// How right a lens counts: simulated camera fields of several levels, as of touching grains or of worlds, counted as
/// the daemon does and compared with their truth.
package struct CountingStudy: Encodable, Sendable, Equatable {
    package struct Level: Encodable, Sendable, Equatable {
        /// Name of the ``World``; nil for all together.
        package var world: String?
        /// Share of grains laid against another grain, 0...1.
        package var touchingShare: Double
        package var fields = 0
        /// Grains that the border rule counts.
        package var actual = 0
        package var counted = 0
        /// Counted less true grains of all species, over the true ones.
        package var countError = 0.0
        package var species: [String: EvaluationReport.Score] = [:]
        package var foreignObjects = 0
        package var foreignCountedAsSpecies = 0

        enum CodingKeys: String, CodingKey {
            case world, fields, counted, species
            case actual = "true"
            case countError = "count_error"
            case touchingShare = "touching_share"
            case foreignObjects = "foreign_objects"
            case foreignCountedAsSpecies = "foreign_counted_as_species"
        }
    }

    package var lens: String
    /// SHA-256 of `lens.json`.
    package var lensDigest: String
    package var seed: UInt64
    package var levels: [Level]
    /// All levels together; its touching share is their mean.
    package var overall: Level
    /// What the fields say that the lens's evidence is worth.
    package var calibration: ConfidenceCalibration
    /// How far from the truth the lens's own confidence is, on average, 0...1.
    package var expectedCalibrationError: Double

    enum CodingKeys: String, CodingKey {
        case lens, seed, levels, overall
        case lensDigest = "lens_digest"
        case expectedCalibrationError = "expected_calibration_error"
    }

    /// What fields are drawn of.
    package struct Setting: Sendable {
        package var world: World
        /// Share of grains laid against another grain, 0...1.
        package var touchingShare: Double

        package init(world: World = .classic, touchingShare: Double) {
            self.world = world
            self.touchingShare = touchingShare
        }

        /// As grains crowd: up to two grains of five laid against another.
        package static let crowding = [0, 0.1, 0.2, 0.3, 0.4].map { Setting(touchingShare: $0) }
        /// As slides differ; one grain of ten lies against another.
        package static let worlds = World.all.map { Setting(world: $0, touchingShare: 0.1) }
    }

    /// - Parameters:
    ///   - lensFolder: of the lens; it is verified as it is for use.
    ///   - fields: shared out evenly among the settings.
    ///   - grainsPerSquareMillimetre: mean density of grains.
    ///   - threads: that share the work of the lens.
    ///   - progress: called with the number of fields done.
    package init(
        lensFolder: String, fields: Int, seed: UInt64, settings: [Setting],
        grainsPerSquareMillimetre: Double = 620, minimumOverlap: Double = 0.5, threads: Int,
        progress: (Int) -> Void = { _ in }
    ) throws(EvaluationError) {
        precondition(!settings.isEmpty && fields >= settings.count, "at least one field a setting")
        let lens = try CountingLens(folder: lensFolder, threads: threads)
        let meanShare = settings.map(\.touchingShare).reduce(0, +) / Double(settings.count)
        let isOneWorld = settings.allSatisfy { $0.world == settings[0].world }
        var all = Tally(
            lens.species, Level(world: isOneWorld ? settings[0].world.name : nil, touchingShare: meanShare),
            minimumOverlap)
        var found: [Level] = []
        var done = 0
        var evidence: [(evidence: Double, isRight: Bool)] = []
        var reliability = Calibration()
        for (number, setting) in settings.enumerated() {
            var tally = Tally(
                lens.species, Level(world: setting.world.name, touchingShare: setting.touchingShare), minimumOverlap)
            let count = fields * (number + 1) / settings.count - fields * number / settings.count
            for _ in 0..<count {
                let density = FieldDensity(
                    grainsPerSquareMillimetre: Float(grainsPerSquareMillimetre), emptyShare: 0,
                    touchingShare: Float(setting.touchingShare))
                let field = SimulatedField(
                    seed: seed, index: done, view: .camera, density: density, world: setting.world)
                let rendering = field.render()
                let picture = rendering.optical
                let found = try lens.evidence(in: picture, nmPerPixel: field.nmPerPixel).filter {
                    $0.rejection == nil
                }
                let expected = rendering.truth.grains.filter {
                    lens.borderRule.expects(
                        $0, width: picture.width, height: picture.height, nmPerPixel: field.nmPerPixel)
                }
                let outlines = expected.map(\.agreementOutline), others = rendering.truth.others.map(\.box)
                let grains = found.map(lens.named)
                tally.add(outlines, others, grains)
                all.add(outlines, others, grains)
                // Others too: what is foreign and named is wrong.
                var matches = Confusion()
                let isRight = matches.add(
                    grains: outlines, others: others, counted: found, minimumOverlap: minimumOverlap)
                for ((grain, named), isRight) in zip(zip(found, grains), isRight)
                where grain.species != Grain.unidentified {
                    evidence.append((grain.confidence, isRight))
                    if named.species != Grain.unidentified {
                        reliability.add(confidence: named.confidence, isRight: isRight)
                    }
                }
                done += 1
                progress(done)
            }
            found.append(tally.level)
        }
        self.lens = lens.name
        lensDigest = lens.digest
        self.seed = seed
        self.levels = found
        overall = all.level
        calibration = ConfidenceCalibration(fitting: evidence)
        expectedCalibrationError = reliability.expectedError
    }

    private struct Tally {
        private var current: Level
        private var agreement: Agreement
        private var confusion = Confusion()
        private let keys: [String]
        private let minimumOverlap: Double

        init(_ species: [String], _ level: Level, _ minimumOverlap: Double) {
            keys = species
            current = level
            agreement = Agreement(minimumOverlap: minimumOverlap)
            self.minimumOverlap = minimumOverlap
        }

        mutating func add(_ outlines: [Agreement.Outline], _ others: [[Double]], _ grains: [Grain]) {
            let named = grains.filter { $0.species != Grain.unidentified }
            current.fields += 1
            current.actual += outlines.count
            current.counted += named.count
            agreement.add(
                actual: outlines,
                counted: named.map { Agreement.Outline(species: $0.species, polygon: $0.outlinePixels) })
            confusion.add(
                grains: outlines, others: others, counted: grains, minimumOverlap: minimumOverlap)
        }

        var level: Level {
            var level = current
            level.countError = level.actual == 0 ? 0 : Double(level.counted - level.actual) / Double(level.actual)
            for key in keys { level.species[key] = EvaluationReport.Score(agreement.species[key] ?? Agreement.Tally()) }
            level.foreignObjects = confusion.foreign
            level.foreignCountedAsSpecies = confusion.foreignAsSpecies
            return level
        }
    }
}
