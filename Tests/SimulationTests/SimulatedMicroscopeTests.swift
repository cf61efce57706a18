import Camera
import Imaging
import Simulation
import Testing

struct SimulatedMicroscopeTests {
    @Test func theSecondTriggerGivesTheSecondField() async throws {
        let microscope = SimulatedMicroscope(seed: 4, density: Pairs.sparse)
        let before = MonotonicInstant.now
        _ = try await microscope.triggeredFrame()
        let frame = try await microscope.triggeredFrame()
        let field = SimulatedField(seed: 4, index: 1, view: .camera, density: Pairs.sparse)
        #expect(frame.pixels == .mosaic(field.exposed(), .bggr))
        #expect(frame.origin == "1" && frame.sequence == 1 && frame.nmPerPixel == 180)
        #expect(frame.exposedAt > before)
    }

    @Test func controlsActOnTheFrame() async throws {
        let microscope = SimulatedMicroscope(seed: 4, density: Pairs.sparse)
        func mean(_ frame: Frame) -> Double {
            Double(frame.pixels.picture.samples.reduce(0) { $0 + Int($1) }) / Double(1280 * 1024)
        }
        let full = try await microscope.newestFrame()
        #expect(try await microscope.setControl("exposure", to: 500).value == 500)
        let half = try await microscope.newestFrame()
        #expect(abs(mean(half) / mean(full) - 0.5) < 0.01)
        #expect(half.controls["exposure"] == 500)
        _ = try await microscope.setControl("focus", to: 100)
        let blurred = try await microscope.newestFrame()
        #expect(blurred.origin == half.origin && blurred.pixels != half.pixels)
    }

    @Test func refusalsNameTheRange() async throws {
        let microscope = SimulatedMicroscope(seed: 4)
        let range = await #expect(throws: CameraError.self) { try await microscope.setControl("exposure", to: 9) }
        #expect(range?.code == .outOfRange && range?.hint.contains("100...4000") == true)
        let name = await #expect(throws: CameraError.self) { try await microscope.setControl("gain", to: 9) }
        #expect(name?.code == .badControl && name?.hint.contains("focus") == true)
        await microscope.close()
        let closed = await #expect(throws: CameraError.self) { try await microscope.triggeredFrame() }
        #expect(closed?.code == .closed)
    }
}
