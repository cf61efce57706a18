import Evaluation
import Foundation
import Grains
import Simulation
import Testing

/// Counts, places and doubles measured against the simulated microscope, with the small lens of the tests.
struct StudyTests {
    private let lens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/lenses/small").path

    @Test func crowdingAddsUpItsLevels() throws {
        let study = try CountingStudy(
            lensFolder: lens, fields: 3, seed: 5, settings: [0, 0.4].map { .init(touchingShare: $0) }, threads: 2)
        #expect(study.levels.map(\.fields) == [1, 2])
        #expect(study.levels.map(\.touchingShare) == [0, 0.4])
        #expect(study.overall.actual == study.levels.map(\.actual).reduce(0, +) && study.overall.actual > 20)
        #expect(study.overall.counted == study.levels.map(\.counted).reduce(0, +))
        // The small lens is coarse, and yet it counts grains and no pixels.
        #expect(abs(study.overall.countError) < 0.4)
        #expect(study.overall.species.values.allSatisfy { $0.f1 > 0.6 })
        #expect(study.plot.contains("<polyline") && study.plot.hasSuffix("</svg>\n"))
        #expect(study.overall.world == "classic")
    }

    /// The small lens knows one world, and the study says so.
    @Test func worldsAreCountedEachByItself() throws {
        let settings = try ["classic", "dry"].map {
            CountingStudy.Setting(world: try World(named: $0), touchingShare: 0.1)
        }
        let study = try CountingStudy(lensFolder: lens, fields: 2, seed: 5, settings: settings, threads: 2)
        #expect(study.levels.map(\.world) == ["classic", "dry"] && study.overall.world == nil)
        #expect(study.overall.actual == study.levels.map(\.actual).reduce(0, +))
        let f1 = study.levels.map { $0.species.values.map(\.f1).max()! }
        #expect(f1[0] > 0.6 && f1[1] < f1[0])
        // Every world is studied.
        #expect(CountingStudy.Setting.worlds.map(\.world) == World.all)
    }

    @Test func aSlideIsPlacedAndItsGrainsCountOnce() throws {
        var layout = SimulatedSlide.Layout()
        (layout.columns, layout.rows, layout.overlap, layout.capturedTwice) = (2, 1, 0.3, 1)
        let study = try SlideStudy(
            lensFolder: lens, seed: 3, layout: layout, density: FieldDensity(grainsPerSquareMillimetre: 900),
            threads: 2)
        #expect(study.fields == 3 && study.placed == 3)
        #expect(study.placementLargestPixels < 2)
        #expect(study.counted > 20 && study.doubled == 0 && study.lost == 0)
    }

    @Test func aGrainIsExpectedWhereTheRuleCountsIt() throws {
        func grain(_ box: [Double]) throws -> GrainTruth {
            let text = """
                {"species": "iva", "centroid_px": [0, 0], "bbox_px": \(box), "outline_px": [], "on_border": false,
                "spines_px": [], "sulcus_px": [], "area_um2": 300, "equivalent_diameter_um": 20, "axes_um": [],
                "orientation": []}
                """
            return try JSONDecoder().decode(GrainTruth.self, from: Data(text.utf8))
        }
        let truth = Truth(nmPerPixel: 180, widthPixels: 1280, heightPixels: 1024, fields: [])
        let boxes: [(box: [Double], twoEdges: Bool, none: Bool)] = [
            ([100, 100, 200, 200], true, true),
            // Cut on the left, by more and by less than the frame's 5 µm.
            ([-0.5, 100, 60, 200], true, false), ([-0.5, 100, 20, 200], false, false),
            ([1200, 100, 1279.5, 200], false, false), ([100, 950, 200, 1023.5], false, false),
        ]
        for (box, twoEdges, none) in boxes {
            try #expect(BorderRule.twoEdges.expects(grain(box), in: truth) == twoEdges, "\(box)")
            try #expect(BorderRule.none.expects(grain(box), in: truth) == none, "\(box)")
            try #expect(BorderRule.all.expects(grain(box), in: truth))
        }
    }
}
