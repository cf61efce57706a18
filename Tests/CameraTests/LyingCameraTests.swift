import Camera
import Imaging
import LyingCamera
import Testing

/// Cameras that tell what is not so: a capture shows what was there after the trigger, or ends in an honest error.
@Suite(.serialized) struct LyingCameraTests {
    private func opened(_ mode: String) async throws -> V4L2Source {
        let source = try V4L2Source(path: "/dev/lying-camera-\(mode)")
        for _ in 0..<100 where await source.state() != .streaming { try await Task.sleep(for: .milliseconds(20)) }
        // Some frames to be known by.
        try await Task.sleep(for: .milliseconds(400))
        return source
    }

    @Test(arguments: [
        ("honest", .timestamp), ("frozen", .arrival), ("late1", .timestamp), ("late10", .arrival),
        ("backwards", .arrival), ("zero", .arrival), ("future", .arrival), ("realtime", .arrival),
        ("garbage", .arrival), ("flagged", .timestamp), ("short", .timestamp), ("overlong", .timestamp),
        ("no-bytesused", .timestamp), ("seq0", .timestamp), ("no-rate", .timestamp), ("slow-rate", .timestamp),
        ("eio", .timestamp), ("wrong-index", .timestamp), ("endless-formats", .timestamp),
    ] as [(String, Frame.Freshness)])
    func aFieldIsWhatWasThereAfterTheTrigger(mode: String, freshness: Frame.Freshness) async throws {
        let source = try await opened(mode)
        for value in [10, 200, 30, 220] as [UInt8] {
            lying_camera_show(value)
            let triggered = MonotonicInstant.now
            let frame = try await source.triggeredFrame()
            #expect(frame.pixels.picture.samples.allSatisfy { $0 == UInt16(value) }, "\(mode): a frame from before")
            #expect(frame.freshness == freshness && frame.exposedAt >= triggered, "\(mode)")
            let seconds = Double(MonotonicInstant.now.nanoseconds - triggered.nanoseconds) / 1e9
            #expect(seconds < 3, "\(mode) took \(seconds) s")
        }
        await source.close()
    }

    @Test func damagedFramesAreCounted() async throws {
        for mode in ["flagged", "short", "overlong"] {
            let source = try await opened(mode)
            _ = try await source.triggeredFrame()
            #expect(try await source.triggeredFrame().accounting.errorFlagged > 0, "\(mode)")
            await source.close()
        }
    }

    @Test func aCameraWithoutAGoodFrameIsAnErrorThatSaysSo() async throws {
        let source = try await opened("all-flagged")
        let error = await #expect(throws: CameraError.self) { try await source.triggeredFrame() }
        #expect(error?.code == .truncatedFrame && error?.message.contains("flagged") == true)
        await source.close()
    }

    @Test func endlessListsOfFormatsEnd() async throws {
        let source = try await opened("endless-formats")
        #expect(try await source.modes().count == 1)
        await source.close()
    }
}
