/// What a search for the focus found: answer to `POST /v1/focus`.
package struct FocusReport: Codable, Sendable, Equatable {
    package struct Point: Codable, Sendable, Equatable {
        package var heightUm: Double
        /// As a share of that of the sharpest height measured, 0...1.
        package var sharpness: Double

        package init(heightUm: Double, sharpness: Double) {
            self.heightUm = heightUm
            self.sharpness = sharpness
        }
    }

    /// Where the motor stands now.
    package var heightUm: Double
    /// Where it stood before.
    package var startedAtUm: Double
    /// The sharpest height is the end of what it may do: the focus may lie beyond.
    package var atLimit: Bool
    /// In the order of measuring.
    package var curve: [Point]

    package init(heightUm: Double, startedAtUm: Double, atLimit: Bool, curve: [Point]) {
        self.heightUm = heightUm
        self.startedAtUm = startedAtUm
        self.atLimit = atLimit
        self.curve = curve
    }
}
