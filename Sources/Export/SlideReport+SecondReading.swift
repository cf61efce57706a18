extension SlideReport {
    /// How far a second person, who saw no names, agrees with the first.
    package struct SecondReading: Sendable, Equatable {
        package struct Species: Sendable, Equatable {
            /// As people read it.
            package var name: String
            /// Objects that the first and the second reader took for it.
            package var first: Int
            package var second: Int
            /// Second less first, in per cent of the first; nil where the first found none.
            package var differencePercent: Double?
            /// Coefficient of variation of the two counts; nil where neither found any.
            package var variationPercent: Double?
            /// Cohen's, of it against all others; nil where undefined.
            package var kappa: Estimate?

            package init(
                name: String, first: Int, second: Int, differencePercent: Double?, variationPercent: Double?,
                kappa: Estimate?
            ) {
                self.name = name
                self.first = first
                self.second = second
                self.differencePercent = differencePercent
                self.variationPercent = variationPercent
                self.kappa = kappa
            }
        }

        /// Names of the first reader, or of several.
        package var first: String
        package var second: String
        /// Fields that both have read, and those of the reading.
        package var fieldsRead: Int
        package var fields: Int
        /// Of the choice of the fields.
        package var seed: Int64
        package var objects: Int
        package var alike: Int
        /// Cohen's; nil where undefined.
        package var kappa: Estimate?
        /// Coefficient of variation of the two counts of all grains; nil where neither found any.
        package var variationPercent: Double?
        package var species: [Species]
        package var differences: Int
        package var settled: Int
        package var remarks: [String]

        package init(
            first: String, second: String, fieldsRead: Int, fields: Int, seed: Int64, objects: Int, alike: Int,
            kappa: Estimate?, variationPercent: Double?, species: [Species], differences: Int, settled: Int,
            remarks: [String]
        ) {
            self.first = first
            self.second = second
            self.fieldsRead = fieldsRead
            self.fields = fields
            self.seed = seed
            self.objects = objects
            self.alike = alike
            self.kappa = kappa
            self.variationPercent = variationPercent
            self.species = species
            self.differences = differences
            self.settled = settled
            self.remarks = remarks
        }
    }
}
