/// Daily values of one trap, day after day and year after year: `GET /v1/season`.
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

    /// A day that slides bear.
    package struct Day: Codable, Sendable, Equatable {
        /// `2026-06-12`.
        package var date: String
        /// Name of the year that it lies in.
        package var year: String
        /// In the order of their exposure: two on the day on which a tape is changed.
        package var slides: [String]
        /// Exposed, of those slides that the value rests on.
        package var hours: Double
        /// Sampled in these hours.
        package var airM3: Double
        /// Of the deposit of these, 0...1; null where nothing is counted yet.
        @Nullable package var examinedShare: Double?
        /// Of all taxa that are counted on it, the mean over `hours`; empty where nothing is.
        package var values: [Value]
        /// Why there is no value; null where there is one.
        @Nullable package var missing: String?
        /// Sentences that whoever uses the values must know.
        package var doubts: [String]

        package init(
            date: String, year: String, slides: [String], hours: Double, airM3: Double, examinedShare: Double?,
            values: [Value], missing: String?, doubts: [String]
        ) {
            self.date = date
            self.year = year
            self.slides = slides
            self.hours = hours
            self.airM3 = airM3
            self.examinedShare = examinedShare
            self.values = values
            self.missing = missing
            self.doubts = doubts
        }
    }

    /// A taxon's season in one year.
    package struct Season: Codable, Sendable, Equatable {
        package var year: String
        /// Sum of the daily means, pollen x day / m3: missing days add nothing.
        package var integral: Double
        @Nullable package var peakDate: String?
        @Nullable package var peakPerM3: Double?
        /// By the 95 % rule: the days on which 2.5 and 97.5 % of the integral are reached.
        @Nullable package var begins: String?
        @Nullable package var ends: String?

        package init(
            year: String, integral: Double, peakDate: String?, peakPerM3: Double?, begins: String?, ends: String?
        ) {
            self.year = year
            self.integral = integral
            self.peakDate = peakDate
            self.peakPerM3 = peakPerM3
            self.begins = begins
            self.ends = ends
        }
    }

    package struct Taxon: Codable, Sendable, Equatable {
        package var key: String
        package var species: String
        /// A year after the other.
        package var seasons: [Season]

        package init(key: String, species: String, seasons: [Season]) {
            self.key = key
            self.species = species
            self.seasons = seasons
        }

        /// A grain of it was counted.
        package var isSeen: Bool { seasons.contains { $0.integral > 0 } }
    }

    package struct Year: Codable, Sendable, Equatable {
        /// `2026`; `2026/27` where years begin later than in January.
        package var name: String
        /// Its first day, which may have no value.
        package var begins: String
        /// Days with a value.
        package var days: Int
        /// Days without a value between its first and its last one with a value.
        package var missingDates: [String]

        package init(name: String, begins: String, days: Int, missingDates: [String]) {
            self.name = name
            self.begins = begins
            self.days = days
            self.missingDates = missingDates
        }
    }

    package var station: String
    package var trapName: String
    package var timeZone: String
    /// Oldest first, each once.
    package var days: [Day]
    package var taxa: [Taxon]
    package var years: [Year]
    package var remarks: [String]

    package init(
        station: String, trapName: String, timeZone: String, days: [Day], taxa: [Taxon], years: [Year],
        remarks: [String]
    ) {
        self.station = station
        self.trapName = trapName
        self.timeZone = timeZone
        self.days = days
        self.taxa = taxa
        self.years = years
        self.remarks = remarks
    }

    /// Days without a value between the first and the last of their years.
    package var missingDates: [String] { years.flatMap(\.missingDates) }

    package var seenTaxa: [Taxon] { taxa.filter(\.isSeen) }
}
