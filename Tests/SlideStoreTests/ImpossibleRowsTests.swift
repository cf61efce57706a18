import Foundation
import GRDB
import SlideStore
import Testing

/// Early versions stored any positive scale and any finite place. Their files are read, and what cannot be is shown as
/// such and not computed with.
@Suite struct ImpossibleRowsTests {
    /// What an early version would have written.
    private func change(_ folder: Folder, _ sql: String) throws {
        let database = try DatabaseQueue(path: folder.database)
        try database.write { try $0.execute(sql: sql) }
        try database.close()
    }

    @Test(arguments: ["1e300", "1e-300", "9e999", "4.9e-324", "1e6"])
    func aScaleThatCannotBeIsUnknown(scale: String) async throws {
        let folder = try Folder()
        var store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")]])
        try await store.addCalibration(
            objective: "20x", method: .given(nmPerPixel: 180), camera: "", by: visitor)
        try await store.useObjective("20x", by: visitor)
        try store.close()
        try change(
            folder,
            """
            UPDATE captures SET nm_per_pixel = \(scale);
            UPDATE pictures SET nm_per_pixel = \(scale);
            INSERT INTO calibrations (at, user_id, process_id, user_name, objective, objective_key, nm_per_pixel, method,
                figures, camera, note)
            SELECT at, user_id, process_id, user_name, objective, objective_key, \(scale), method, figures, camera, note
            FROM calibrations
            """)

        store = try SlideStore(at: folder.database)
        let capture = try #require(try await store.captures(ofSlide: slide).first)
        #expect(capture.scale == nil)
        #expect(capture.unusable.count == 1)
        #expect(capture.unusable.first?.contains("nm per pixel, which cannot be") == true)
        #expect(try await store.tallies(ofSlide: slide).map(\.nmPerPixel) == [nil])
        #expect(try await store.pictures(ofCapture: capture.id).allSatisfy { $0.nmPerPixel == nil })
        // The calibration is listed as it was stored, and gives no scale.
        let calibration = try #require(try await store.calibrationInForce())
        #expect(calibration.nmPerPixel == Double(scale) ?? .infinity)
        #expect(FieldScale(calibration) == nil)
        try store.close()
    }

    @Test(arguments: ["1e20", "-1e308", "9e999", "1e8"])
    func aPlaceThatCannotBeIsNone(place: String) async throws {
        let folder = try Folder()
        var store = try SlideStore(at: folder.database)
        let slide = try await store.slide(withFields: [[sampleGrain("iva")], [sampleGrain("iva")]])
        let ids = try await store.captures(ofSlide: slide).map(\.id)
        try await store.setPlacements(
            ids.map {
                Placement(
                    capture: $0,
                    outcome: .placed(
                        SlidePosition(xMicrometres: 1, yMicrometres: 2), origin: .stage, group: 0, confidence: 1))
            }, ofSlide: slide)
        try store.close()
        try change(
            folder,
            """
            UPDATE captures SET stage_x_um = \(place), stage_y_um = 0 WHERE id = \(ids[0]);
            UPDATE placements SET x_um = \(place) WHERE capture_id = \(ids[0])
            """)

        store = try SlideStore(at: folder.database)
        let captures = try await store.captures(ofSlide: slide)
        #expect(captures.map(\.stagePosition) == [nil, nil])
        #expect(captures[0].unusable.first?.hasPrefix("the stage position x is") == true)
        #expect(captures[1].unusable.isEmpty)
        let placements = try await store.fieldPlaces(ofSlide: slide).map(\.placement)
        #expect(placements[0].outcome == .notPlaced(reason: "its stored place cannot be"))
        guard case .placed = placements[1].outcome else {
            Issue.record("the other field lost its place")
            return
        }
        try store.close()
    }

    @Test func placesThatCannotBeAreNotStored() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        for place in [1e20, -1e308, .infinity, .nan, 1.1e6] {
            var input = sampleInput()
            input.stagePosition = SlidePosition(xMicrometres: 0, yMicrometres: place)
            let error = await refusal { try await store.storeInput(input, slide: slide, by: visitor) }
            #expect(error?.code == .invalidValue)
            #expect(error?.hint.contains("-1000000 to 1000000 um") == true)
        }
    }

    /// A plan with an interval of 1e300 s would be due beyond all dates.
    @Test func anIntervalThatCannotBeIsTheLongest() async throws {
        let folder = try Folder()
        var store = try SlideStore(at: folder.database)
        let slide = try await store.createSlide(name: "Meadow", note: "", by: visitor).id
        let plan = try await store.createPlan(
            ofSlide: slide, Plan.Wish(intervalSeconds: 30), start: Date(), by: visitor)
        try store.close()
        try change(folder, "UPDATE plans SET interval_s = 1e300")
        store = try SlideStore(at: folder.database)
        #expect(try await store.plan(plan.id).wish.intervalSeconds == 604_800)
        try store.close()
    }
}
