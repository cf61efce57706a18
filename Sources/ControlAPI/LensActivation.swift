/// A lens was put in force, or taken back, as `GET /v1/lenses/activations` tells it.
package struct LensActivation: Codable, Sendable, Equatable {
    package var id: Int64
    package var at: String
    package var by: String
    /// Null for all slides that have no lens of their own.
    @Nullable package var slide: String?
    /// Null: none is chosen any more; the configured lens counts, or for a slide the one of all.
    @Nullable package var lens: String?
    @Nullable package var lensDigest: String?
    /// What was in force before was gone back to.
    package var isReturn: Bool

    package init(
        id: Int64, at: String, by: String, slide: String?, lens: String?, lensDigest: String?, isReturn: Bool
    ) {
        self.id = id
        self.at = at
        self.by = by
        self.slide = slide
        self.lens = lens
        self.lensDigest = lensDigest
        self.isReturn = isReturn
    }
}

/// Body of `POST /v1/lenses/LENS/activate`.
package struct LensActivationRequest: Codable, Sendable, Equatable {
    /// In place of a digest: what was in force before; again, what was before that.
    package static let previous = "previous"
    /// In place of a digest: none chosen; the configured lens, or for a slide the one of all.
    package static let byDefault = "default"

    /// For this slide alone; for all when left out.
    package var slide: String?

    package init(slide: String? = nil) { self.slide = slide }
}

/// Answer to `POST /v1/lenses/LENS/activate`: what counts from now on, and what other lenses counted.
package struct LensActivationResult: Codable, Sendable, Equatable {
    package struct Slide: Codable, Sendable, Equatable {
        package var slide: String
        /// Of its counts, made by other lenses.
        package var fields: Int
        /// Names of these lenses.
        package var lenses: [String]

        package init(slide: String, fields: Int, lenses: [String]) {
            self.slide = slide
            self.fields = fields
            self.lenses = lenses
        }
    }

    /// Slides that are told one by one; `slidesInAll` says how many there are.
    package static let told = 20

    package var activation: LensActivation
    /// The lens that counts now, for all or for the slide.
    package var lens: String
    package var lensDigest: String
    /// The newest first, at most `told`.
    package var slides: [Slide]
    package var slidesInAll: Int

    package init(activation: LensActivation, lens: String, lensDigest: String, slides: [Slide], slidesInAll: Int) {
        self.activation = activation
        self.lens = lens
        self.lensDigest = lensDigest
        self.slides = slides
        self.slidesInAll = slidesInAll
    }
}
