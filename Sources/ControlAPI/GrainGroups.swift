/// `GET /v1/slides/NAME/groups`: grains that nobody identified, grouped by likeness.
package struct GrainGroups: Codable, Sendable, Equatable {
    /// Cosine distances between groups above it are not bridged, where a request names none.
    package static let usualThreshold = 0.5
    package static let thresholds = 0.01...2.0
    /// Grains that are grouped at most, the newest first.
    package static let grainsLimit = 3000

    package struct Group: Codable, Sendable, Equatable {
        /// From 1, the largest first.
        package var number: Int
        /// Those nearest to the middle of the group first.
        package var grains: [Int64]
        /// Mean equivalent diameter; null where no scale is known.
        @Nullable package var diameterUm: Double?
        /// Smallest and largest.
        @Nullable package var smallestUm: Double?
        @Nullable package var largestUm: Double?
        /// Mean circularity.
        @Nullable package var circularity: Double?

        package init(
            number: Int, grains: [Int64], diameterUm: Double?, smallestUm: Double?, largestUm: Double?,
            circularity: Double?
        ) {
            self.number = number
            self.grains = grains
            self.diameterUm = diameterUm
            self.smallestUm = smallestUm
            self.largestUm = largestUm
            self.circularity = circularity
        }
    }

    package var slide: String
    /// Fields with unidentified grains, and those of them that are looked at: groups come when all are.
    package var fields: Int
    package var fieldsDone: Int
    /// Unidentified grains.
    package var grains: Int
    package var threshold: Double
    /// How the groups are made, in a sentence.
    package var method: String
    package var groups: [Group]
    package var remarks: [String]

    package var isDone: Bool { fieldsDone >= fields }

    package init(
        slide: String, fields: Int, fieldsDone: Int, grains: Int, threshold: Double, method: String, groups: [Group],
        remarks: [String]
    ) {
        self.slide = slide
        self.fields = fields
        self.fieldsDone = fieldsDone
        self.grains = grains
        self.threshold = threshold
        self.method = method
        self.groups = groups
        self.remarks = remarks
    }
}
