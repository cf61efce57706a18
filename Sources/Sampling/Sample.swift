package import Foundation

/// What a trap caught and a slide shows: where, with what, and from when to when.
package struct Sample: Sendable, Equatable, Codable {
    package var station: String
    package var trap: Trap
    /// Of the tape, or of the part of it that the slide bears where `day` is nil.
    package var begins: Date
    package var ends: Date
    /// Of the IANA data base; the station's, or UTC where a network counts its days so.
    package var timeZone: String
    /// The day of the tape that the slide bears; nil: all of it.
    package var day: CalendarDay?
    package var mountingMedium: String
    package var stain: String
    /// Who made the slide.
    package var preparedBy: String
    /// Whatever else a laboratory notes.
    package var notes: [String: String]

    /// - Throws: `unknownTimeZone`, `badExposure`.
    package init(
        station: String, trap: Trap, begins: Date, ends: Date, timeZone: String, day: CalendarDay? = nil,
        mountingMedium: String = "", stain: String = "", preparedBy: String = "", notes: [String: String] = [:]
    ) throws(SamplingError) {
        self.station = station
        self.trap = trap
        self.begins = begins
        self.ends = ends
        self.timeZone = timeZone
        self.day = day
        self.mountingMedium = mountingMedium
        self.stain = stain
        self.preparedBy = preparedBy
        self.notes = notes
        guard !station.isEmpty else {
            throw SamplingError(.badExposure, "a sample without a station belongs nowhere", hint: "name its station")
        }
        let clock = try CivilClock(timeZone)
        func told(_ instant: Date) -> String { clock.isoText(instant) }
        guard begins < ends else {
            throw SamplingError(
                .badExposure, "the exposure ends (\(told(ends))) before it begins (\(told(begins)))",
                hint: "give the end after the beginning")
        }
        let hours = ends.timeIntervalSince(begins) / 3600
        let longest = Trap.tapeLengthMillimetres / trap.tapeSpeedMillimetresPerHour
        guard hours <= longest else {
            throw SamplingError(
                .badExposure,
                "an exposure of \(Arithmetic.text(hours)) h is longer than the tape: \(Arithmetic.text(longest)) h of "
                    + "\(Arithmetic.text(trap.tapeSpeedMillimetresPerHour)) mm an hour",
                hint: "state the time between two changes of the tape")
        }
        if let day, clock.start(of: day.next) <= begins || clock.start(of: day) >= ends {
            throw SamplingError(
                .badExposure, "the tape was not exposed on \(day): it was from \(told(begins)) to \(told(ends))",
                hint: "give a day of the exposure")
        }
    }

    /// What the slide bears.
    package var part: SamplePart { SamplePart(self) }
}
