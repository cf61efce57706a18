/// What a slide bears of a trap's tape: `GET /v1/slides/NAME/sample`.
package struct SampleReport: Codable, Sendable, Equatable {
    package var slide: String
    package var station: String
    package var trap: SampleChange.Trap
    package var trapName: String
    package var flowLMin: Double
    package var tapeSpeedMmH: Double
    package var depositWidthMm: Double
    /// Of the exposure, ISO 8601 by the station's clock, with its offset.
    package var begins: String
    package var ends: String
    package var timeZone: String
    /// That of the tape that the slide bears; null: all of the exposure.
    @Nullable package var day: String?
    /// The day that the value is of.
    package var date: String
    /// What the slide bears, from when to when.
    package var partBegins: String
    package var partEnds: String
    package var hours: Double
    /// Along the tape.
    package var depositLengthMm: Double
    package var depositAreaMm2: Double
    package var sampledVolumeM3: Double
    package var mountingMedium: String
    package var stain: String
    package var preparedBy: String
    package var notes: [String: String]
    /// Null where nothing is planned.
    @Nullable package var method: SampleChange.Method?
    /// ISO 8601, UTC: when it was last said, and by whom.
    package var at: String
    package var by: String

    package init(
        slide: String, station: String, trap: SampleChange.Trap, trapName: String, flowLMin: Double,
        tapeSpeedMmH: Double, depositWidthMm: Double, begins: String, ends: String, timeZone: String, day: String?,
        date: String, partBegins: String, partEnds: String, hours: Double, depositLengthMm: Double,
        depositAreaMm2: Double, sampledVolumeM3: Double, mountingMedium: String, stain: String, preparedBy: String,
        notes: [String: String], method: SampleChange.Method?, at: String, by: String
    ) {
        self.slide = slide
        self.station = station
        self.trap = trap
        self.trapName = trapName
        self.flowLMin = flowLMin
        self.tapeSpeedMmH = tapeSpeedMmH
        self.depositWidthMm = depositWidthMm
        self.begins = begins
        self.ends = ends
        self.timeZone = timeZone
        self.day = day
        self.date = date
        self.partBegins = partBegins
        self.partEnds = partEnds
        self.hours = hours
        self.depositLengthMm = depositLengthMm
        self.depositAreaMm2 = depositAreaMm2
        self.sampledVolumeM3 = sampledVolumeM3
        self.mountingMedium = mountingMedium
        self.stain = stain
        self.preparedBy = preparedBy
        self.notes = notes
        self.method = method
        self.at = at
        self.by = by
    }
}
