import Foundation
import Sampling
import Testing

/// Days and times by the clocks of stations, against offsets that the IANA data base is known to have.
@Suite struct CivilClockTests {
    /// 2026 in Berlin: summer time from 29 March 02:00 to 25 October 03:00.
    private let berlin = try! CivilClock("Europe/Berlin")

    private func utc(_ text: String) -> Date { try! CivilClock("UTC").instant(text) }

    @Test func daysOfTheCalendar() throws {
        #expect(CalendarDay("2026-02-29") == nil && CalendarDay("2026-13-01") == nil && CalendarDay("26-1-1") == nil)
        #expect(CalendarDay("2024-02-29")?.next.description == "2024-03-01")
        #expect(CalendarDay("1970-01-01")?.daysSinceEpoch == 0)
        #expect(CalendarDay("2026-06-12")?.daysSinceEpoch == 20_616)
        for days in stride(from: -20_000, through: 300_000, by: 271) {
            #expect(CalendarDay(sinceEpoch: days).daysSinceEpoch == days)
        }
    }

    @Test func timesAreOfTheZone() throws {
        #expect(try berlin.instant("2026-06-12T09:00") == utc("2026-06-12T07:00Z"))
        #expect(try berlin.instant("2026-01-12 09:00:30") == utc("2026-01-12T08:00:30Z"))
        #expect(berlin.isoText(utc("2026-06-12T22:30Z")) == "2026-06-13T00:30:00+02:00")
        #expect(berlin.day(at: utc("2026-06-12T22:30Z")).description == "2026-06-13")
    }

    @Test func anOffsetWins() throws {
        #expect(try berlin.instant("2026-06-12T09:00+05:30") == utc("2026-06-12T03:30Z"))
        #expect(try berlin.instant("2026-10-25T02:30+02:00") == utc("2026-10-25T00:30Z"))
        #expect(try berlin.instant("2026-10-25T02:30+0100") == utc("2026-10-25T01:30Z"))
        #expect(try berlin.instant("2026-03-29T02:30+01:00") == utc("2026-03-29T01:30Z"))
    }

    @Test func skippedAndRepeatedTimesAreRefused() throws {
        let skipped = #expect(throws: SamplingError.self) { try berlin.instant("2026-03-29T02:30") }
        #expect(
            skipped?.message
                == "clocks in Europe/Berlin never show 2026-03-29T02:30: they leave that hour out, as summer time begins"
        )
        #expect(skipped?.hint == "give a time that they show, as 2026-03-29T03:30:00+02:00")
        let repeated = #expect(throws: SamplingError.self) { try berlin.instant("2026-10-25T02:30") }
        #expect(
            repeated?.message == "clocks in Europe/Berlin show 2026-10-25T02:30 twice, as summer time ends")
        #expect(repeated?.hint == "say which: 2026-10-25T02:30:00+02:00 and 2026-10-25T02:30:00+01:00")
        #expect(try berlin.instant("2026-03-29T01:59") == utc("2026-03-29T00:59Z"))
        #expect(try berlin.instant("2026-10-25T03:00") == utc("2026-10-25T02:00Z"))
    }

    @Test(arguments: ["yesterday", "2026-06-12", "2026-06-31T09:00", "2026-06-12T24:00", "2026-06-12T09:00+99:00", ""])
    func whatIsNoTime(_ text: String) {
        #expect(throws: SamplingError.self) { try berlin.instant(text) }
    }

    @Test(arguments: ["Europe/Atlantis", "CET", "EST", "GMT+5", "", "berlin"])
    func unknownZones(_ name: String) {
        #expect(throws: SamplingError.self) { try CivilClock(name) }
    }

    /// Clocks in Beirut went from midnight to one on 27 March 2022.
    @Test func aDayMayBeginAtOne() throws {
        let beirut = try CivilClock("Asia/Beirut")
        let day = try #require(CalendarDay("2022-03-27"))
        #expect(beirut.start(of: day) == utc("2022-03-26T22:00Z"))
        #expect(beirut.isoText(beirut.start(of: day)) == "2022-03-27T01:00:00+03:00")
    }
}
