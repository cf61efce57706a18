/// `GET /v1/second-readings/ID/fields/CAPTURE`: a field as the second reader sees it, outlines without the names that the lens
/// and the first reader gave.
package struct SecondReadingField: Codable, Sendable, Equatable {
    package struct Object: Codable, Sendable, Equatable {
        /// Null for what the second reader drew.
        @Nullable package var grain: Int64?
        @Nullable package var drawn: Int64?
        /// Closed polygon of [x, y]; the first corner is not repeated.
        package var outlinePx: [SIMD2<Double>]
        /// The second reader's own word: key of a species, `unidentified` or `no-grain`; null where nothing is said yet.
        @Nullable package var species: String?

        package init(grain: Int64?, drawn: Int64?, outlinePx: [SIMD2<Double>], species: String?) {
            self.grain = grain
            self.drawn = drawn
            self.outlinePx = outlinePx
            self.species = species
        }
    }

    package var reading: Int64
    package var capture: Int64
    package var width: Int
    package var height: Int
    @Nullable package var nmPerPixel: Double?
    package var isFinished: Bool
    package var objects: [Object]

    package init(
        reading: Int64, capture: Int64, width: Int, height: Int, nmPerPixel: Double?, isFinished: Bool,
        objects: [Object]
    ) {
        self.reading = reading
        self.capture = capture
        self.width = width
        self.height = height
        self.nmPerPixel = nmPerPixel
        self.isFinished = isFinished
        self.objects = objects
    }
}
