import Foundation
import Simulation
import Stage
import Testing

/// A stage on a pseudo-terminal, and what it truly does.
@Suite(.serialized) struct GCodeStageTests {
    private final class Bench {
        let controller: SimulatedController
        let stage: GCodeStage

        init(
            _ firmware: StageConfiguration.Firmware = .grbl, backlash: Double = 3, speed: Double = 20_000,
            limits: [StageAxis: ClosedRange<Double>] = [.x: 0...25_000, .y: 0...25_000, .z: -1000...1000]
        ) {
            let link = NSTemporaryDirectory() + "nl-stage-\(UUID().uuidString)"
            var settings = SimulatedController.Settings(link: link)
            settings.firmware = firmware == .grbl ? .grbl : .marlin
            settings.backlashMicrometres = backlash
            settings.micrometresPerSecond = speed
            controller = SimulatedController(settings)
            stage = GCodeStage(
                StageConfiguration(
                    device: link, firmware: firmware, limits: limits, backlashMicrometres: backlash,
                    micrometresPerSecond: speed, patience: .milliseconds(700)))
        }

        deinit { controller.end() }
    }

    @Test(arguments: StageConfiguration.Firmware.allCases)
    func itGoesWhereItIsToldAndSaysWhereItIs(firmware: StageConfiguration.Firmware) async throws {
        let bench = Bench(firmware, backlash: 0)
        try await bench.stage.move(to: [.x: 1234.5, .y: 800, .z: -12.3])
        let there = try await bench.stage.position()
        #expect(abs(there.x - 1234.5) < 0.1 && abs(there.y - 800) < 0.1 && abs(there.z + 12.3) < 0.1)
        for (actual, wanted) in zip(bench.controller.actualPosition, [1234.5, 800, -12.3]) {
            #expect(abs(actual - wanted) < 0.1)
        }
    }

    @Test func fromBelowThePlayDoesNotMatter() async throws {
        let bench = Bench(backlash: 3)
        var places: [Double] = []
        for start in [-40.0, 60, 3, 9] {
            try await bench.stage.move(to: [.z: start])
            try await bench.stage.approach([.z: 10])
            places.append(bench.controller.actualPosition[2])
        }
        #expect(places.max()! - places.min()! < 0.2, "\(places)")
        // Straight from either side it does.
        try await bench.stage.move(to: [.z: 60])
        try await bench.stage.move(to: [.z: 10])
        #expect(abs(bench.controller.actualPosition[2] - places[0]) > 2)
    }

    @Test func beyondTheLimitsNothingIsSent() async throws {
        let bench = Bench()
        _ = try await bench.stage.position()
        let error = await #expect(throws: StageError.self) { try await bench.stage.move(to: [.z: 1500]) }
        #expect(error?.code == .outsideLimits && error?.message.contains("z = 1500 um") == true)
        #expect(bench.controller.moves == 0)
    }

    @Test(arguments: StageConfiguration.Firmware.allCases)
    func aLimitSwitchEndsTheMoveWithASentence(firmware: StageConfiguration.Firmware) async throws {
        // The configuration allows more than the drive does.
        let bench = Bench(firmware, limits: [.z: -5000...5000])
        let error = await #expect(throws: StageError.self) { try await bench.stage.move(to: [.z: 1400]) }
        #expect([.alarm, .refused].contains(error?.code), "\(String(describing: error))")
        #expect(bench.controller.stops > 0 || firmware == .marlin)
        #expect(!bench.controller.isMoving)
    }

    @Test func silenceIsToldWithinThePatience() async throws {
        let bench = Bench()
        try await bench.stage.move(to: [.x: 10])
        bench.controller.fail(.silence)
        let start = ContinuousClock.now
        let error = await #expect(throws: StageError.self) { try await bench.stage.move(to: [.x: 500]) }
        #expect(error?.code == .noAnswer)
        #expect(ContinuousClock.now - start < .seconds(4))
        #expect(bench.controller.stops > 0)
    }

    @Test(arguments: StageConfiguration.Firmware.allCases)
    func nonsenseStopsTheMotor(firmware: StageConfiguration.Firmware) async throws {
        let bench = Bench(firmware)
        try await bench.stage.move(to: [.x: 10])
        bench.controller.fail(.nonsense)
        let error = await #expect(throws: StageError.self) { try await bench.stage.move(to: [.x: 500]) }
        #expect(error?.code == .nonsense)
        #expect(!bench.controller.isMoving)
    }

    @Test func aCutLineIsToldAndMended() async throws {
        let bench = Bench()
        try await bench.stage.move(to: [.x: 100])
        bench.controller.fail(.cut)
        let error = await #expect(throws: StageError.self) { try await bench.stage.move(to: [.x: 200]) }
        #expect(error?.code == .lineCut, "\(String(describing: error))")
        bench.controller.mend()
        #expect(abs(try await bench.stage.position().x - 100) < 1)
        try await bench.stage.move(to: [.x: 300])
        #expect(abs(bench.controller.actualPosition[0] - 300) < 4)
    }

    @Test func stoppingEndsAMoveThatIsUnderWay() async throws {
        let bench = Bench(speed: 1000)
        _ = try await bench.stage.position()
        let stage = bench.stage
        let move = Task { try await stage.move(to: [.x: 20_000]) }
        try await Task.sleep(for: .milliseconds(400))
        #expect(bench.controller.isMoving)
        let start = ContinuousClock.now
        await stage.stop()
        #expect(ContinuousClock.now - start < .seconds(1))
        #expect(!bench.controller.isMoving)
        #expect(bench.controller.actualPosition[0] < 5000)
        let error = await #expect(throws: StageError.self) { try await move.value }
        #expect(error?.code == .stopped)
        // And it goes on when it is asked.
        #expect(try await stage.position().x > 0)
    }

    @Test func whatIsNoSerialLineIsRefused() async throws {
        for (path, code) in [("/nonexistent/tty", StageError.Code.cannotOpen), ("/dev/null", .cannotOpen)] {
            let stage = GCodeStage(StageConfiguration(device: path, limits: [.z: 0...10]))
            let error = await #expect(throws: StageError.self) { try await stage.position() }
            #expect(error?.code == code)
        }
    }
}
