import Camera
import Imaging
import LyingCamera
import Testing

/// Cameras that tell what is not so: a capture shows what was there after the trigger, or ends in an honest error.
@Suite(.serialized) struct LyingCameraTests {
    private func opened(_ mode: String, chosen: CameraMode? = nil) async throws -> V4L2Source {
        let source = try V4L2Source(path: "/dev/lying-camera-\(mode)", chosen: chosen)
        for _ in 0..<100 where await source.state() != .streaming { try await Task.sleep(for: .milliseconds(20)) }
        // Some frames to be known by.
        try await Task.sleep(for: .milliseconds(400))
        return source
    }

    @Test(
        arguments: [
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

    // MARK: Memory

    /// The formats in one plane of memory alone, whose frames begin where the device says.
    @Test func multiPlanarDevicesAreReadLikeOthers() async throws {
        let source = try await opened("multi-planar")
        #expect(try await source.modes().map(\.notation) == ["GREY:32x16"])
        #expect(await source.mode()?.notation == "GREY:32x16@20")
        for value in [10, 200] as [UInt8] {
            lying_camera_show(value)
            let frame = try await source.triggeredFrame()
            #expect(frame.pixels.picture.samples.allSatisfy { $0 == UInt16(value) })
        }
        await source.close()
    }

    @Test(arguments: [("two-planes", "2 planes of memory"), ("short-rows", "rows of 29 bytes")])
    func whatCannotBeReadIsRefused(mode: String, mention: String) async throws {
        let source = try V4L2Source(path: "/dev/lying-camera-\(mode)")
        let error = await #expect(throws: CameraError.self) { try await source.triggeredFrame() }
        #expect(error?.code == .noUsableFormat && error?.message.contains(mention) == true, "\(error as Any)")
        await source.close()
    }

    @Test func packedFramesAreUnpacked() async throws {
        let source = try await opened("packed")
        for value in [11, 202] as [UInt8] {
            lying_camera_show(value)
            let frame = try await source.triggeredFrame()
            let expected = UInt16(value) * 4 + UInt16(value & 3)
            #expect(frame.pixels.picture.samples.allSatisfy { $0 == expected } && frame.bitDepth == 10)
            guard case .mosaic(_, .rggb) = frame.pixels else {
                Issue.record("no RGGB mosaic")
                continue
            }
        }
        await source.close()
    }

    // MARK: Modes

    private let small = CameraMode(fourcc: "GREY", width: 16, height: 8, framesPerSecond: 10)

    @Test func aModeIsSetAndTakenBack() async throws {
        let source = try await opened("choice")
        #expect(await source.mode()?.notation == "Y10P:32x16@20")
        #expect(
            try await source.modes().map(\.notation) == [
                "Y10P:32x16@20", "GREY:32x16@20", "GREY:16x8@20", "GREY:16x8@10",
            ])
        try await source.setMode(small)
        #expect(await source.mode()?.notation == "GREY:16x8@10")
        #expect(await source.chosenMode() == small)
        #expect(await source.automaticMode()?.notation == "Y10P:32x16")
        #expect(await source.remarks().isEmpty)
        lying_camera_show(77)
        let frame = try await source.triggeredFrame()
        #expect(frame.pixels.picture.samples == Array(repeating: 77, count: 128) && frame.format == "GREY")
        try await source.setMode(nil)
        #expect(await source.mode()?.notation == "Y10P:32x16@20")
        #expect(await source.chosenMode() == nil)
        lying_camera_show(9)
        #expect(try await source.triggeredFrame().pixels.picture.samples == Array(repeating: 37, count: 512))
        await source.close()
    }

    /// What it offers instead is named, and the mode stays.
    @Test(
        arguments: [
            ("GREY", 640, 480, nil, "it offers GREY:32x16, GREY:16x8"),
            ("GREY", 16, 8, 15, "it offers GREY:16x8@20, GREY:16x8@10"),
            ("YUYV", 32, 16, nil, "it offers Y10P:32x16, GREY:32x16, GREY:16x8"),
            ("ABCD", 32, 16, nil, "it offers Y10P:32x16, GREY:32x16, GREY:16x8"),
        ] as [(String, Int, Int, Double?, String)])
    func aModeThatIsNotOfferedIsRefused(
        code: String, width: Int, height: Int, rate: Double?, hint: String
    ) async throws {
        let source = try await opened("choice", chosen: small)
        let error = await #expect(throws: CameraError.self) {
            try await source.setMode(CameraMode(fourcc: code, width: width, height: height, framesPerSecond: rate))
        }
        #expect(error?.code == .modeNotOffered && error?.hint == hint, "\(error as Any)")
        #expect(await source.mode()?.notation == "GREY:16x8@10")
        #expect(await source.chosenMode() == small)
        #expect(try await source.triggeredFrame().width == 16)
        await source.close()
    }

    @Test func whatLiesInARangeIsOffered() async throws {
        let source = try await opened("range")
        #expect(await source.mode()?.notation == "GREY:64x32@20")
        try await source.setMode(CameraMode(fourcc: "GREY", width: 48, height: 16))
        #expect(try await source.triggeredFrame().width == 48)
        for (width, height) in [(47, 16), (80, 16), (48, 40)] {
            let error = await #expect(throws: CameraError.self) {
                try await source.setMode(CameraMode(fourcc: "GREY", width: width, height: height))
            }
            #expect(error?.code == .modeNotOffered)
        }
        await source.close()
    }

    /// Whoever waits for a frame while the mode changes gets one of the new mode, exposed after the trigger.
    @Test func aCaptureSurvivesAChangeOfMode() async throws {
        let source = try await opened("choice")
        lying_camera_show(50)
        let triggered = MonotonicInstant.now
        async let waiting = source.triggeredFrame()
        try await source.setMode(small)
        let frame = try await waiting
        #expect(frame.exposedAt >= triggered && (frame.width == 16 || frame.width == 32))
        await source.close()
    }

    @Test func aRememberedModeIsTakenAndWhereItIsGoneThatIsSaid() async throws {
        var source = try await opened("choice", chosen: small)
        #expect(await source.mode()?.notation == "GREY:16x8@10")
        #expect(await source.remarks().isEmpty)
        await source.close()
        lying_camera_withhold(1)
        defer { lying_camera_withhold(0) }
        source = try await opened("choice", chosen: small)
        #expect(await source.mode()?.notation == "Y10P:32x16@20")
        #expect(await source.chosenMode() == small)
        let remarks = await source.remarks()
        #expect(remarks.count == 1 && remarks[0].contains("was set to GREY:16x8@10"), "\(remarks)")
        #expect(try await source.triggeredFrame().width == 32)
        await source.close()
    }

    @Test func endlessListsOfFormatsEnd() async throws {
        let source = try await opened("endless-formats")
        #expect(try await source.modes().count == 1)
        await source.close()
    }
}
