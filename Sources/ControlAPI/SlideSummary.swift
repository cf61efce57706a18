/// A slide: an element of `GET /v1/slides`, and `GET /v1/slides/NAME`.
package struct SlideSummary: Codable, Sendable, Equatable {
    package var name: String
    @Nullable package var note: String?
    /// ISO 8601, UTC.
    package var createdAt: String
    package var captures: Int
    /// Grains identified as one of the lens's species, over all captures; null where no lens has looked at one.
    @Nullable package var grains: Int?
    /// Objects that are none of the lens's species; null as `grains` is.
    @Nullable package var unidentified: Int?
    /// Air that passed the sampler.
    @Nullable package var sampledVolumeM3: Double?
    /// Of the slide or tape that the air was sampled on.
    @Nullable package var depositAreaMm2: Double?
    /// The run whose results count; null before there is one.
    @Nullable package var run: RunReference?
    /// The day that its values are of, `2026-06-12`; null where nobody said what it bears of a trap's tape.
    @Nullable package var sampleDate: String?
    /// Where its pictures are; its counts are there whatever becomes of them.
    package var pictures: PicturePlace

    package init(
        name: String, note: String?, createdAt: String, captures: Int, grains: Int?, unidentified: Int?,
        sampledVolumeM3: Double? = nil, depositAreaMm2: Double? = nil, run: RunReference? = nil,
        sampleDate: String? = nil, pictures: PicturePlace = .here
    ) {
        self.sampleDate = sampleDate
        self.name = name
        self.note = note
        self.createdAt = createdAt
        self.captures = captures
        self.grains = grains
        self.unidentified = unidentified
        self.sampledVolumeM3 = sampledVolumeM3
        self.depositAreaMm2 = depositAreaMm2
        self.run = run
        self.pictures = pictures
    }
}
