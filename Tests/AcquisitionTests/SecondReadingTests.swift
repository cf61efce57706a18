import Acquisition
import ControlAPI
import Foundation
import Testing

/// A slide is read again by another person, blind, and the report names both.
@Suite struct SecondReadingTests {
    private let anna = Peer(uid: 1000, gid: 1000, pid: 42)

    private func circle(_ x: Double, _ y: Double, _ radius: Double) -> [SIMD2<Double>] {
        (0..<24).map { step in
            let angle = Double(step) / 24 * 2 * .pi
            return SIMD2(x + radius * cos(angle), y + radius * sin(angle))
        }
    }

    /// Grains that Anna draws along the lower side.
    private func drawn(_ microscope: Microscope, capture: Int64, _ species: [String]) async throws -> [Int64] {
        var grains: [Int64] = []
        for (index, key) in species.enumerated() {
            let request = ReviewRequest(
                action: .draw, grains: [], species: key, reviewer: "Anna",
                outlinesPx: [circle(60 + 70 * Double(index), 940, 15)], capture: capture)
            grains += try await microscope.review(request, by: anna).review.made
        }
        return grains
    }

    @Test func agreementIsThatOfTheWordsOfBoth() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.counted(fields: 2)
        let mine = try await drawn(microscope, capture: 1, ["iva", "iva", "iva", "galanthus", "galanthus", "iva"])

        // The same person, by name and by login.
        for reader in ["anna", nil] {
            await #expect {
                try await microscope.beginSecondReading(
                    ofSlide: "s", SecondReadingRequest(seed: 1, reader: reader), by: anna)
            } throws: { ($0 as? Problem)?.isKind(.sameReader) == true }
        }
        var reading = try await microscope.beginSecondReading(
            ofSlide: "s", SecondReadingRequest(seed: 1, reader: "Bea"), by: anna)
        #expect(reading.reader == "Bea" && reading.firstReaders == ["Anna"] && reading.fields.count == 2)
        let again = try await microscope.beginSecondReading(
            ofSlide: "s", SecondReadingRequest(fields: 1, seed: 1, reader: "Cem"), by: anna)
        #expect(again.fields.map(\.capture) == [reading.fields[0].capture])

        // What is asked too early is answered with what is there.
        let early = try await microscope.agreement(ofSecondReading: reading.id)
        #expect(
            early.objects == 0 && early.kappa.value == nil && early.remarks[0].contains("2 of 2 fields are not read"))

        let field = try await microscope.field(1, ofSecondReading: reading.id)
        let shown = try await microscope.grains(ofCapture: 1, includingRejected: false).grains
        #expect(Set(field.objects.compactMap(\.grain)).isSuperset(of: shown.map(\.id)))
        #expect(field.objects.allSatisfy { $0.species == nil })
        // Nothing of the first reader's goes out.
        let bytes = String(decoding: try WireFormat.encode(field), as: UTF8.self)
        #expect(!bytes.contains("iva") && !bytes.contains("confidence") && !bytes.contains("status"))

        // Bea agrees but for one: an iva that she takes for galanthus.
        let words = Dictionary(shown.map { ($0.id, $0.species) }) { first, _ in first }
        for object in field.objects {
            let grain = try #require(object.grain)
            let species = grain == mine[0] ? "galanthus" : words[grain] ?? SecondReadingWord.noGrain
            _ = try await microscope.say(
                SecondReadingWord(grain: grain, species: species, reader: "Bea"), inSecondReading: reading.id, by: anna)
        }
        await #expect {
            try await microscope.say(
                SecondReadingWord(grain: mine[0], species: "betula", reader: "Bea"), inSecondReading: reading.id,
                by: anna)
        } throws: { "\($0)".contains("no species \"betula\"") }
        await #expect {
            try await microscope.say(
                SecondReadingWord(grain: mine[0], species: "iva", reader: "Anna"), inSecondReading: reading.id, by: anna
            )
        } throws: { ($0 as? Problem)?.isKind(.sameReader) == true }
        // And one that was missed.
        let missed = try await microscope.say(
            SecondReadingWord(capture: 1, outlinePx: circle(600, 940, 15), species: "iva", reader: "Bea"),
            inSecondReading: reading.id, by: anna)
        let drawnByBea = try #require(missed.objects.last?.drawn)
        #expect(missed.objects.last?.species == "iva")
        reading = try await microscope.finishField(
            1, ofSecondReading: reading.id, SecondReaderRequest(reader: "Bea"), by: anna)
        #expect(reading.finished == 1 && reading.next == 2)

        let agreement = try await microscope.agreement(ofSecondReading: reading.id)
        let count = shown.count { $0.species == "iva" }
        let others = field.objects.count - count
        #expect(agreement.objects == field.objects.count + 1 && agreement.alike == agreement.objects - 2)
        let iva = try #require(agreement.species.first { $0.key == "iva" })
        #expect(
            iva.first == count && iva.second == count && iva.both == count - 1 && iva.differencePercent == 0
                && iva.variationPercent == 0)
        let none = try #require(agreement.species.last)
        #expect(none.key == "no-grain" && none.first >= 1 && others >= 0)
        // Of the species against all others, by the definition.
        let n = Double(agreement.objects), share = Double(count) / n
        let (observed, chance) = ((n - 2) / n, share * share + (1 - share) * (1 - share))
        #expect(abs(try #require(iva.kappa.value) - (observed - chance) / (1 - chance)) < 1e-12)
        #expect(agreement.kappa.low! < agreement.kappa.value! && agreement.kappa.value! < agreement.kappa.high!)
        #expect(agreement.remarks.contains { $0.contains("1 of 2 fields are not read") })
        #expect(agreement.remarks.contains { $0.contains("one login") } && agreement.differences == 2)

        // Settled by reviews, with who.
        let list = try await microscope.differences(ofSecondReading: reading.id)
        #expect(list.map(\.grain) == [mine[0], nil] && list.allSatisfy { $0.settled == nil })
        let settled = try await microscope.settle(
            SecondReadingSettling(grain: mine[0], species: "galanthus", reviewer: "Dora"), ofSecondReading: reading.id,
            by: anna)
        #expect(settled.settled?.species == "galanthus" && settled.settled?.by.hasPrefix("Dora uid=1000") == true)
        _ = try await microscope.settle(
            SecondReadingSettling(drawn: drawnByBea, species: "iva"), ofSecondReading: reading.id, by: anna)
        #expect(try await microscope.grain(mine[0]).species == "galanthus")
        #expect(try await microscope.agreement(ofSecondReading: reading.id).settled == 2)
        // Agreement is of what both said, whatever was settled since.
        #expect(try await microscope.agreement(ofSecondReading: reading.id).kappa == agreement.kappa)

        let page = String(
            decoding: try await microscope.export(slide: "s", format: .report, capture: nil), as: UTF8.self)
        #expect(page.contains("First reader: Anna. Second reader: Bea") && page.contains("1 of 2 fields read"))
        #expect(page.contains("Fleiss, Cohen &amp; Everitt"))

        // Left out in the midst.
        _ = try await microscope.exclude(capture: 1, ExclusionRequest(reason: "blurred"), by: anna)
        let without = try await microscope.agreement(ofSecondReading: reading.id)
        #expect(without.objects == 0 && without.remarks.contains { $0.contains("left out since") })
        await microscope.stop()
    }

    @Test func oneCategoryOnlyIsSaidSo() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted()
        let reading = try await microscope.beginSecondReading(
            ofSlide: "s", SecondReadingRequest(share: 0.01, seed: 3), by: anna)
        #expect(reading.firstReaders.isEmpty && reading.fields.count == 1)
        let field = try await microscope.field(1, ofSecondReading: reading.id)
        let lens = try await microscope.grains(ofCapture: 1, includingRejected: false).grains
        for object in field.objects {
            let species = try #require(lens.first { $0.id == object.grain }?.species)
            _ = try await microscope.say(
                SecondReadingWord(grain: object.grain, species: species), inSecondReading: reading.id, by: anna)
        }
        _ = try await microscope.finishField(1, ofSecondReading: reading.id, SecondReaderRequest(), by: anna)
        let agreement = try await microscope.agreement(ofSecondReading: reading.id)
        #expect(agreement.alike == agreement.objects && agreement.kappa.low == nil)
        #expect(agreement.remarks.contains { $0.contains("the first reader is the lens") })
        if agreement.species.count == 1 {
            #expect(agreement.kappa.value == nil && agreement.remarks.contains { $0.contains("one category only") })
        } else {
            #expect(agreement.kappa.value == 1 && agreement.remarks.contains { $0.contains("no width") })
        }
        _ = try await microscope.createSlide(SlideCreation(name: "empty"), by: anna)
        await #expect {
            try await microscope.beginSecondReading(ofSlide: "empty", SecondReadingRequest(), by: anna)
        } throws: { ($0 as? Problem)?.isKind(.readingRefused) == true }
        await microscope.stop()
    }
}
