import Sampling
import Testing

struct SeasonTests {
    private func day(_ number: Int, _ value: Double) throws -> Season.Day {
        Season.Day(try #require(CalendarDay(year: 2026, month: 5, day: number)), value)
    }

    /// By hand: the sum is 200; 2.5 % of it are 5, reached on the 3rd (1 + 4), 97.5 % are 195, reached on the 8th.
    @Test func aSeasonByTheRuleOf95Percent() throws {
        let values = [0, 1, 4, 35, 80, 40, 30, 6, 3, 1].enumerated()
        let season = Season(try values.map { try day($0.offset + 1, Double($0.element)) }.reversed())
        #expect(season.integral == 200)
        #expect(season.main?.first.description == "2026-05-03" && season.main?.last.description == "2026-05-08")
        #expect(try season.peak == day(5, 80))
        #expect(season.cumulative.last == 200 && season.cumulative[2] == 5)
    }

    @Test func edges() throws {
        #expect(Season([]).main == nil && Season([]).peak == nil && Season([]).integral == 0)
        #expect(Season([try day(1, 0), try day(2, 0)]).main == nil)
        let one = Season([try day(7, 0.1)])
        #expect(one.main?.first == one.main?.last && one.main?.first.day == 7)
        // Of equal peaks the first.
        let season = Season([try day(2, 9), try day(1, 9)])
        #expect(try season.peak == day(1, 9) && season.integral == 18)
    }

    @Test func daysWithoutAValueAreTold() throws {
        let known = try [3, 1, 6].map { try day($0, 1).date }
        #expect(Season.missing(known).map(\.day) == [2, 4, 5])
        #expect(Season.missing([]).isEmpty)
    }

    /// By hand: 9 h with 20 [12, 36] and 15 h with 60 [50, 72] grains/m³: 0.375 x 20 + 0.625 x 60 = 45; below it
    /// √((0.375 x 8)² + (0.625 x 10)²) = √48.0625, above it √((0.375 x 16)² + (0.625 x 12)²) = √92.25.
    @Test func aDayOnTwoSlides() throws {
        let parts = [
            DayMean.Part(hours: 9, grains: 11, perM3: 20, lowPerM3: 12, highPerM3: 36),
            DayMean.Part(hours: 15, grains: 55, perM3: 60, lowPerM3: 50, highPerM3: 72),
        ]
        let mean = try #require(DayMean(parts))
        #expect(mean.hours == 24 && mean.grains == 66 && mean.perM3 == 45)
        #expect(abs(mean.lowPerM3 - (45 - 48.0625.squareRoot())) < 1e-9)
        #expect(abs(mean.highPerM3 - (45 + 92.25.squareRoot())) < 1e-9)
        let alone = try #require(DayMean([parts[1]]))
        #expect(alone.perM3 == 60 && alone.lowPerM3 == 50 && alone.highPerM3 == 72)
        #expect(DayMean([]) == nil)
    }

    @Test func yearsThatBeginInJuly() throws {
        let (june, july) = (try #require(CalendarDay("2026-06-30")), try #require(CalendarDay("2026-07-01")))
        #expect(SeasonYear(of: june).name == "2026" && SeasonYear(of: july).firstDay.description == "2026-01-01")
        #expect(SeasonYear(of: june, firstMonth: 7).name == "2025/26")
        #expect(SeasonYear(of: july, firstMonth: 7).name == "2026/27")
        #expect(SeasonYear(of: june, firstMonth: 7) < SeasonYear(of: july, firstMonth: 7))
        #expect(SeasonYear(of: june, firstMonth: 7).firstDay.description == "2025-07-01")
        #expect(SeasonYear(of: try #require(CalendarDay("2099-08-01")), firstMonth: 7).name == "2099/00")
    }
}
