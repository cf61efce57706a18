import Acquisition
import ControlAPI
import Foundation
import Imaging
import Testing

/// A person has the last word, and what the machine found stays.
@Suite struct ReviewingTests {
    /// The machine's rows as another program reads them from the file.
    private func machineRows(_ bench: Bench) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = [
            "-readonly", bench.folder.path + "/slides.sqlite",
            "SELECT * FROM grains WHERE review_id IS NULL ORDER BY id",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return text
    }

    private func count(_ microscope: Microscope, _ key: String) async throws -> Int {
        let counts = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        return key == GrainReport.unidentified
            ? counts.unidentified : counts.species.first { $0.key == key }?.grains ?? 0
    }

    @Test func reviewsChangeTheCountsAndUndoBringsThemBack() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted()
        let before = try machineRows(bench)
        #expect(before.split(separator: "\n").count > 10)
        func say(_ action: ReviewAction, _ grains: [Int64], _ change: (inout ReviewRequest) -> Void = { _ in })
            async throws -> ReviewResult
        {
            var request = ReviewRequest(action: action, grains: grains)
            change(&request)
            return try await microscope.review(request, by: Bench.peer)
        }
        let iva = try await microscope.grains(ofCapture: 1, includingRejected: false).grains
            .filter { $0.species == "iva" }.map(\.id)
        let (ivas, galanthus) = (try await count(microscope, "iva"), try await count(microscope, "galanthus"))
        try #require(ivas == iva.count && ivas >= 6)

        let accepted = try await say(.accept, [iva[0]]) { $0.reviewer = "M. Palyno" }
        #expect(accepted.grains.map(\.status) == [.confirmed] && accepted.review.reviewer == "M. Palyno")
        #expect(accepted.review.by.contains("uid=1000"))
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil).species[0].confirmed == 1)

        _ = try await say(.relabel, [iva[1]]) { $0.species = "galanthus" }
        #expect(try await count(microscope, "iva") == ivas - 1)
        #expect(try await count(microscope, "galanthus") == galanthus + 1)

        let rejected = try await say(.reject, [iva[2]]) { $0.reason = "fungal spore" }
        #expect(rejected.grains[0].status == .rejected && rejected.grains[0].reason == "fungal spore")
        #expect(try await count(microscope, "iva") == ivas - 2)

        let split = try await say(.split, [iva[5]])
        #expect(split.review.made.count == 2)
        #expect(try await count(microscope, "iva") == ivas - 1)
        let parts = split.grains.filter { split.review.made.contains($0.id) }
        let parent = try await microscope.grain(iva[5])
        #expect(abs(parts.reduce(0) { $0 + $1.areaPx } / parent.areaPx - 1) < 0.15)
        #expect(parent.status == .replaced && parent.reason == "split" && !parent.counts)

        let merged = try await say(.merge, split.review.made)
        let whole = try #require(merged.review.made.first)
        #expect(try await count(microscope, "iva") == ivas - 2)
        #expect(try await microscope.grain(split.review.made[0]).status == .replaced)
        // What is replaced is nothing that was rejected: one by a person, the others by the rules.
        let rules = before.split(separator: "\n").count { $0.contains("|border|") || $0.contains("|small|") }
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil).rejected == 1 + rules)
        // Grains that lie apart are two.
        await #expect { try await say(.merge, [iva[3], iva[4]]) } throws: { error in
            (error as? Problem)?.isKind(.invalidReview) == true && "\(error)".contains("µm apart")
        }

        // What another review removed is refused, with the one that stands in its place.
        for action in [ReviewAction.accept, .reject, .split] {
            await #expect { try await say(action, [split.review.made[0]]) } throws: { error in
                (error as? Problem)?.isKind(.reviewRefused) == true && "\(error)".contains("grain \(whole)")
            }
        }
        await #expect { try await say(.accept, [987_654]) } throws: {
            ($0 as? Problem)?.isKind(.grainNotFound) == true
        }
        await #expect { try await say(.relabel, [iva[0]]) { $0.species = "betula" } } throws: {
            ($0 as? Problem)?.isKind(.invalidReview) == true
        }

        // One undo each, and all is as it was; the history keeps everything.
        for grain in [iva[0], iva[1], iva[2], whole, iva[5]] { _ = try await say(.undo, [grain]) }
        #expect(try await count(microscope, "iva") == ivas)
        #expect(try await count(microscope, "galanthus") == galanthus)
        await #expect { try await say(.undo, [iva[0]]) } throws: {
            ($0 as? Problem)?.isKind(.reviewRefused) == true
        }
        let history = try await microscope.reviews(ofSlide: "s")
        #expect(
            history.map(\.action) == [.accept, .relabel, .reject, .split, .merge, .undo, .undo, .undo, .undo, .undo])
        #expect(history.suffix(5).compactMap(\.undoes) == [0, 1, 2, 4, 3].map { history[$0].id })
        #expect(try machineRows(bench) == before)
        await microscope.stop()

        // And the next daemon knows it all.
        let second = try await bench.open()
        #expect(try await second.reviews(ofSlide: "s") == history)
        await second.stop()
    }

    @Test func bothGrainsOfAPairAcceptedCountOnce() async throws {
        let bench = try Bench(scan: ())
        let microscope = try await bench.counted(fields: 6)
        let before = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        var double: GrainReport?
        for capture in 1...6 where double == nil {
            double = try await microscope.grains(ofCapture: Int64(capture), includingRejected: true).grains
                .first { $0.doubleOf != nil && !$0.onBorder }
        }
        let (one, other) = (try #require(double).id, try #require(double?.doubleOf))
        for grain in [one, other, one] {
            _ = try await microscope.review(ReviewRequest(action: .accept, grains: [grain]), by: Bench.peer)
        }
        // A new field has the slide judged anew.
        _ = try await microscope.captured(1, slide: "s")
        let statuses = [try await microscope.grain(one).status, try await microscope.grain(other).status]
        #expect(Set(statuses) == [.confirmed, .double])
        let after = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(after.total + after.unidentified == before.total + before.unidentified)
        await microscope.stop()
    }

    /// A review is about the grain, not about one of the fields that show it.
    @Test func whatWasSaidOfAGrainHoldsForItsDoubles() async throws {
        let bench = try Bench(scan: ())
        let microscope = try await bench.counted(fields: 6)
        var all: [GrainReport] = []
        for capture in 1...6 {
            all += try await microscope.grains(ofCapture: Int64(capture), includingRejected: true).grains
        }
        let originals = all.compactMap(\.doubleOf)
        try #require(originals.count >= 2)
        _ = try await microscope.review(ReviewRequest(action: .reject, grains: [originals[0]]), by: Bench.peer)
        _ = try await microscope.review(ReviewRequest(action: .accept, grains: [originals[1]]), by: Bench.peer)
        let before = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        // A new field has the slide judged anew.
        _ = try await microscope.captured(1, slide: "s")
        for double in all where double.doubleOf == originals[0] || double.doubleOf == originals[1] {
            #expect(try await microscope.grain(double.id).status == .double)
        }
        #expect(try await microscope.grain(originals[0]).status == .rejected)
        #expect(try await microscope.grain(originals[1]).status == .confirmed)
        let after = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(after.total >= before.total && after.species.reduce(0) { $0 + $1.confirmed } <= 1)
        await microscope.stop()
    }

    /// Of grains that a field left out shows, the others' views count.
    @Test func aFieldLeftOutTakesNoGrainFromOthers() async throws {
        let bench = try Bench(scan: ())
        let microscope = try await bench.counted(fields: 6)
        let before = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        var all: [GrainReport] = []
        for capture in 1...6 {
            all += try await microscope.grains(ofCapture: Int64(capture), includingRejected: true).grains
        }
        // The field that most doubles of others refer to.
        let homes = all.compactMap { double in all.first { $0.id == double.doubleOf }?.capture }
        let home = try #require(Dictionary(grouping: homes) { $0 }.max { $0.value.count < $1.value.count }?.key)
        let report = try await microscope.exclude(
            capture: home, ExclusionRequest(reason: "stage moved", reviewer: "M. Palyno"), by: Bench.peer)
        #expect(report.exclusion?.reason == "stage moved" && report.exclusion?.by.contains("M. Palyno") == true)
        let without = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(without.captures == 5 && without.excludedCaptures == 1)
        #expect(without.doubts.contains { $0.contains("capture \(home)") && $0.contains("stage moved") })
        #expect(without.areaExaminedCm2! < before.areaExaminedCm2!)
        var left: [GrainReport] = []
        for capture in 1...6 {
            left += try await microscope.grains(ofCapture: Int64(capture), includingRejected: true).grains
        }
        #expect(left.filter { $0.capture == home }.allSatisfy { $0.status == .excluded && !$0.counts })
        let ghosts = left.filter { grain in left.contains { $0.id == grain.doubleOf && $0.status == .excluded } }
        #expect(ghosts.isEmpty)
        // What only it showed is gone, what others show too is not.
        let lost = all.filter { grain in
            grain.capture == home && grain.counts && !all.contains { $0.doubleOf == grain.id && $0.reason == nil }
        }
        #expect(before.total - without.total <= lost.count && without.total < before.total)
        _ = try await microscope.include(capture: home, by: Bench.peer)
        #expect(try await microscope.counts(ofSlide: "s", untilPrecision: nil) == before)
        await microscope.stop()
    }

    /// What a lens found is named by its species, whether or not it is there.
    @Test func grainsAreRelabelledWithoutTheirLens() async throws {
        let bench = try Bench()
        let first = try await bench.counted()
        let grain = try #require(try await first.grains(ofCapture: 1, includingRejected: false).grains.first)
        let names = try await first.counts(ofSlide: "s", untilPrecision: nil).species.map(\.species)
        await first.stop()
        bench.configuration.lensFolder = bench.folder.path + "/no-lens"
        func relabel(_ species: String, _ microscope: Microscope) async throws -> ReviewResult {
            let request = ReviewRequest(action: .relabel, grains: [grain.id], species: species)
            return try await microscope.review(request, by: Bench.peer)
        }
        let second = try await bench.open()
        for species in ["galanthus", "iva", "unidentified"] {
            #expect(try await relabel(species, second).grains.first?.species == species)
        }
        await #expect { try await relabel("betula", second) } throws: { error in
            (error as? Problem)?.isKind(.invalidReview) == true && "\(error)".contains("give one of iva, galanthus")
        }
        #expect(try await second.counts(ofSlide: "s", untilPrecision: nil).species.map(\.species) == names)
        await second.stop()

        // A store of an earlier version knows no lens but the one in use.
        try FileManager.default.removeItem(atPath: bench.folder.path + "/known-lenses")
        let third = try await bench.open()
        await #expect { try await relabel("iva", third) } throws: { error in
            (error as? Problem)?.isKind(.lensRefused) == true && "\(error)".contains("species of the lens")
                && "\(error)".contains("no-lens/lens.json")
        }
        await third.stop()
    }

    @Test func theLeastCertainComeFirstWithTheirPictures() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted()
        let all = try await microscope.grains(ofCapture: 1, includingRejected: false).grains
        let list = try await microscope.nextForReview(ofSlide: "s", species: nil, limit: 5)
        #expect(list.remaining == all.count)
        #expect(list.grains.map(\.confidence) == all.map(\.confidence).sorted().prefix(5).map(\.self))
        let first = try #require(list.grains.first)
        let crop = try await microscope.crop(ofGrain: first.id)
        #expect(crop.starts(with: [0x89, 0x50, 0x4e, 0x47]))
        // The same, with room for a scale bar below.
        let vignette = try PNG.decode(try await microscope.vignette(ofGrain: first.id), name: "vignette").eightBitRGB
        let plain = try PNG.decode(crop, name: "crop").eightBitRGB
        #expect(vignette.width >= plain.width && vignette.height > plain.height)
        _ = try await microscope.review(ReviewRequest(action: .accept, grains: [first.id]), by: Bench.peer)
        let next = try await microscope.nextForReview(ofSlide: "s", species: nil, limit: 4)
        #expect(next.remaining == all.count - 1 && next.grains.map(\.id) == list.grains.dropFirst().map(\.id))
        let ivas = try await microscope.nextForReview(ofSlide: "s", species: "iva", limit: 100)
        #expect(Set(ivas.grains.map(\.species)) == ["iva"])
        await microscope.stop()
    }
}
