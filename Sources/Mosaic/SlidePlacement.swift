/// Where the fields of a slide lie.
package struct SlidePlacement: Sendable, Equatable {
    package enum Means: String, Sendable {
        /// The stage said where.
        case stage
        /// The pictures of overlapping fields say where.
        case registered
    }

    /// Why a field is not placed.
    package enum Reason: String, Sendable {
        case tooLittle = "shows too little to be registered"
        case ambiguous = "fits in several places: a repeating pattern, or one object that another may be like"
        case noMatch = "matches no other field"
        case contradicted = "matches one field and contradicts others"
    }

    package struct Field: Sendable, Equatable {
        /// Of the upper left corner in its group's frame; nil where the field is not placed.
        package var positionMicrometres: SIMD2<Double>?
        package var means: Means?
        package var reason: Reason?
        /// Fields of one group are placed relative to each other; 0 is the largest group.
        package var group: Int?
        /// Of a registered place: that of the best pair it rests on, 0...1.
        package var confidence: Double?
        /// The earliest field that shows the same place.
        package var repeats: Int?

        package init(
            positionMicrometres: SIMD2<Double>? = nil, means: Means? = nil, reason: Reason? = nil, group: Int? = nil,
            confidence: Double? = nil, repeats: Int? = nil
        ) {
            self.positionMicrometres = positionMicrometres
            self.means = means
            self.reason = reason
            self.group = group
            self.confidence = confidence
            self.repeats = repeats
        }
    }

    /// Two fields that overlap.
    package struct Pair: Sendable, Equatable {
        package var first: Int
        package var second: Int
        /// Position of the second less that of the first, in pixels, as their pictures say.
        package var shiftPixels: SIMD2<Double>
        package var correlation: Double
        /// 0...1.
        package var confidence: Double
        /// How far the places of both disagree with `shiftPixels`.
        package var residualPixels: Double
    }

    /// A field whose stated position disagrees with its picture by more than the stage's uncertainty.
    package struct Contradiction: Sendable, Equatable {
        package var field: Int
        package var distanceMicrometres: Double
    }

    package var fields: [Field]
    package var pairs: [Pair]
    package var contradictions: [Contradiction]
    /// How far the camera is turned against the stage, clockwise; nil where too few stage positions are known.
    package var cameraRotationDegrees: Double?

    package init(fields: [Field], pairs: [Pair] = [], contradictions: [Contradiction] = []) {
        self.fields = fields
        self.pairs = pairs
        self.contradictions = contradictions
    }

    /// Groups that were placed each by itself, put beside each other as far as the stage says how, and what is in none
    /// where it says; the largest group first.
    /// - Parameter fields: with positions in the frames of their groups.
    package init(groups fields: [Field], pairs: [Pair] = [], descriptions: [FieldDescription]) {
        self.init(fields: fields, pairs: pairs)
        let parts = Dictionary(grouping: fields.indices.filter { fields[$0].positionMicrometres != nil }) {
            fields[$0].group ?? 0
        }.values.sorted { ($1.count, $0[0]) < ($0.count, $1[0]) }
        StageFrame.apply(to: &self, descriptions: descriptions, parts: parts)
    }

    /// A distance to what matters to a grain, a tenth of a micrometre: outlines are no better known.
    static func rounded(_ micrometres: SIMD2<Double>) -> SIMD2<Double> {
        (micrometres * 10).rounded(.toNearestOrEven) / 10
    }
}
