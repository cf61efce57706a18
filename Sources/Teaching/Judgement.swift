package import Foundation

/// What `neurallens-lab evaluate` found of a lens on what was held out: the part of its `evaluation.json` that is kept.
package struct Judgement: Codable, Sendable, Equatable {
    /// Grains of one kind.
    package struct Score: Codable, Sendable, Equatable {
        package var actual: Int
        package var counted: Int
        package var matched: Int

        package init(actual: Int, counted: Int, matched: Int) {
            self.actual = actual
            self.counted = counted
            self.matched = matched
        }

        enum CodingKeys: String, CodingKey {
            case counted, matched
            case actual = "true"
        }

        /// Share of what was counted that is right, with its 95 % interval; nil where nothing was counted.
        package var precision: Share? { Share(matched, of: counted) }
        /// Share of the true grains that were counted.
        package var recall: Share? { Share(matched, of: actual) }
        /// 2 J / (1 + J) of the share J of matches among all that is true or counted: J is a share like any other, and F1
        /// grows with it, so that the ends of its interval are those of F1.
        package var f1: Share? {
            Share(matched, of: actual + counted - matched).map { share in
                func f1(_ j: Double) -> Double { 2 * j / (1 + j) }
                return Share(value: f1(share.value), low: f1(share.low), high: f1(share.high))
            }
        }
    }

    /// A share and its 95 % interval (Wilson's score interval: Wilson 1927, J. Am. Stat. Assoc. 22, 209-212).
    package struct Share: Codable, Sendable, Equatable {
        package var value: Double
        package var low: Double
        package var high: Double

        init(value: Double, low: Double, high: Double) {
            self.value = value
            self.low = low
            self.high = high
        }

        /// Nil for a share of nothing.
        package init?(_ part: Int, of whole: Int) {
            guard whole > 0, (0...whole).contains(part) else { return nil }
            let (n, z) = (Double(whole), 1.959_964)
            let p = Double(part) / n
            let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
            let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
            value = p
            low = part == 0 ? 0 : max(0, middle - half)
            high = part == whole ? 1 : min(1, middle + half)
        }
    }

    package var lens: String
    package var lensDigest: String
    package var fields: Int
    /// By species key.
    package var species: [String: Score]
    /// Grains of any species, whatever they were counted as.
    package var detection: Score
    /// True kind to counted kind to number.
    package var confusion: [String: [String: Int]]
    /// Of the confidence; nil where nothing was counted.
    package var calibrationError: Double?

    /// Reads `evaluation.json`; nil where it holds no counts.
    package init?(evaluation data: Data) {
        struct File: Decodable {
            struct Field: Decodable {}
            struct Counts: Decodable {
                let species: [String: Score]
                let detection: Score
                let confusion: [String: [String: Int]]
            }
            struct Calibration: Decodable {
                let grains: Int
                let expected_calibration_error: Double
            }
            let lens: String
            let lens_digest: String
            let fields: [Field]
            let counts: Counts?
            let calibration: Calibration?
        }
        guard let file = try? JSONDecoder().decode(File.self, from: data), let counts = file.counts else { return nil }
        lens = file.lens
        lensDigest = file.lens_digest
        fields = file.fields.count
        species = counts.species
        detection = counts.detection
        confusion = counts.confusion
        calibrationError = file.calibration.flatMap { $0.grains > 0 ? $0.expected_calibration_error : nil }
    }
}
