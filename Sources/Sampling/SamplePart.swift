package import Foundation

/// The part of a tape that a slide bears: a day of the calendar, as far as the tape was exposed on it.
///
/// Values are per day of the calendar in the sample's time zone: that is the day of health registers, weather stations and
/// forecasts, which the values are compared with. A network that counts its days in UTC states UTC as the zone. The tape knows
/// no clocks and moves on: the day on which summer time begins is 23 hours, 46 mm of tape and 13.8 m³ of air, the one on which
/// it ends 25 hours, 50 mm and 15.0 m³; a mean concentration over such a day is over the hours that it had.
package struct SamplePart: Sendable, Equatable {
    package let begins: Date
    package let ends: Date
    /// That the value is of: the one that most of the part lies in, of equal ones the first.
    package let date: CalendarDay
    /// Along the tape.
    package let lengthMillimetres: Double
    /// Across the tape.
    package let widthMillimetres: Double
    package let airCubicMetres: Double
    private let clock: CivilClock?

    init(_ sample: Sample) {
        let clock = try? CivilClock(sample.timeZone)
        var (begins, ends) = (sample.begins, sample.ends)
        if let day = sample.day, let clock {
            begins = max(begins, clock.start(of: day))
            ends = min(ends, clock.start(of: day.next))
        }
        let middle = begins.addingTimeInterval(max(0, ends.timeIntervalSince(begins) / 2 - 1))
        date = sample.day ?? clock?.day(at: middle) ?? CalendarDay(sinceEpoch: 0)
        self.clock = clock
        self.begins = begins
        self.ends = ends
        let hours = ends.timeIntervalSince(begins) / 3600
        lengthMillimetres = hours * sample.trap.tapeSpeedMillimetresPerHour
        widthMillimetres = sample.trap.depositWidthMillimetres
        airCubicMetres = sample.trap.flowLitresPerMinute * hours * 60 / 1000
    }

    package var hours: Double { ends.timeIntervalSince(begins) / 3600 }

    package var depositSquareMillimetres: Double { lengthMillimetres * widthMillimetres }

    /// How many values of about two hours it gives: 12 of a day, also of one with 23 or 25 hours.
    package var twoHourSlots: Int {
        let slots = (hours / 2).rounded()
        return hours > 22 && hours < 26 ? 12 : max(1, Int(exactly: slots) ?? 1)
    }

    /// When the tape at a place passed the slit.
    package func instant(alongMillimetres: Double) -> Date {
        begins.addingTimeInterval(ends.timeIntervalSince(begins) * alongMillimetres / lengthMillimetres)
    }

    /// By the station's clock, with its offset.
    package func text(_ instant: Date) -> String { clock?.isoText(instant) ?? "" }
}
