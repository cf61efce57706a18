import Acquisition
import ControlAPI
import Foundation
import Testing

/// Nothing seen is not nothing there.
@Suite struct NotCountedTests {
    private func isRefused(_ body: () async throws -> Void, _ words: String...) async {
        await #expect { try await body() } throws: { error in
            (error as? Problem)?.isKind(.notCounted) == true && words.allSatisfy { "\(error)".contains($0) }
        }
    }

    @Test func withoutALensThereIsNoCountAndWithOneThereIs() async throws {
        let bench = try Bench(fields: 2)
        bench.configuration.lensFolder = nil
        let blind = try await bench.open()
        _ = try await blind.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        _ = try await blind.captured(2, slide: "s")
        await isRefused({ _ = try await blind.counts(ofSlide: "s", untilPrecision: nil) }, "\"s\"", "no lens is set")
        for format in [ExportFormat.report, .json, .grainsCSV, .countsCSV] {
            await isRefused { _ = try await blind.export(slide: "s", format: format, capture: nil) }
        }
        await isRefused { _ = try await blind.comparison(ofSlide: "s", with: "s") }
        let summary = try await blind.slide("s")
        #expect(summary.captures == 2 && summary.grains == nil && summary.unidentified == nil)

        // A lens comes while the daemon runs.
        var configuration = bench.configuration
        configuration.lensFolder = Bench.lensFolder
        await blind.reload(configuration)
        while try await blind.status().queue != QueueReport(pending: 0, running: 0) {
            try await Task.sleep(for: .milliseconds(20))
        }
        let counts = try await blind.counts(ofSlide: "s", untilPrecision: nil)
        #expect(counts.captures == 2 && counts.total > 0)
        #expect(try await blind.captures(ofSlide: "s").map(\.state) == [.done, .done])
        await blind.stop()
    }

    @Test func aRefusedLensIsNamedAndFieldsWaitForTheNextStart() async throws {
        let bench = try Bench()
        bench.configuration.lensFolder = bench.folder.path + "/nowhere"
        let blind = try await bench.open()
        _ = try await blind.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        await isRefused({ _ = try await blind.counts(ofSlide: "s", untilPrecision: nil) }, "the lens is refused")
        _ = try await blind.captured(slide: "s")
        await isRefused({ _ = try await blind.counts(ofSlide: "s", untilPrecision: nil) }, "the lens is refused")
        await blind.stop()

        bench.configuration.lensFolder = Bench.lensFolder
        let seeing = try await bench.open()
        while try await seeing.captures(ofSlide: "s")[0].state != .done { try await Task.sleep(for: .milliseconds(20)) }
        #expect(try await seeing.counts(ofSlide: "s", untilPrecision: nil).total > 0)
        _ = try await seeing.captured(slide: "s")
        await seeing.stop()

        // What was counted stays counted; what is not is told.
        bench.configuration.lensFolder = nil
        let again = try await bench.open()
        _ = try await again.captured(slide: "s")
        let counts = try await again.counts(ofSlide: "s", untilPrecision: nil)
        #expect(counts.captures == 2 && counts.total > 0)
        #expect(counts.doubts.contains { $0.contains("1 field is not counted: capture 3") }, "\(counts.doubts)")
        await again.stop()
    }

    @Test func withoutAScaleThereIsNoCount() async throws {
        let bench = try Bench()
        bench.configuration.nmPerPixel = nil
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        let empty = try await microscope.counts(ofSlide: "s", untilPrecision: nil)
        #expect(empty.total == 0 && empty.captures == 0)
        _ = try await microscope.captured(slide: "s")
        await isRefused({ _ = try await microscope.counts(ofSlide: "s", untilPrecision: nil) }, "capture 1", "scale")
        await microscope.stop()
    }
}
