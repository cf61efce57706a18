internal import Tabular

extension SlideReport {
    /// What a slide bears of a trap's tape, how it was examined, and its values line by line.
    package struct Sample: Sendable {
        /// One line of the calculation.
        package struct Step: Sendable, Equatable {
            package var words: String
            package var working: String
            package var value: Double
            /// With its unit.
            package var text: String

            package init(words: String, working: String, value: Double, text: String) {
                self.words = words
                self.working = working
                self.value = value
                self.text = text
            }
        }

        /// About two hours.
        package struct Slot: Sendable, Equatable {
            package var begins: String
            package var ends: String
            /// Nil where nothing was examined.
            package var grains: Int?
            package var perCubicMetre: Estimate?

            package init(begins: String, ends: String, grains: Int?, perCubicMetre: Estimate?) {
                self.begins = begins
                self.ends = ends
                self.grains = grains
                self.perCubicMetre = perCubicMetre
            }
        }

        package struct Taxon: Sendable, Equatable {
            /// Its key.
            package var species: String
            package var grains: Int
            /// Of the day.
            package var perCubicMetre: Estimate
            package var slots: [Slot]
            package var arithmetic: [Step]

            package init(
                species: String, grains: Int, perCubicMetre: Estimate, slots: [Slot], arithmetic: [Step]
            ) {
                self.species = species
                self.grains = grains
                self.perCubicMetre = perCubicMetre
                self.slots = slots
                self.arithmetic = arithmetic
            }
        }

        package var station: String
        /// That the values are of.
        package var date: String
        /// ISO 8601 by the station's clock, with its offset.
        package var begins: String
        package var ends: String
        package var timeZone: String
        /// What else is said of it, by name.
        package var about: [(name: String, text: String)]
        package var method: String
        /// Middles of bands, in mm.
        package var bands: [Double]
        package var fieldsPlanned: Int
        package var fieldsExamined: Int
        /// Of random fields.
        package var seed: Int?
        /// Of the deposit, 0...1.
        package var wantedShare: Double
        package var examinedShare: Double
        package var doubts: [String]
        /// What all taxa share.
        package var arithmetic: [Step]
        package var taxa: [Taxon]

        package init(
            station: String, date: String, begins: String, ends: String, timeZone: String,
            about: [(name: String, text: String)], method: String, bands: [Double], fieldsPlanned: Int,
            fieldsExamined: Int, seed: Int?, wantedShare: Double, examinedShare: Double, doubts: [String],
            arithmetic: [Step], taxa: [Taxon]
        ) {
            self.station = station
            self.date = date
            self.begins = begins
            self.ends = ends
            self.timeZone = timeZone
            self.about = about
            self.method = method
            self.bands = bands
            self.fieldsPlanned = fieldsPlanned
            self.fieldsExamined = fieldsExamined
            self.seed = seed
            self.wantedShare = wantedShare
            self.examinedShare = examinedShare
            self.doubts = doubts
            self.arithmetic = arithmetic
            self.taxa = taxa
        }

        var json: JSON {
            func value(_ estimate: Estimate?) -> [(String, JSON)] {
                [
                    ("grains_per_m3", JSON(Cell(estimate?.value))),
                    ("grains_per_m3_low", JSON(Cell(estimate?.lower))),
                    ("grains_per_m3_high", JSON(Cell(estimate?.upper))),
                ]
            }
            func steps(_ steps: [Step]) -> JSON {
                .array(
                    steps.map {
                        Self.object([
                            ("words", .string($0.words)), ("working", .string($0.working)),
                            ("value", JSON(Cell($0.value))), ("text", .string($0.text)),
                        ])
                    })
            }
            return Self.object([
                ("station", .string(station)), ("date", .string(date)), ("begins", .string(begins)),
                ("ends", .string(ends)), ("time_zone", .string(timeZone)),
                ("about", Self.object(about.map { ($0.name, .string($0.text)) })), ("method", .string(method)),
                ("bands_at_mm", .array(bands.map { JSON(Cell($0)) })), ("fields_planned", JSON(Cell(fieldsPlanned))),
                ("fields_examined", JSON(Cell(fieldsExamined))), ("seed", JSON(Cell(seed))),
                ("wanted_share", JSON(Cell(wantedShare))), ("examined_share", JSON(Cell(examinedShare))),
                ("doubts", .array(doubts.map { .string($0) })), ("arithmetic", steps(arithmetic)),
                (
                    "taxa",
                    .array(
                        taxa.map { taxon in
                            Self.object(
                                [("species", .string(taxon.species)), ("grains", JSON(Cell(taxon.grains)))]
                                    + value(taxon.perCubicMetre) + [
                                        (
                                            "two_hours",
                                            .array(
                                                taxon.slots.map { slot in
                                                    Self.object(
                                                        [
                                                            ("begins", .string(slot.begins)),
                                                            ("ends", .string(slot.ends)),
                                                            ("grains", JSON(Cell(slot.grains))),
                                                        ] + value(slot.perCubicMetre))
                                                })
                                        ), ("arithmetic", steps(taxon.arithmetic)),
                                    ])
                        })
                ),
            ])
        }

        private static func object(_ members: [(String, JSON)]) -> JSON {
            .object(Dictionary(members) { first, _ in first })
        }
    }
}
