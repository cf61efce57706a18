import Acquisition
import ControlAPI
import Foundation
import Testing

/// Grains that nobody identified, grouped by likeness.
@Suite struct UnknownGrainsTests {
    @Test func likeLiesWithLike() async throws {
        let bench = try Bench(fields: 2)
        let microscope = try await bench.counted(fields: 2)
        // All grains become unidentified: what they are is known then, and the groups are not told.
        var kinds: [Int64: String] = [:]
        for capture in [Int64(1), 2] {
            let grains = try await microscope.grains(ofCapture: capture, includingRejected: false).grains
            for grain in grains where grain.species != GrainReport.unidentified { kinds[grain.id] = grain.species }
        }
        _ = try await microscope.review(
            ReviewRequest(action: .relabel, grains: kinds.keys.sorted(), species: GrainReport.unidentified),
            by: Bench.peer)
        var groups = try await microscope.grainGroups(ofSlide: "s", threshold: nil, timeout: .seconds(60))
        #expect(groups.isDone && groups.fields == 2 && groups.threshold == GrainGroups.usualThreshold)
        let all = groups.groups.flatMap(\.grains)
        #expect(all.count == groups.grains && Set(all).count == all.count && Set(all).isSuperset(of: kinds.keys))
        #expect(groups.groups.map(\.number) == Array(1...groups.groups.count))
        // The same grains give the same groups, and fewer where more is bridged.
        let again = try await microscope.grainGroups(ofSlide: "s", threshold: nil, timeout: .seconds(60))
        #expect(again == groups)
        let coarse = try await microscope.grainGroups(ofSlide: "s", threshold: 2, timeout: .seconds(60))
        #expect(coarse.groups.count == 1)
        let fine = try await microscope.grainGroups(ofSlide: "s", threshold: 0.01, timeout: .seconds(60))
        #expect(fine.groups.count > groups.groups.count)

        // A group is named in a stroke; and what is named is unknown no more.
        let largest = groups.groups[0].grains
        let named = try await microscope.review(
            ReviewRequest(action: .relabel, grains: largest, species: "galanthus"), by: Bench.peer)
        #expect(named.grains.allSatisfy { $0.species == "galanthus" && $0.status == .confirmed })
        groups = try await microscope.grainGroups(ofSlide: "s", threshold: nil, timeout: .seconds(60))
        #expect(Set(groups.groups.flatMap(\.grains)).isDisjoint(with: largest))
        // And taken back.
        for grain in largest {
            _ = try await microscope.review(ReviewRequest(action: .undo, grains: [grain]), by: Bench.peer)
        }
        groups = try await microscope.grainGroups(ofSlide: "s", threshold: nil, timeout: .seconds(60))
        #expect(groups == again)

        _ = try await microscope.createSlide(SlideCreation(name: "empty"), by: Bench.peer)
        let none = try await microscope.grainGroups(ofSlide: "empty", threshold: nil, timeout: .zero)
        #expect(none.isDone && none.groups.isEmpty && none.grains == 0)
        await #expect {
            try await microscope.grainGroups(ofSlide: "nowhere", threshold: nil, timeout: .zero)
        } throws: { ($0 as? Problem)?.isKind(.slideNotFound) == true }
        await microscope.stop()
    }
}
