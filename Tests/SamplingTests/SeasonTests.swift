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
        // Of equal peaks the first; of two values of a day the first.
        let season = Season([try day(2, 9), try day(1, 9), try day(2, 50)])
        #expect(try season.peak == day(1, 9) && season.integral == 18)
    }

    @Test func daysWithoutAValueAreTold() throws {
        let known = try [3, 1, 6].map { try day($0, 1).date }
        #expect(Season.missing(known).map(\.day) == [2, 4, 5])
        #expect(Season.missing([]).isEmpty)
    }
}
