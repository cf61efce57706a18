/// Where one picture lies on another.
package struct Registration: Sendable, Equatable {
    /// From the moving picture's pixels to the fixed picture's.
    package var transform: Similarity
    /// 0...1; see ``Registrar``.
    package var confidence: Double
    /// Correlation coefficient of the two pictures where they overlap, -1...1.
    package var correlation: Double
    /// Part of the smaller picture that the other one covers, 0...1.
    package var overlap: Double

    package init(transform: Similarity, confidence: Double, correlation: Double, overlap: Double) {
        self.transform = transform
        self.confidence = confidence
        self.correlation = correlation
        self.overlap = overlap
    }
}
