/// Body of `POST /v1/slides/NAME/second-readings`: a slide, or some of its fields by chance, is read again by another person.
package struct SecondReadingRequest: CheckedRequest, Equatable {
    /// So many fields; all where neither this nor the share is given.
    package var fields: Int?
    /// This share of the fields, above 0 and at most 1; one field at least.
    package var share: Double?
    /// Of the choice and the order of the fields, 0...4294967295; one is drawn when left out.
    package var seed: Int64?
    /// Who reads; needed where the first reader used the same login, the login name when left out.
    package var reader: String?

    package init(fields: Int? = nil, share: Double? = nil, seed: Int64? = nil, reader: String? = nil) {
        self.fields = fields
        self.share = share
        self.seed = seed
        self.reader = reader
    }

    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidReading, detail, hint: hint) }
        if fields != nil, share != nil {
            return refused("the second reading's size is given twice", "give a number of fields or a share")
        }
        if let fields, !(1...1_000_000).contains(fields) {
            return refused("\(fields) fields cannot be read", "give 1 or more")
        }
        if let share, !(share > 0 && share <= 1) {
            return refused("a share of \(share) is none", "give one above 0, and 1 at most")
        }
        if let seed, !(0...Int64(UInt32.max)).contains(seed) {
            return refused("the seed is \(seed)", "give a whole number from 0 to \(UInt32.max)")
        }
        return nil
    }
}
