import Acquisition
import ControlAPI
import Foundation
import Testing

/// A slide of a trap, from what is said of it to its daily value.
@Suite struct SampleTests {
    private let anna = Peer(uid: 1000, gid: 1000, pid: 42)

    private func stated(_ edit: (inout SampleChange) -> Void = { _ in }) -> SampleChange {
        var change = SampleChange()
        (change.station, change.timeZone) = ("Leipzig", "Europe/Berlin")
        (change.begins, change.ends, change.day) = ("2026-06-08T09:00", "2026-06-15T09:00", "2026-06-12")
        edit(&change)
        return change
    }

    private func problem(_ body: () async throws -> Void) async -> Problem? {
        do {
            try await body()
            return nil
        } catch { return error as? Problem }
    }

    @Test func aDayOfATape() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: anna)
        #expect(await problem { _ = try await microscope.sample(ofSlide: "s") }?.isKind(.sampleNotFound) == true)
        let sample = try await microscope.changeSample(ofSlide: "s", stated(), by: anna)
        #expect(sample.date == "2026-06-12" && sample.hours == 24 && sample.depositAreaMm2 == 672)
        #expect(sample.method == nil && sample.trap == .burkard && sample.begins == "2026-06-08T09:00:00+02:00")
        // One way to say volume and area.
        #expect(try await microscope.slide("s").depositAreaMm2 == 672)
        let twice = await problem {
            _ = try await microscope.changeSlide("s", SlideChange(sampledVolumeM3: 3), by: anna)
        }
        #expect(twice?.detail.contains("follow from its sample") == true)
        #expect(await problem { _ = try await microscope.samplePlan(ofSlide: "s") }?.isKind(.sampleRefused) == true)
        let unknown = await problem {
            var change = SampleChange()
            change.method = .longitudinal
            _ = try await microscope.changeSample(ofSlide: "s", change, by: anna)
        }
        #expect(unknown?.detail == "how large a field is is not known: no capture of the slide has a scale")

        // Two fields of a millimetre's band: a plan that two captures fulfil.
        var method = SampleChange()
        (method.method, method.fields, method.seed, method.share) = (.random, 2, 7, 0.0001)
        (method.fieldAlongUm, method.fieldAcrossUm) = (230.4, 184.32)
        #expect(try await microscope.changeSample(ofSlide: "s", method, by: anna).method == .random)
        var plan = try await microscope.samplePlan(ofSlide: "s")
        #expect(plan.fields == 2 && plan.taken == 0 && plan.next?.number == 1 && plan.moveAlongMm == nil)
        #expect(plan.faults.contains("2 random fields are too few: EN 16868 asks for 500 or more"))
        let places = try await microscope.plannedFields(ofSlide: "s")

        // Both that are planned, and one that is not.
        try await microscope.captured(CaptureRequest(slide: "s", planned: true))
        plan = try await microscope.samplePlan(ofSlide: "s")
        #expect(plan.taken == 1 && plan.next?.number == 2)
        #expect(plan.moveAlongMm == places[1].alongMm - places[0].alongMm)
        try await microscope.captured(CaptureRequest(slide: "s", planned: true))
        try await microscope.captured(CaptureRequest(slide: "s"))
        let captures = try await microscope.captures(ofSlide: "s")
        #expect(captures.map(\.alongMm) == [places[0].alongMm, places[1].alongMm, nil])
        plan = try await microscope.samplePlan(ofSlide: "s")
        #expect(plan.taken == 2 && plan.next == nil && plan.unplanned == 1)
        let full = await problem {
            _ = try await microscope.startCaptures(CaptureRequest(slide: "s", planned: true), by: anna)
        }
        #expect(full?.detail == "all planned fields of the slide \"s\" are captured")

        // A taxon that the lens does not know is counted by hand.
        let birch = try await microscope.addSpecies(SpeciesRequest(name: "Betula pendula"), by: anna)
        let outline = (0..<24).map { step in
            let angle = Double(step) / 24 * 2 * .pi
            return SIMD2(60 + 15 * cos(angle), 940 + 15 * sin(angle))
        }
        _ = try await microscope.review(
            ReviewRequest(
                action: .draw, grains: [], species: birch.key, reviewer: "Anna", outlinesPx: [outline],
                capture: captures[0].id), by: anna)
        let values = try await microscope.sampleValues(ofSlide: "s")
        #expect(values.fields == 2 && values.taxa.map(\.key).contains(birch.key))
        let counted = try #require(values.taxa.first { $0.key == birch.key })
        // By hand: one grain on two counting frames, which the border rule makes 5 µm smaller.
        let area = 2 * (0.2304 - 0.005) * (0.18432 - 0.005)
        #expect(counted.day.grains == 1 && abs(values.examinedMm2 - area) < 1e-3)
        #expect(abs(counted.day.perM3 - 672 / values.examinedMm2 / 14.4) < 1e-9)
        #expect(counted.day.lowPerM3 < counted.day.perM3 && counted.day.perM3 < counted.day.highPerM3)
        #expect(values.arithmetic.map(\.words).first == "air sampled")
        #expect(values.doubts.contains { $0.hasPrefix("capture 3 is of no planned field") })
        // Counts, report and file say the same.
        let count = try await microscope.counts(ofSlide: "s", untilPrecision: nil).species.first { $0.key == birch.key }
        #expect(count?.concentrationPerM3 == counted.day.perM3)
        let json = try #require(
            try JSONSerialization.jsonObject(
                with: Data(try await microscope.export(slide: "s", format: .json, capture: nil))) as? [String: Any])
        let told = try #require(json["sample"] as? [String: Any])
        #expect(told["date"] as? String == "2026-06-12" && told["method"] as? String == "random")
        let taxa = try #require(told["taxa"] as? [[String: Any]])
        let one = try #require(taxa.first { $0["species"] as? String == birch.key })
        #expect(abs((one["grains_per_m3"] as? Double ?? 0) - counted.day.perM3) < 1e-9)
        let report = String(
            decoding: try await microscope.export(slide: "s", format: .report, capture: nil), as: UTF8.self)
        for step in values.arithmetic.map(\.working) + counted.arithmetic.map(\.words) {
            #expect(report.contains(step.replacing("²", with: "&#178;").replacing("³", with: "&#179;")), "\(step)")
        }

        // The season of the trap is this day, and a slide that nobody looked at.
        _ = try await microscope.createSlide(SlideCreation(name: "t"), by: anna)
        _ = try await microscope.changeSample(ofSlide: "t", stated { $0.day = "2026-06-14" }, by: anna)
        let season = try await microscope.season(SeasonRequest(station: "leipzig", from: nil, to: nil))
        #expect(season.days.map(\.date) == ["2026-06-12", "2026-06-14"])
        #expect(season.days[0].values.first { $0.key == birch.key }?.perM3 == counted.day.perM3)
        #expect(season.days[1].missing == "how it is examined is not said")
        let taxon = try #require(season.taxa.first { $0.key == birch.key })
        let year = try #require(taxon.seasons.first)
        #expect(year.integral == counted.day.perM3 && year.begins == "2026-06-12" && year.ends == "2026-06-12")
        #expect(season.years.map(\.name) == ["2026"] && season.days.map(\.year) == ["2026", "2026"])
        #expect(try await microscope.season(SeasonRequest(station: nil, from: "2026-06-13", to: nil)).days.count == 1)
        let nowhere = await problem {
            _ = try await microscope.season(SeasonRequest(station: "Bonn", from: nil, to: nil))
        }
        #expect(nowhere?.isKind(.sampleNotFound) == true)
        for (from, to) in [("12 June", "2026-06-13"), ("2026-06-14", "2026-06-13")] {
            let refused = await problem {
                _ = try await microscope.season(SeasonRequest(station: nil, from: from, to: to))
            }
            #expect(refused?.isKind(.invalidSample) == true)
        }
        _ = try await microscope.changeSample(ofSlide: "t", stated { $0.station = "Bonn" }, by: anna)
        let both = await problem { _ = try await microscope.season(SeasonRequest(station: nil, from: nil, to: nil)) }
        #expect(both?.detail == "there are 2 stations: \"Bonn\", \"Leipzig\"")

        // A mean of a whole week is no day's value.
        _ = try await microscope.changeSample(
            ofSlide: "t",
            stated {
                ($0.station, $0.day) = ("Bonn", "")
                ($0.method, $0.fieldAlongUm, $0.fieldAcrossUm) = (.longitudinal, 500, 400)
            }, by: anna)
        let week = try await microscope.season(SeasonRequest(station: "Bonn", from: nil, to: nil))
        #expect(week.days.map(\.missing) == ["it bears 168 h of tape, and not one day"] && week.taxa.isEmpty)

        // The day on which the tape is changed lies on two slides: what one of them lacks is told.
        _ = try await microscope.changeSample(
            ofSlide: "s",
            stated { ($0.begins, $0.ends, $0.day) = ("2026-06-15T00:00", "2026-06-15T09:00", "") }, by: anna)
        _ = try await microscope.changeSample(
            ofSlide: "t",
            stated { ($0.begins, $0.ends, $0.day) = ("2026-06-15T09:00", "2026-06-16T00:00", "") }, by: anna)
        // Another part of the tape is another plan: what was captured lies elsewhere.
        try await microscope.captured(CaptureRequest(slide: "s", planned: true))
        let halves = try #require(
            try await microscope.season(SeasonRequest(station: "Leipzig", firstMonth: 7)).days.first)
        #expect(halves.date == "2026-06-15" && halves.year == "2025/26")
        #expect(halves.slides == ["s"] && halves.hours == 9 && abs(halves.airM3 - 5.4) < 1e-9)
        #expect(halves.doubts.contains("its value is of 9 h of the day"))
        #expect(halves.doubts.contains("slide t: no lens has looked at it"))
        // Twice as much of it on the other slide: the mean by hours.
        try await microscope.captured(CaptureRequest(slide: "t", planned: true))
        let day = try #require(try await microscope.season(SeasonRequest(station: "Leipzig")).days.first)
        let parts = try await [
            microscope.sampleValues(ofSlide: "s"), microscope.sampleValues(ofSlide: "t"),
        ]
        #expect(day.slides == ["s", "t"] && day.hours == 24 && day.missing == nil)
        for value in day.values {
            let means = parts.map { part in part.taxa.first { $0.key == value.key }?.day.perM3 ?? 0 }
            #expect(abs(value.perM3 - (9 * means[0] + 15 * means[1]) / 24) < 1e-9, "\(value.key)")
            #expect(value.lowPerM3 <= value.perM3 && value.perM3 < value.highPerM3)
        }
        #expect(try await microscope.traps().map(\.slides) == [2])
        _ = try await microscope.changeSample(ofSlide: "s", stated(), by: anna)

        // A field that is left out is to be taken again.
        _ = try await microscope.exclude(
            capture: captures[0].id, ExclusionRequest(reason: "hair"), by: anna)
        #expect(try await microscope.samplePlan(ofSlide: "s").next?.number == 1)

        _ = try await microscope.clearSample(ofSlide: "s", by: anna)
        #expect(try await microscope.slide("s").sampledVolumeM3 == nil)
        await microscope.stop()
    }

    @Test func badInputIsRefusedWithASentence() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        for name in ["a", "b"] { _ = try await microscope.createSlide(SlideCreation(name: name), by: anna) }
        func refused(_ change: SampleChange, of slide: String = "a") async -> String? {
            await problem { _ = try await microscope.changeSample(ofSlide: slide, change, by: anna) }?.detail
        }
        #expect(await refused(stated { $0.ends = "2026-06-01T09:00" })?.contains("before it begins") == true)
        #expect(await refused(stated { $0.ends = "2026-06-25T09:00" })?.contains("longer than the tape") == true)
        #expect(
            await refused(stated { $0.timeZone = "Europe/Atlantis" }) == "there is no time zone \"Europe/Atlantis\"")
        #expect(await refused(stated { $0.begins = "yesterday" }) == "\"yesterday\" is no time")
        #expect(await refused(stated { $0.day = "2026-06-31" }) == "\"2026-06-31\" is no day")
        #expect(await refused(stated { $0.flowLMin = 0 }) == "the flow is 0 l/min, which cannot be")
        #expect(await refused(SampleChange())?.hasPrefix("of the sample is not said: its station") == true)
        #expect(
            await refused(
                stated {
                    ($0.method, $0.bandsAtMm) = (.longitudinal, [7, 14])
                    ($0.fieldAlongUm, $0.fieldAcrossUm) = (230, 184)
                }) == "the band at 14 mm is outside of the deposit, which is 14 mm wide")
        #expect(
            await refused(stated { ($0.begins, $0.ends, $0.day) = ("2026-10-25T02:30", "2026-10-26T09:00", nil) })?
                .contains("twice") == true)
        // Nothing of it was kept.
        #expect(await problem { _ = try await microscope.sample(ofSlide: "a") }?.isKind(.sampleNotFound) == true)

        _ = try await microscope.changeSample(ofSlide: "a", stated(), by: anna)
        #expect(await refused(stated(), of: "b")?.hasPrefix("the slide \"a\" is of the same trap") == true)
        #expect(await refused(stated { $0.station = " LEIPZIG " }, of: "b")?.contains("same trap") == true)
        #expect(await refused(stated { $0.day = "2026-06-13" }, of: "b") == nil)
        #expect(await refused(stated { $0.trapName = "roof" }, of: "b") == nil)
        await microscope.stop()
    }

    /// What is left out stays; what is said anew of the plan is planned anew.
    @Test func changesKeepTheRest() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: anna)
        func change(_ edit: (inout SampleChange) -> Void) async throws -> SampleReport {
            var change = SampleChange()
            edit(&change)
            return try await microscope.changeSample(ofSlide: "s", change, by: anna)
        }
        _ = try await microscope.changeSample(
            ofSlide: "s",
            stated {
                ($0.method, $0.fieldAlongUm, $0.fieldAcrossUm, $0.notes) = (.longitudinal, 500, 400, ["rain": "none"])
            }, by: anna)
        // 10 % of 14 mm are 3.5 bands of 0.4 mm.
        #expect(try await microscope.samplePlan(ofSlide: "s").bands.count == 4)
        let stained = try await change { ($0.stain, $0.notes) = ("fuchsin", ["rain": "", "wind": "west"]) }
        #expect(stained.stain == "fuchsin" && stained.station == "Leipzig" && stained.notes == ["wind": "west"])
        #expect(try await microscope.samplePlan(ofSlide: "s").bands.count == 4)
        _ = try await change { $0.bandsAtMm = [3, 7, 11] }
        #expect(try await microscope.samplePlan(ofSlide: "s").bands.map(\.atMm) == [3, 7, 11])
        _ = try await change { $0.share = 0.2 }
        #expect(try await microscope.samplePlan(ofSlide: "s").bands.count == 7)
        _ = try await change { $0.method = .transverse }
        let transverse = try await microscope.samplePlan(ofSlide: "s")
        #expect(transverse.bands.count == 24 && transverse.wantedShare == 0.2 && transverse.fieldAlongUm == 500)
        let whole = try await change { $0.day = "" }
        #expect(whole.day == nil && whole.hours == 168 && whole.depositLengthMm == 336)
        await microscope.stop()
    }
}
