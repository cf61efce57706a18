import Statistics
import Testing

/// By hand, and against readers whose errors are known.
struct RepeatedCountTests {
    @Test func variationOfTwoCounts() throws {
        // 90 and 110: mean 100, standard deviation √200 = 14.14.
        let repeated = try #require(RepeatedCount(90, 110))
        #expect(abs(repeated.variationPercent - 14.142_135_6) < 1e-6 && repeated.isWithinLimit)
        #expect(RepeatedCount(110, 90) == repeated)
        #expect(try #require(RepeatedCount(7, 7)).variationPercent == 0)
        #expect(abs(try #require(RepeatedCount(0, 3)).variationPercent - 141.421_356) < 1e-5)
        #expect(try #require(RepeatedCount(60, 100)).isWithinLimit == false)
        #expect(RepeatedCount(0, 0) == nil)
    }

    /// Of 1,000 grains one reader misses 20 %: √2 x 200 / 1,800 = 15.7 %. Without other objects and with one kind beside
    /// that no one confuses, they agree on 80 % of each species.
    @Test func whatWasPutInComesOut() throws {
        let study = ReaderStudy(
            .init(missed: 0, confused: 0, invented: 0), .init(missed: 0.2, confused: 0, invented: 0),
            shares: [0.5, 0.3, 0.2], objects: 400, readings: 400, seed: 3)
        #expect(abs(study.trueVariationPercent - 15.713_484) < 1e-5)
        #expect(abs(study.variationPercent - study.trueVariationPercent) < 0.5)
        // Agreement 0.84; by chance 0.5 x 0.4 + 0.3 x 0.24 + 0.2 x 0.36 = 0.344.
        #expect(abs(study.trueKappa - (0.84 - 0.344) / (1 - 0.344)) < 1e-9)
        #expect(abs(study.meanKappa - study.trueKappa) < 0.01 && study.withinLimit > 0.99)
        #expect((0.93...0.97).contains(study.coverage))
    }
}
