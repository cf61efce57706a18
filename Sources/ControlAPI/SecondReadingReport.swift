/// A slide, or some of its fields, read again by another person, who sees outlines and no names. It says nothing of what
/// either reader found.
package struct SecondReadingReport: Codable, Sendable, Equatable {
    package struct Field: Codable, Sendable, Equatable {
        package var capture: Int64
        /// ISO 8601, UTC; null while it is not read to its end.
        @Nullable package var finishedAt: String?
        /// Somebody left it out since: it is not read.
        package var isExcluded: Bool

        package init(capture: Int64, finishedAt: String?, isExcluded: Bool) {
            self.capture = capture
            self.finishedAt = finishedAt
            self.isExcluded = isExcluded
        }
    }

    package var id: Int64
    package var slide: String
    package var run: Int64
    /// ISO 8601, UTC.
    package var at: String
    /// The second reader.
    package var reader: String
    /// The person and the user who connected.
    package var by: String
    /// Names of those who reviewed, drew or finished anything of these fields before; empty where the lens alone named.
    package var firstReaders: [String]
    /// Of the choice and the order of the fields.
    package var seed: Int64
    /// Analysed fields of the slide that count may be more: those of the reading, in the order in which they are read.
    package var fields: [Field]
    /// Read to their end, without those left out.
    package var finished: Int
    /// The field to read next; null where all are read.
    @Nullable package var next: Int64?

    package init(
        id: Int64, slide: String, run: Int64, at: String, reader: String, by: String, firstReaders: [String],
        seed: Int64,
        fields: [Field]
    ) {
        self.id = id
        self.slide = slide
        self.run = run
        self.at = at
        self.reader = reader
        self.by = by
        self.firstReaders = firstReaders
        self.seed = seed
        self.fields = fields
        finished = fields.count { $0.finishedAt != nil && !$0.isExcluded }
        next = fields.first { $0.finishedAt == nil && !$0.isExcluded }?.capture
    }
}
