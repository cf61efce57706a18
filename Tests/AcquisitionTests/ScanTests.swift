import Acquisition
import ControlAPI
import Foundation
import Simulation
import Stage
import Testing

/// Scans and autofocus through a controller on a pseudo-terminal.
@Suite(.serialized) struct ScanTests {
    private func opened(
        limits: [StageAxis: ClosedRange<Double>] = [.x: 0...25_000, .y: 0...25_000, .z: -100...100]
    ) async throws -> (Bench, Microscope, SimulatedController) {
        let bench = try Bench(fields: 2)
        let link = bench.folder.path + "/motor"
        var settings = SimulatedController.Settings(link: link)
        settings.micrometresPerSecond = 200_000
        let controller = SimulatedController(settings)
        bench.configuration.motor = StageConfiguration(
            device: link, limits: limits, backlashMicrometres: 3, micrometresPerSecond: 200_000,
            patience: .milliseconds(700))
        bench.configuration.lensFolder = nil
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        return (bench, microscope, controller)
    }

    /// 10 x 10 fields of 230.4 x 184.3 um, a tenth of which the next one shows.
    private let request = ScanRequest(slide: "s", fromXUm: 1000, fromYUm: 500, toXUm: 1000 + 2096, toYUm: 500 + 1677)

    private func settled(_ microscope: Microscope, _ id: Int64) async throws -> ScanReport {
        var scan = try await microscope.scan(id)
        for _ in 0..<3000 where scan.state == .running {
            try await Task.sleep(for: .milliseconds(50))
            scan = try await microscope.scan(id)
        }
        return scan
    }

    private func places(_ bench: Bench) async throws -> [String] {
        let database = bench.folder.path + "/slides.sqlite"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "sqlite3", "-readonly", database,
            "SELECT printf('%.1f %.1f', stage_x_um, stage_y_um) FROM captures ORDER BY id",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map(String.init)
    }

    @Test func aCutLineLetsTheScanRestAndNothingIsTakenTwice() async throws {
        let (bench, microscope, controller) = try await opened()
        controller.fail(.cut, afterMoves: 70)
        let begun = try await microscope.startScan(request, by: Bench.peer)
        #expect(begun.columns == 10 && begun.rows == 10 && begun.state == .running)
        let rests = try await settled(microscope, begun.id)
        #expect(rests.state == .paused && (10..<90).contains(rests.taken), "\(rests)")
        #expect(rests.reason?.contains("cut") == true || rests.reason?.contains("answer") == true, "\(rests)")
        // While the line is cut it does not go on, and says so.
        await #expect(throws: Problem.self) {
            try await microscope.resumeScan(begun.id, ScanResumption(), by: Bench.peer)
        }
        controller.mend()
        let resumed = try await microscope.resumeScan(begun.id, ScanResumption(), by: Bench.peer)
        #expect(resumed.taken == rests.taken)
        let done = try await settled(microscope, begun.id)
        #expect(done.state == .done && done.taken == 100, "\(done)")
        await microscope.stop()
        let places = try await places(bench)
        #expect(places.count == 100 && Set(places).count == 100, "each place once")
        #expect(places.first == "1000.0 500.0")
        // To the right in one row and back in the next.
        #expect(places[9] == "2866.2 500.0" && places[10] == "2866.2 665.9", "\(places[9...10])")
        controller.end()
    }

    @Test func aScanRestsWhenTheDaemonStartsAgain() async throws {
        let (bench, microscope, controller) = try await opened()
        let begun = try await microscope.startScan(request, by: Bench.peer)
        while try await microscope.scan(begun.id).taken < 3 { try await Task.sleep(for: .milliseconds(20)) }
        await microscope.stop()
        #expect(!controller.isMoving, "the motor stands when the daemon ends")
        let again = try await bench.open()
        let rests = try await again.scan(begun.id)
        #expect(rests.state == .paused && rests.reason?.contains("started again") == true && rests.taken >= 3)
        _ = try await again.resumeScan(begun.id, ScanResumption(), by: Bench.peer)
        while try await again.scan(begun.id).taken < rests.taken + 3 { try await Task.sleep(for: .milliseconds(20)) }
        _ = try await again.cancelScan(begun.id, by: Bench.peer)
        #expect(try await again.scan(begun.id).state == .cancelled)
        await again.stop()
        let places = try await places(bench)
        #expect(Set(places).count == places.count)
        controller.end()
    }

    @Test func aControllerThatLostItsPlaceIsNotTrusted() async throws {
        let (bench, microscope, controller) = try await opened()
        let begun = try await microscope.startScan(request, by: Bench.peer)
        while try await microscope.scan(begun.id).taken < 3 { try await Task.sleep(for: .milliseconds(20)) }
        _ = try await microscope.stopScan(begun.id, by: Bench.peer)
        let stage = GCodeStage(
            StageConfiguration(device: bench.configuration.motor!.device, limits: [.x: 0...25_000, .y: 0...25_000]))
        try await stage.move(to: [.x: 0, .y: 0])
        await stage.close()
        await #expect {
            try await microscope.resumeScan(begun.id, ScanResumption(), by: Bench.peer)
        } throws: { ($0 as? Problem)?.isKind(.scanRefused) == true }
        _ = try await microscope.resumeScan(begun.id, ScanResumption(anywhere: true), by: Bench.peer)
        await microscope.stop()
        controller.end()
    }

    @Test func whatLiesBeyondTheLimitsIsRefusedBeforeAnythingMoves() async throws {
        let (bench, microscope, controller) = try await opened(limits: [.x: 0...2000, .y: 0...25_000])
        defer { withExtendedLifetime(bench) {} }
        await #expect { try await microscope.startScan(request, by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.scanRefused) == true
        }
        #expect(controller.moves == 0)
        #expect(try await microscope.scans().isEmpty)
        await microscope.stop()
        controller.end()
    }

    @Test func withoutAMotorASentenceSaysSo() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        await #expect { try await microscope.focus(FocusRequest(), by: Bench.peer) } throws: {
            ($0 as? Problem)?.detail == "this microscope has no motor"
        }
        await microscope.stop()
    }

    @Test func theMotorFocusesTheSimulatedMicroscope() async throws {
        let (bench, first, controller) = try await opened(limits: [.z: -20...20])
        await first.stop()
        bench.configuration.camera = "simulated:5"
        let microscope = try await bench.open()
        let report = try await microscope.focus(FocusRequest(), by: Bench.peer)
        #expect(report.curve.count < 25 && report.curve.contains { $0.sharpness == 1 })
        #expect(abs(controller.actualPosition[2] - report.heightUm) < 3.5)
        await microscope.stop()
        controller.end()
    }
}
