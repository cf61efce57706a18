/// Daily values of one trap, day after day: `GET /v1/season`.
package struct SeasonReport: Codable, Sendable, Equatable {
    package struct Value: Codable, Sendable, Equatable {
        /// Of the taxon.
        package var key: String
        package var grains: Int
        package var perM3: Double
        /// 95 % interval.
        package var lowPerM3: Double
        package var highPerM3: Double

        package init(key: String, grains: Int, perM3: Double, lowPerM3: Double, highPerM3: Double) {
            self.key = key
            self.grains = grains
            self.perM3 = perM3
            self.lowPerM3 = lowPerM3
            self.highPerM3 = highPerM3
        }
    }

    /// A slide of the trap.
    package struct Day: Codable, Sendable, Equatable {
        /// Of the value: `2026-06-12`.
        package var date: String
        package var slide: String
        /// Of the deposit, 0...1; null where nothing is counted yet.
        @Nullable package var examinedShare: Double?
        /// Of all taxa that are counted on it; empty where nothing is.
        package var values: [Value]
        /// Why there is no value; null where there is one.
        @Nullable package var missing: String?
        /// Sentences that whoever uses the values must know.
        package var doubts: [String]

        package init(
            date: String, slide: String, examinedShare: Double?, values: [Value], missing: String?, doubts: [String]
        ) {
            self.date = date
            self.slide = slide
            self.examinedShare = examinedShare
            self.values = values
            self.missing = missing
            self.doubts = doubts
        }
    }

    /// A taxon's season.
    package struct Taxon: Codable, Sendable, Equatable {
        package var key: String
        package var species: String
        /// Sum of the daily means, pollen x day / m3: missing days add nothing.
        package var integral: Double
        @Nullable package var peakDate: String?
        @Nullable package var peakPerM3: Double?
        /// By the 95 % rule: the days on which 2.5 and 97.5 % of the integral are reached.
        @Nullable package var begins: String?
        @Nullable package var ends: String?

        package init(
            key: String, species: String, integral: Double, peakDate: String?, peakPerM3: Double?, begins: String?,
            ends: String?
        ) {
            self.key = key
            self.species = species
            self.integral = integral
            self.peakDate = peakDate
            self.peakPerM3 = peakPerM3
            self.begins = begins
            self.ends = ends
        }
    }

    package var station: String
    package var trapName: String
    package var timeZone: String
    /// Oldest first.
    package var days: [Day]
    package var taxa: [Taxon]
    /// Days between the first and the last that have no value.
    package var missingDates: [String]
    package var remarks: [String]

    package init(
        station: String, trapName: String, timeZone: String, days: [Day], taxa: [Taxon], missingDates: [String],
        remarks: [String]
    ) {
        self.station = station
        self.trapName = trapName
        self.timeZone = timeZone
        self.days = days
        self.taxa = taxa
        self.missingDates = missingDates
        self.remarks = remarks
    }
}
