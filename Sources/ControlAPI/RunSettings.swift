/// What a run counts; null means as the lens says.
package struct RunSettings: Codable, Sendable, Equatable {
    /// Which grains the border of the field may cut.
    package enum Border: String, Codable, Sendable, CaseIterable {
        /// Counts what the top or left side cuts, not what the bottom or right side cuts.
        case twoEdges = "two-edges"
        case all
        /// Counts whole grains only.
        case wholeOnly = "none"
    }

    /// Below it a grain is unidentified, 0...1.
    @Nullable package var minimumConfidence: Double?
    /// Below it an object is rejected.
    @Nullable package var minimumAreaUm2: Double?
    @Nullable package var border: Border?

    package init(minimumConfidence: Double? = nil, minimumAreaUm2: Double? = nil, border: Border? = nil) {
        self.minimumConfidence = minimumConfidence
        self.minimumAreaUm2 = minimumAreaUm2
        self.border = border
    }
}
