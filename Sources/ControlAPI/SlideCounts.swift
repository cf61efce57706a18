/// `GET /v1/slides/NAME/counts`: the counts of all captures of a slide, in the run in force, with reviews.
package struct SlideCounts: Codable, Sendable, Equatable {
    package var slide: String
    /// The run in force; null before there is one.
    @Nullable package var run: RunReference?
    /// Captures that are counted.
    package var captures: Int
    /// Captures that count as fields: repeats of one field are one.
    package var fields: Int
    /// Of the fields, overlaps once; null where a scale is unknown.
    @Nullable package var areaExaminedCm2: Double?
    /// Identified grains: the sum over `species`.
    package var total: Int
    /// Every species of the lens, zero counts too.
    package var species: [SpeciesCount]
    /// Objects that are none of the species.
    package var unidentified: Int
    /// Grains that another field has shown already; not counted.
    package var doubles: Int
    /// Objects that a rule or a person rejected; not counted.
    package var rejected: Int
    /// Captures that a person left out.
    package var excludedCaptures: Int
    /// Counted captures that their lens does not vouch for: fields unlike those it knows.
    package var capturesNotVouchedFor: Int
    /// Fields whose neighbours are known, so that a grain that several show counts once; all that come after are
    /// provisional.
    package var surveyedFields: Int
    /// Fields that are to be surveyed: those that are counted and whose scale is known.
    package var fieldsToSurvey: Int
    /// Sentences that whoever uses the counts must know; empty where there are none.
    package var doubts: [String]

    /// - Parameters:
    ///   - fields: as many as captures when left out.
    ///   - surveyedFields, fieldsToSurvey: all captures when left out.
    package init(
        slide: String, run: RunReference? = nil, captures: Int, fields: Int? = nil, areaExaminedCm2: Double? = nil,
        species: [SpeciesCount], unidentified: Int, doubles: Int = 0, rejected: Int = 0,
        excludedCaptures: Int = 0, capturesNotVouchedFor: Int = 0, surveyedFields: Int? = nil,
        fieldsToSurvey: Int? = nil, doubts: [String] = []
    ) {
        self.slide = slide
        self.run = run
        self.captures = captures
        self.fields = fields ?? captures
        self.areaExaminedCm2 = areaExaminedCm2
        total = species.reduce(0) { $0 + $1.grains }
        self.species = species
        self.unidentified = unidentified
        self.doubles = doubles
        self.rejected = rejected
        self.excludedCaptures = excludedCaptures
        self.capturesNotVouchedFor = capturesNotVouchedFor
        self.surveyedFields = surveyedFields ?? captures
        self.fieldsToSurvey = fieldsToSurvey ?? captures
        self.doubts = doubts
    }
}
