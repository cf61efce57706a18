import Acquisition
import ControlAPI
import Foundation
import Grains
import Imaging
import Simulation
import Testing

/// A slide is a place: fields are put beside each other by their pictures, and a grain counts once.
@Suite struct PlacingTests {
    @Test func aScannedSlideIsPlacedAndItsGrainsCountOnce() async throws {
        let bench = try Bench(scan: ())
        let fields = try bench.truth().fields
        let truth = fields + [fields[0]]
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let job = try await microscope.captured(truth.count, slide: "s")
        #expect(job.state == .done)

        // Places, against where the stage of the simulation was: to 2 pixels.
        let placements = try await microscope.placements(ofSlide: "s")
        #expect(placements.fields.allSatisfy { $0.isPlaced && $0.how == .registered && $0.group == 0 })
        let off = zip(placements.fields, truth).map { field, truth in
            SIMD2((field.xUm ?? .nan) - truth.stageMicrometres![0], (field.yUm ?? .nan) - truth.stageMicrometres![1])
        }
        for difference in off {
            let error = difference - off[0]
            #expect((error * error).sum().squareRoot() < 0.36, "\(off)")
        }
        #expect(placements.fields.map(\.repeats) == [nil, nil, nil, nil, nil, nil, 1])

        // Each true grain that a field found counts in exactly one field.
        var counts: [Int: Int] = [:]
        var seen: Set<Int> = []
        var doubles = 0
        for (capture, truth) in zip(job.captures, truth) {
            let grains = try await microscope.grains(ofCapture: capture.id, includingRejected: true).grains
            let masks = truth.grains.map { PolygonMask($0.outline.map { .init(x: $0[0], y: $0[1]) }) }
            let found = grains.map { PolygonMask($0.outlinePx.map { .init(x: $0.x, y: $0.y) }) }
            for pair in PolygonMask.matches(masks, found, minimumOverlap: 0.5) {
                let id = try #require(truth.grains[pair.truth].id), grain = grains[pair.found]
                if grain.status == .double || grain.status.counts { seen.insert(id) }
                if grain.status.counts { counts[id, default: 0] += 1 }
            }
            doubles += grains.count { $0.status == .double }
            for double in grains where double.status == .double {
                let original = try await microscope.grain(try #require(double.doubleOf))
                #expect(original.status.counts && original.capture != capture.id)
                let away = SIMD2(double.slideXUm! - original.slideXUm!, double.slideYUm! - original.slideYUm!)
                // A border may cut one of them.
                #expect((away * away).sum().squareRoot() < 25)
            }
        }
        #expect(counts.values.allSatisfy { $0 == 1 } && Set(counts.keys) == seen && seen.count > 20)
        let slide = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(doubles > 0 && slide.doubles == doubles && placements.doubles == doubles)

        // The repeat is no field of its own, and what fields share is examined once.
        #expect(slide.captures == 7 && slide.fields == 6)
        let area = try #require(slide.areaExaminedCm2)
        let frame = (1280 * 0.18 - 5) * (1024 * 0.18 - 5) / 1e8
        #expect(area < 6 * frame && area > 6 * frame * 0.7 * 0.7)
        for species in slide.species {
            let density = try #require(species.densityPerCm2)
            #expect(abs(density - Double(species.grains) / area) < 1e-6 * density)
            #expect(species.densityLowPerCm2! < density && density < species.densityHighPerCm2!)
            // A repeat taken for a field of hardly any area would give an interval a hundred times as wide.
            if species.grains >= 10 { #expect(species.densityHighPerCm2! < 5 * density) }
        }

        // The map shows it all, at the size that the fields have.
        let map = try PNG.decode(try await microscope.map(ofSlide: "s"), name: "map")
        let wide = placements.fields.compactMap(\.xUm).max()! + 1280 * 0.18
        #expect((wide / 0.18...wide / 0.18 + 100).contains(Double(map.width)))
        #expect(map.height > 1750 && map.height < 2150)
        await microscope.stop()
    }

    @Test func aFieldCapturedAgainDoesNotDoubleTheCount() async throws {
        // A folder of one picture gives the same field again and again.
        let bench = try Bench(fields: 1)
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        _ = try await microscope.captured(1, slide: "s")
        let once = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        _ = try await microscope.captured(2, slide: "s")
        let thrice = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(once.total > 0 && thrice.total == once.total && thrice.captures == 3)
        #expect(thrice.species.map(\.grains) == once.species.map(\.grains))
        #expect(thrice.unidentified == once.unidentified && thrice.doubles >= 2 * (once.total + once.unidentified))
        #expect(thrice.fields == 1)
        for (more, one) in zip(thrice.species, once.species) {
            #expect(abs(more.densityHighPerCm2! / one.densityHighPerCm2! - 1) < 1e-3)
        }
        let fields = try await microscope.placements(ofSlide: "s").fields
        #expect(fields.map(\.repeats) == [nil, 1, 1])
        await microscope.stop()
    }

    @Test func whatCannotBePlacedIsNamedAndCountsAlone() async throws {
        let bench = try Bench(fields: 0)
        var glass = Picture<UInt8>(width: 640, height: 512, channels: 3, filledWith: 200)
        var state: UInt64 = 5
        for at in glass.samples.indices {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            glass.samples[at] += UInt8(state >> 62)
        }
        var pattern = glass
        for y in 0..<512 {
            for x in 0..<640 where (x % 64 - 32) * (x % 64 - 32) + (y % 64 - 32) * (y % 64 - 32) < 300 {
                for channel in 0..<3 { pattern[x, y, channel] = 90 }
            }
        }
        for (name, picture) in [("1.png", glass), ("2.png", glass), ("3.png", pattern), ("4.png", pattern)] {
            try Data(PNG.encode(picture, nmPerPixel: 180)).write(to: bench.picture(name))
        }
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        #expect(try await microscope.captured(4, slide: "s").state == .done)
        let placements = try await microscope.placements(ofSlide: "s")
        #expect(placements.fields.allSatisfy { !$0.isPlaced && $0.reason?.isEmpty == false }, "\(placements.fields)")
        #expect(placements.fields[0].reason == "shows too little to be registered")
        #expect(placements.remarks.contains { $0.contains("4 of 4 fields are not placed") })
        let counts = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(counts.fields == 4 && counts.doubles == 0)
        #expect(try await !microscope.map(ofSlide: "s").isEmpty)
        await microscope.stop()
    }

    /// A stage position that the pictures contradict is said, and does not move the field.
    @Test func aContradictoryStagePositionIsNamed() async throws {
        let bench = try Bench(scan: ())
        let truth = try bench.truth().fields
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        for number in truth.indices {
            var place = truth[number].stageMicrometres!.map { $0 + 5000 }
            if number == 2 { place[0] += 70 }
            try await microscope.captured(
                CaptureRequest(slide: "s", stageXUm: place[0], stageYUm: place[1]))
        }
        let placements = try await microscope.placements(ofSlide: "s")
        #expect(placements.remarks.count == 1, "\(placements.remarks)")
        let remark = try #require(placements.remarks.first)
        #expect(remark.contains("stated position of capture 3"), "\(remark)")
        #expect(remark.split(separator: " ").compactMap { Int($0) }.contains { (60...80).contains($0) }, "\(remark)")
        for (field, truth) in zip(placements.fields, truth) {
            #expect(
                abs(field.xUm! - 5000 - truth.stageMicrometres![0]) < 15
                    && abs(field.yUm! - 5000 - truth.stageMicrometres![1]) < 15)
        }
        await microscope.stop()
    }

    @Test func aSlideWithoutCapturesHasNoMapAndNoExport() async throws {
        let bench = try Bench(fields: 0)
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        await #expect { try await microscope.map(ofSlide: "s") } throws: {
            ($0 as? Problem)?.isKind(.mapRefused) == true
        }
        for format in ExportFormat.allCases {
            await #expect { try await microscope.export(slide: "s", format: format, capture: nil) } throws: {
                ($0 as? Problem)?.isKind(.exportRefused) == true && "\($0)".contains("no captures")
            }
        }
        await #expect { try await microscope.reanalyse(ReanalysisRequest(slide: "s"), by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.reanalysisRefused) == true
        }
        let counts = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(counts.total == 0 && counts.areaExaminedCm2 == nil && counts.run == nil)
        #expect(try await microscope.nextForReview(ofSlide: "s", species: nil, limit: 5).grains.isEmpty)
        await microscope.stop()
    }
}
