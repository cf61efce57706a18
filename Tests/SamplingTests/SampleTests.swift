import Foundation
import Sampling
import Testing

/// Which part of a tape is a day.
@Suite struct SampleTests {
    private func sample(
        _ begins: String, _ ends: String, zone: String = "Europe/Berlin", day: String? = nil,
        trap: Trap = try! Trap(model: .burkard)
    ) throws -> Sample {
        let clock = try CivilClock(zone)
        return try Sample(
            station: "Leipzig", trap: trap, begins: try clock.instant(begins), ends: try clock.instant(ends),
            timeZone: zone, day: day.map { try #require(CalendarDay($0)) })
    }

    @Test func aDayIs48Millimetres() throws {
        let part = try sample("2026-06-08T09:00", "2026-06-15T09:00", day: "2026-06-12").part
        #expect(part.hours == 24 && part.lengthMillimetres == 48 && part.depositSquareMillimetres == 672)
        #expect(abs(part.airCubicMetres - 14.4) < 1e-12 && part.twoHourSlots == 12)
        #expect(part.text(part.begins) == "2026-06-12T00:00:00+02:00")
        #expect(part.text(part.instant(alongMillimetres: 24)) == "2026-06-12T12:00:00+02:00")
    }

    /// The tape moves on whatever clocks do: 23 hours are 46 mm and 13.8 m³, 25 are 50 mm and 15 m³.
    @Test(arguments: [("2026-03-29", 23.0, 46.0, 13.8), ("2026-10-25", 25, 50, 15)])
    func daysOnWhichClocksChange(_ day: String, _ hours: Double, _ millimetres: Double, _ air: Double) throws {
        let date = try #require(CalendarDay(day))
        let before = CalendarDay(sinceEpoch: date.daysSinceEpoch - 2)
        let part = try sample("\(before)T09:00", "\(date.next.next)T09:00", day: day).part
        #expect(part.hours == hours && part.lengthMillimetres == millimetres && part.twoHourSlots == 12)
        #expect(abs(part.airCubicMetres - air) < 1e-12)
        #expect(part.date == date)
        // The same tape, by a network that counts in UTC.
        let utc = try sample("\(before)T09:00Z", "\(date.next.next)T09:00Z", zone: "UTC", day: day).part
        #expect(utc.hours == 24 && utc.lengthMillimetres == 48)
    }

    @Test func theFirstDayOfATapeIsShort() throws {
        let part = try sample("2026-06-08T09:00", "2026-06-15T09:00", day: "2026-06-08").part
        #expect(part.hours == 15 && part.lengthMillimetres == 30 && part.twoHourSlots == 8)
        // From change to change, without a day: the date is that of most hours.
        let change = try sample("2026-06-12T09:00", "2026-06-13T09:00").part
        #expect(change.hours == 24 && change.date.description == "2026-06-12")
        #expect(try sample("2026-06-12T13:00", "2026-06-13T13:00").part.date.description == "2026-06-13")
    }

    /// From Monday to Monday with the autumn's hour in between it is 169 h, for which drums have room.
    @Test func aWeekInAutumnFits() throws {
        #expect(try sample("2026-10-19T09:00", "2026-10-26T09:00").part.hours == 169)
    }

    @Test func badExposures() throws {
        func message(_ body: () throws -> Sample) -> String? {
            do {
                _ = try body()
                return nil
            } catch { return (error as? SamplingError)?.message }
        }
        #expect(
            message { try sample("2026-06-12T09:00", "2026-06-11T09:00") }
                == "the exposure ends (2026-06-11T09:00:00+02:00) before it begins (2026-06-12T09:00:00+02:00)")
        #expect(
            message { try sample("2026-06-01T09:00", "2026-06-12T09:00") }
                == "an exposure of 264 h is longer than the tape: 172.5 h of 2 mm an hour")
        #expect(
            message { try sample("2026-06-08T09:00", "2026-06-15T09:00", day: "2026-06-16") }
                == "the tape was not exposed on 2026-06-16: it was from 2026-06-08T09:00:00+02:00 to 2026-06-15T09:00:00+02:00"
        )
        #expect(message { try sample("2026-06-12T00:00", "2026-06-13T00:00", day: "2026-06-13") } != nil)
    }

    @Test func aTrapDrawsAir() {
        let refused = #expect(throws: SamplingError.self) { try Trap(model: .own, flowLitresPerMinute: 0) }
        #expect(refused?.message == "the flow is 0 l/min, which cannot be")
        #expect(throws: SamplingError.self) { try Trap(model: .own, flowLitresPerMinute: .nan) }
        #expect(throws: SamplingError.self) { try Trap(model: .own, tapeSpeedMillimetresPerHour: 0) }
        #expect(throws: SamplingError.self) { try Trap(model: .own, depositWidthMillimetres: -14) }
    }

    @Test func aSampleIsKeptAsJSON() throws {
        var one = try sample("2026-06-08T09:00", "2026-06-15T09:00", day: "2026-06-12")
        one.notes = ["rain": "none"]
        #expect(try JSONDecoder().decode(Sample.self, from: try JSONEncoder().encode(one)) == one)
    }
}
