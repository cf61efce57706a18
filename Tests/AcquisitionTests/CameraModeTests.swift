import Acquisition
import ControlAPI
import Foundation
import LyingCamera
import Testing

/// A camera's mode is used and remembered, and a scale holds for frames of the size that it was stated for.
@Suite(.serialized) struct CameraModeTests {
    private func bench(_ camera: String = "choice", nmPerPixel: Double? = nil) throws -> Bench {
        let bench = try Bench(fields: 0)
        bench.configuration.camera = "/dev/lying-camera-\(camera)"
        (bench.configuration.lensFolder, bench.configuration.nmPerPixel) = (nil, nmPerPixel)
        return bench
    }

    private func opened(_ bench: Bench) async throws -> Microscope {
        let microscope = try await bench.open()
        for _ in 0..<100 where try await microscope.cameraReport().mode == nil {
            try await Task.sleep(for: .milliseconds(20))
        }
        return microscope
    }

    private let small = CameraModeChoice(format: "GREY", width: 16, height: 8, framesPerSecond: 10)

    private func set(_ choice: CameraModeChoice, _ microscope: Microscope) async throws -> CameraReport {
        try await microscope.setCameraMode(choice, by: Bench.peer)
    }

    @Test func aModeIsUsedAndRememberedUntilItIsTakenBack() async throws {
        let bench = try bench()
        var microscope = try await opened(bench)
        let first = try await microscope.cameraReport()
        #expect(first.mode?.format == "Y10P" && first.mode?.width == 32 && first.modeChosen == nil)
        let changed = try await set(small, microscope)
        #expect(changed.mode?.format == "GREY" && changed.mode?.width == 16 && changed.mode?.framesPerSecond == 10)
        #expect(changed.modeChosen?.width == 16 && changed.remarks.isEmpty)
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        _ = try await microscope.captured(slide: "s")
        await microscope.stop()

        microscope = try await opened(bench)
        #expect(try await microscope.cameraReport().mode?.width == 16)
        _ = try await microscope.captured(slide: "s")
        #expect(try await set(.automatic, microscope).mode?.width == 32)
        await microscope.stop()

        microscope = try await opened(bench)
        let last = try await microscope.cameraReport()
        #expect(last.mode?.format == "Y10P" && last.modeChosen == nil)
        _ = try await microscope.captured(slide: "s")
        let captures = try await microscope.captures(ofSlide: "s")
        #expect(captures.count == 3)
        await microscope.stop()
    }

    @Test func aModeThatIsNotOfferedIsRefusedAndNotRemembered() async throws {
        let bench = try bench()
        var microscope = try await opened(bench)
        await #expect {
            try await set(CameraModeChoice(format: "GREY", width: 640, height: 480), microscope)
        } throws: { error in
            (error as? Problem)?.isKind(.cameraModeRefused) == true
                && "\(error)".contains("it offers GREY:32x16, GREY:16x8")
        }
        await microscope.stop()
        microscope = try await opened(bench)
        #expect(try await microscope.cameraReport().modeChosen == nil)
        await microscope.stop()
    }

    /// Each is told of its own order, and what is remembered is what is in force.
    @Test func ordersOfClientsAtOnceFollowEachOther() async throws {
        let bench = try bench()
        let first = try await opened(bench)
        let choices = [small, CameraModeChoice(format: "GREY", width: 32, height: 16), .automatic]
        let isNotOffered = CameraModeChoice(format: "GREY", width: 640, height: 480)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<24 {
                group.addTask {
                    guard number % 4 > 0 else {
                        await #expect(throws: Problem.self) { try await set(isNotOffered, first) }
                        return
                    }
                    let choice = choices[number % 4 - 1]
                    let report = try await set(choice, first)
                    #expect(report.modeChosen?.width == choice.width && report.modeChosen?.height == choice.height)
                    #expect(report.mode?.format == choice.format ?? "Y10P" && report.mode?.width == choice.width ?? 32)
                }
            }
            try await group.waitForAll()
        }
        let inForce = try await first.cameraReport()
        await first.stop()
        let second = try await opened(bench)
        let remembered = try await second.cameraReport()
        #expect(remembered.mode == inForce.mode && remembered.modeChosen == inForce.modeChosen)
        await second.stop()
    }

    @Test func aModeThatIsGoneIsARemark() async throws {
        let bench = try bench()
        var microscope = try await opened(bench)
        _ = try await set(small, microscope)
        await microscope.stop()
        lying_camera_withhold(1)
        defer { lying_camera_withhold(0) }
        microscope = try await opened(bench)
        let status = try await microscope.status().camera
        #expect(status.state == .streaming && status.mode?.width == 32 && status.modeChosen?.width == 16)
        #expect(status.remarks.contains { $0.contains("was set to GREY:16x8@10") && $0.contains("does not offer it") })
        await microscope.stop()
    }

    /// Half as many pixels may be the whole field or its middle: nobody knows but who looks.
    @Test func aCalibrationHoldsForFramesOfItsSize() async throws {
        let bench = try bench()
        let microscope = try await opened(bench)
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        func calibrate(_ nmPerPixel: Double) async throws -> CalibrationReport {
            try await microscope.calibrate(CalibrationRequest(objective: "20x", nmPerPixel: nmPerPixel), by: Bench.peer)
        }
        #expect(try await calibrate(180).note?.contains("frames of 32 x 16") == true)
        _ = try await microscope.captured(slide: "s")
        let changed = try await set(small, microscope)
        #expect(changed.nmPerPixel == nil && changed.objective == "20x")
        let remark = "the objective 20x is calibrated for frames of 32 x 16, and the camera gives 16 x 8 now"
        #expect(changed.remarks.contains { $0.hasPrefix(remark) }, "\(changed.remarks)")
        #expect(try await microscope.calibrations().map(\.isInUse) == [false])
        #expect(try await microscope.use(objective: "20x", by: Bench.peer).isInUse == false)
        _ = try await microscope.captured(slide: "s")
        _ = try await calibrate(360)
        _ = try await microscope.captured(slide: "s")
        #expect(try await microscope.cameraReport().remarks.isEmpty)
        // Each size has its own.
        #expect(try await set(.automatic, microscope).nmPerPixel == 180)
        #expect(try await microscope.calibrations().map(\.isInUse) == [true, false])
        _ = try await microscope.captured(slide: "s")
        #expect(try await microscope.captures(ofSlide: "s").map(\.nmPerPixel) == [180, nil, 360, 180])
        await microscope.stop()
    }

    @Test func theScaleOfTheConfigurationIsOfTheCamerasOwnSize() async throws {
        let bench = try bench(nmPerPixel: 180)
        let microscope = try await opened(bench)
        #expect(try await microscope.cameraReport().nmPerPixel == 180)
        let changed = try await set(small, microscope)
        #expect(
            changed.nmPerPixel == nil
                && changed.remarks.contains { $0.contains("nm_per_pixel") && $0.contains("32 x 16") })
        // Another format of the same size shows the same pixels.
        let same = try await set(CameraModeChoice(format: "GREY", width: 32, height: 16), microscope)
        #expect(same.nmPerPixel == 180 && same.remarks.isEmpty)
        await microscope.stop()
    }

    @Test func aSourceWithoutModesRefuses() async throws {
        let bench = try Bench(fields: 0)
        let microscope = try await bench.open()
        await #expect { try await set(.automatic, microscope) } throws: {
            ($0 as? Problem)?.isKind(.cameraModeRefused) == true
        }
        await microscope.stop()
    }
}
