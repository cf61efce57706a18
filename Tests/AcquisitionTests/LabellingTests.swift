import Acquisition
import ControlAPI
import Foundation
import Testing

/// Labels as a person makes them on the page.
@Suite struct LabellingTests {
    private func circle(_ x: Double, _ y: Double, _ radius: Double) -> [SIMD2<Double>] {
        (0..<24).map { step in
            let angle = Double(step) / 24 * 2 * .pi
            return SIMD2(x + radius * cos(angle), y + radius * sin(angle))
        }
    }

    private func draw(
        _ outline: [SIMD2<Double>], _ species: String?, capture: Int64? = nil, grain: Int64? = nil,
        revision: Int? = nil,
        reviewer: String? = nil
    ) -> ReviewRequest {
        ReviewRequest(
            action: .draw, grains: grain.map { [$0] } ?? [], species: species, reviewer: reviewer,
            outlinesPx: [outline],
            capture: capture, revision: revision)
    }

    /// A place of the field without a grain, far from all others.
    private func freePlace(_ list: GrainList, radius: Double) throws -> SIMD2<Double> {
        let places = stride(from: 60.0, to: 1220, by: 20).flatMap { x in
            stride(from: 60.0, to: 960, by: 20).map { SIMD2(x, $0) }
        }
        return try #require(
            places.first { place in
                list.grains.allSatisfy { grain in
                    let gap = grain.centroidPx - place
                    return (gap.x * gap.x + gap.y * gap.y).squareRoot() > 3 * radius + (grain.areaPx / .pi).squareRoot()
                }
            })
    }

    @Test func aFieldIsLabelledToItsEnd() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted(fields: 2)
        var list = try await microscope.grains(ofCapture: 1, includingRejected: true)
        #expect(list.revision == 0 && list.finished == nil)
        let before = try await microscope.labels(ofSlide: "s")
        #expect(before.fields.map(\.capture) == [1, 2] && before.next != nil)

        // A species of one's own, then a grain of it.
        await #expect {
            try await microscope.review(draw(circle(200, 200, 20), "betula", capture: 1), by: Bench.peer)
        } throws: { "\($0)".contains("no species \"betula\" is known") && "\($0)".contains("species add") }
        let birch = try await microscope.addSpecies(SpeciesRequest(name: " Betula  pendula"), by: Bench.peer)
        #expect(birch.key == "betula" && birch.name == "Betula pendula" && !birch.isOfLens)
        let downy = try await microscope.addSpecies(SpeciesRequest(name: "Betula pubescens"), by: Bench.peer)
        #expect(downy.key == "betula-pubescens" && downy.colour != birch.colour)
        #expect(microscope.knownSpecies.map(\.key) == ["iva", "galanthus", "betula", "betula-pubescens"])
        #expect(try await microscope.status().species == microscope.knownSpecies)
        for name in ["betula Pendula", "Iva xanthiifolia"] {
            await #expect { try await microscope.addSpecies(SpeciesRequest(name: name), by: Bench.peer) } throws: {
                ($0 as? Problem)?.isKind(.invalidSpecies) == true
            }
        }

        let place = try freePlace(list, radius: 20)
        let drawn = try await microscope.review(
            draw(circle(place.x, place.y, 20), "betula", capture: 1, revision: 0, reviewer: "Anna"), by: Bench.peer)
        let grain = try #require(drawn.review.made.first)
        #expect(drawn.revision == 1 && drawn.grains.map(\.status) == [.confirmed] && drawn.review.reviewer == "Anna")
        #expect(drawn.review.grains.isEmpty && drawn.grains[0].species == "betula")
        let counts = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(counts.species.map(\.species).contains("Betula pendula"))
        #expect(!counts.species.map(\.key).contains("betula-pubescens"))
        #expect(
            try await microscope.captures(ofSlide: "s")[0].counts.contains {
                $0.key == "betula" && $0.species == "Betula pendula"
            })

        // Its outline is put right; somebody else, who has not seen that, is told.
        let redrawn = try await microscope.review(
            draw(circle(place.x + 2, place.y, 18), nil, grain: grain, revision: drawn.revision), by: Bench.peer)
        #expect(redrawn.grains.map(\.status) == [.replaced, .confirmed] && redrawn.grains[0].reason == "redrawn")
        #expect(redrawn.grains[1].species == "betula")
        await #expect {
            try await microscope.review(
                draw(circle(place.x, place.y, 20), "iva", capture: 1, revision: 0), by: Bench.peer)
        } throws: { ($0 as? Problem)?.isKind(.fieldChanged) == true }

        list = try await microscope.grains(ofCapture: 1, includingRejected: true)
        #expect(list.revision == redrawn.revision)
        await #expect {
            try await microscope.finish(capture: 1, FinishRequest(revision: list.revision - 1), by: Bench.peer)
        } throws: { ($0 as? Problem)?.isKind(.fieldChanged) == true }
        list = try await microscope.finish(
            capture: 1, FinishRequest(revision: list.revision, reviewer: "Anna"), by: Bench.peer)
        #expect(list.finished?.by.hasPrefix("Anna uid=1000") == true)
        let after = try await microscope.labels(ofSlide: "s")
        #expect(after.fields[0].finished == list.finished && after.next == 2)
        #expect(after.fields[0].counts.contains(GrainCount(key: "betula", species: "Betula pendula", grains: 1)))
        #expect(after.fields[0].confirmed == 1)
        #expect(try await microscope.reopen(capture: 1, FinishRequest(), by: Bench.peer).finished == nil)
        await #expect { try await microscope.finish(capture: 9, FinishRequest(), by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.captureNotFound) == true
        }
    }
}
