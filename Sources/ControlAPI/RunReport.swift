/// One run of a slide: an element of `GET /v1/slides/NAME/runs`.
package struct RunReport: Codable, Sendable, Equatable {
    package var id: Int64
    /// The lens's name.
    package var lens: String
    /// SHA-256 of the lens's manifest, 64 lower-case hexadecimal digits.
    package var lensDigest: String
    package var settings: RunSettings
    /// ISO 8601, UTC.
    package var startedAt: String
    package var capturesDone: Int
    package var capturesTotal: Int
    /// Its results are those that count.
    package var isInForce: Bool
    /// Every species of the lens, zero counts too.
    package var counts: [SpeciesCount]
    package var unidentified: Int

    package init(
        id: Int64, lens: String, lensDigest: String, settings: RunSettings = RunSettings(), startedAt: String,
        capturesDone: Int, capturesTotal: Int, isInForce: Bool, counts: [SpeciesCount], unidentified: Int
    ) {
        self.id = id
        self.lens = lens
        self.lensDigest = lensDigest
        self.settings = settings
        self.startedAt = startedAt
        self.capturesDone = capturesDone
        self.capturesTotal = capturesTotal
        self.isInForce = isInForce
        self.counts = counts
        self.unidentified = unidentified
    }
}
