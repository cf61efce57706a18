/// Where one capture lies on its slide: an element of `SlidePlacements`.
package struct FieldPlacement: Codable, Sendable, Equatable {
    package enum Means: String, Codable, Sendable {
        /// The stage said where.
        case stage
        /// The pictures of overlapping fields say where.
        case registered
    }

    package var capture: Int64
    /// Of the field's upper left corner, to the right; null where the field is not placed.
    @Nullable package var xUm: Double?
    /// Of the field's upper left corner, downwards; null where the field is not placed.
    @Nullable package var yUm: Double?
    /// How its place is known; null where the field is not placed.
    @Nullable package var how: Means?
    /// Why the field is not placed.
    @Nullable package var reason: String?
    /// Fields of one group are placed relative to each other.
    @Nullable package var group: Int?
    /// Of a registered place, 0...1.
    @Nullable package var confidence: Double?
    /// The earlier capture that this one shows again.
    @Nullable package var repeats: Int64?

    package var isPlaced: Bool { xUm != nil && yUm != nil }

    package init(
        capture: Int64, xUm: Double? = nil, yUm: Double? = nil, how: Means? = nil, reason: String? = nil,
        group: Int? = nil, confidence: Double? = nil, repeats: Int64? = nil
    ) {
        self.capture = capture
        self.xUm = xUm
        self.yUm = yUm
        self.how = how
        self.reason = reason
        self.group = group
        self.confidence = confidence
        self.repeats = repeats
    }
}
