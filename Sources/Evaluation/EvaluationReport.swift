/// What `evaluate` found, as `evaluation.json` holds it. Pictures lie in 0...1, lengths are those of the dataset.
package struct EvaluationReport: Codable, Sendable, Equatable {
    package var lens: String
    /// SHA-256 of `lens.json`.
    package var lensDigest: String
    package var dataset: String
    package var split: String
    package var nmPerPixel: Double
    package var fields: [Field] = []
    /// Each network by itself, on true input.
    package var networks: [Network] = []
    /// The whole lens: magnified picture against the electron micrograph, generated map against the true one.
    package var magnified: PictureQuality?
    package var map: PictureQuality?
    /// By species key, and `other`.
    package var mapIntersectionOverUnion: [String: Double] = [:]
    package var counts: Counts?
    package var spines: Spines?
    package var sulcus: Sulcus?
    package var fidelity: Fidelity?
    package var calibration: Reliability?

    package struct Field: Codable, Sendable, Equatable {
        package var name: String
        package var magnified: PictureQuality?
        package var map: PictureQuality?

        /// What fields are ranked by: the difference of the picture shown, or of the map where there is none.
        var difference: Double { magnified?.l1 ?? map?.l1 ?? 0 }
    }

    package struct Network: Codable, Sendable, Equatable {
        package var name: String
        package var reads: String
        package var target: String
        package var fields: Int
        package var quality: PictureQuality?
        package var seam: SeamError?
    }

    package struct Counts: Codable, Sendable, Equatable {
        package var minimumOverlap: Double
        package var species: [String: Score]
        /// Mean of the species' F1.
        package var macroF1: Double
        /// Grains of any species, whatever they were counted as.
        package var detection: Score
        /// True kind to counted kind to number.
        package var confusion: [String: [String: Int]]
        package var foreignObjects: Int
        package var foreignCountedAsSpecies: Int
        package var foreignShare: Double

        enum CodingKeys: String, CodingKey {
            case species, detection, confusion
            case minimumOverlap = "minimum_overlap"
            case macroF1 = "macro_f1"
            case foreignObjects = "foreign_objects"
            case foreignCountedAsSpecies = "foreign_counted_as_species"
            case foreignShare = "foreign_share"
        }
    }

    package struct Score: Codable, Sendable, Equatable {
        package var actual: Int
        package var counted: Int
        package var matched: Int
        package var precision: Double
        package var recall: Double
        package var f1: Double

        enum CodingKeys: String, CodingKey {
            case counted, matched, precision, recall, f1
            case actual = "true"
        }
    }

    package struct Spines: Codable, Sendable, Equatable {
        /// Found in the true picture and confirmed by the truth.
        package var trueSpines: Int
        package var generatedSpines: Int
        package var recall: Double
        /// Share of the generated spines that have a true partner; the rest are invented.
        package var precision: Double
        /// Generated against true picture, by one detector.
        package var paired: Errors
        package var againstTips: Errors
        /// True picture against the truth's tips: what the detector itself adds.
        package var detector: Errors
        /// Against true spines turned by 37 degrees.
        package var chance: Errors
        package var chanceRecall: Double

        package struct Errors: Codable, Sendable, Equatable {
            package var pairs: Int
            package var meanXPixels: Double
            package var meanYPixels: Double
            package var deviationXPixels: Double
            package var deviationYPixels: Double
            package var deviationXNm: Double
            package var deviationYNm: Double

            enum CodingKeys: String, CodingKey {
                case pairs
                case meanXPixels = "mean_x_px"
                case meanYPixels = "mean_y_px"
                case deviationXPixels = "sd_x_px"
                case deviationYPixels = "sd_y_px"
                case deviationXNm = "sd_x_nm"
                case deviationYNm = "sd_y_nm"
            }
        }

        enum CodingKeys: String, CodingKey {
            case recall, precision, paired, detector, chance
            case trueSpines = "true_spines"
            case generatedSpines = "generated_spines"
            case againstTips = "against_tips"
            case chanceRecall = "chance_recall"
        }
    }

    package struct Sulcus: Codable, Sendable, Equatable {
        /// Grains whose sulcus faces up.
        package var facingUp: Int
        /// Of them, shown in the true picture.
        package var shown: Int
        /// Of those, drawn in the right place, however faint.
        package var drawn: Int
        /// Of those, with at least half of the true contrast.
        package var shownInGenerated: Int
        /// Grains whose sulcus faces down.
        package var facingDown: Int
        /// Of them, drawn with one, however faint.
        package var faintlyInvented: Int
        /// Of them, drawn with at least half of the contrast of true ones.
        package var invented: Int
        package var meanTrueContrast: Double
        package var meanGeneratedContrast: Double
        package var meanCorrelation: Double

        enum CodingKeys: String, CodingKey {
            case shown, drawn, invented
            case faintlyInvented = "faintly_invented"
            case facingUp = "facing_up"
            case facingDown = "facing_down"
            case shownInGenerated = "shown_in_generated"
            case meanTrueContrast = "mean_true_contrast"
            case meanGeneratedContrast = "mean_generated_contrast"
            case meanCorrelation = "mean_correlation"
        }
    }

    package struct Reliability: Codable, Sendable, Equatable {
        package var grains: Int
        package var expectedCalibrationError: Double
        /// Bins with grains, by rising confidence.
        package var curve: [Point]

        package struct Point: Codable, Sendable, Equatable {
            package var grains: Int
            package var confidence: Double
            package var accuracy: Double
        }

        enum CodingKeys: String, CodingKey {
            case grains, curve
            case expectedCalibrationError = "expected_calibration_error"
        }
    }

    enum CodingKeys: String, CodingKey {
        case lens, dataset, split, fields, networks, magnified, map, counts, spines, sulcus, fidelity, calibration
        case lensDigest = "lens_digest"
        case nmPerPixel = "nm_per_pixel"
        case mapIntersectionOverUnion = "map_iou"
    }
}
