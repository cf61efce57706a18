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

    /// A live picture moves at the camera's rate without drawing fields, and takes none from the captures.
    @Test func theLivePictureTakesNothingFromCaptures() async throws {
        let microscope = SimulatedMicroscope(seed: 4, density: Pairs.sparse)
        var last = try await microscope.liveFrame(after: nil)
        let clock = ContinuousClock()
        let began = clock.now
        for _ in 0..<10 {
            let next = try await microscope.liveFrame(after: last.sequence)
            #expect(next.sequence != last.sequence && next.pixels != last.pixels && next.origin == "0")
            #expect(next.width == 1280 && next.height == 1024 && next.nmPerPixel == 180)
            last = next
        }
        // Drawing a field takes about two seconds.
        #expect(clock.now - began < .seconds(4))
        #expect(try await microscope.triggeredFrame().origin == "0")
        #expect(try await microscope.triggeredFrame().origin == "1")
        #expect(try await microscope.liveFrame(after: last.sequence).origin == "1")
    }

    /// It shows what a capture of the same field gets, but for the noise.
    @Test func theLivePictureIsTheFieldsPicture() async throws {
        let microscope = SimulatedMicroscope(seed: 4, density: Pairs.sparse)
        _ = try await microscope.setControl("exposure", to: 700)
        let live = try await microscope.liveFrame(after: nil).pixels.picture.samples
        let capture = try await microscope.triggeredFrame().pixels.picture.samples
        let difference = zip(live, capture).map { Double($0) - Double($1) }
        let mean = difference.reduce(0, +) / Double(difference.count)
        let square = difference.reduce(0) { $0 + $1 * $1 } / Double(difference.count)
        // Two pictures of about two levels of noise each.
        #expect(abs(mean) < 0.1 && square.squareRoot() < 5, "\(mean) \(square.squareRoot())")
    }

    @Test func liveExposureActsAtOnce() async throws {
        let microscope = SimulatedMicroscope(seed: 4, density: Pairs.sparse)
        func mean(_ frame: Frame) -> Double {
            Double(frame.pixels.picture.samples.reduce(0) { $0 + Int($1) }) / Double(1280 * 1024)
        }
        let full = try await microscope.liveFrame(after: nil)
        _ = try await microscope.setControl("exposure", to: 500)
        let half = try await microscope.liveFrame(after: full.sequence)
        #expect(abs(mean(half) / mean(full) - 0.5) < 0.01 && half.controls["exposure"] == 500)
        await microscope.close()
        let closed = await #expect(throws: CameraError.self) { try await microscope.liveFrame(after: half.sequence) }
        #expect(closed?.code == .closed)
    }
}
