import Foundation
import SlideStore
import Testing

@Suite struct CalibrationTests {
    @Test func theLatestOfTheObjectiveInUseIsInForce() async throws {
        let folder = try Folder()
        var store = try SlideStore(at: folder.database)
        #expect(try await store.calibrationInForce() == nil)
        #expect(try await store.objectiveInUse() == nil)
        let pitch = try await store.addCalibration(
            objective: " 20x ", method: .pitch(pixelPitchMicrometres: 3.6, magnification: 20), camera: "USB camera",
            by: botanist)
        #expect(pitch.nmPerPixel == 180 && pitch.objective == "20x" && pitch.agent == botanist)
        let measured = try await store.addCalibration(
            objective: "20X",
            method: .stageMicrometer(divisionMicrometres: 10, pixelsPerDivision: 55, standardErrorPixels: 0.11),
            camera: "USB camera", note: "after cleaning", by: botanist)
        #expect(abs(measured.nmPerPixel - 181.818_181_8) < 1e-6)
        #expect(abs((measured.method.standardErrorNmPerPixel ?? 0) - 0.363_636_36) < 1e-6)
        try await store.addCalibration(
            objective: "40x", method: .pitch(pixelPitchMicrometres: 3.6, magnification: 40), camera: "", by: visitor)
        #expect(try await store.calibrationInForce() == nil)
        try await store.useObjective("20x", by: visitor)
        try store.close()

        store = try SlideStore(at: folder.database)
        #expect(try await store.calibrationInForce() == measured)
        #expect(try await store.objectiveInUse() == "20x")
        let scale = try #require(FieldScale(measured))
        #expect(scale.nmPerPixel == measured.nmPerPixel && scale.origin == "calibration 2 (20X, stage micrometer)")
        try await store.useObjective("40x", by: visitor)
        #expect(try await store.calibrationInForce()?.nmPerPixel == 90)
        // Not that of another objective.
        try await store.useObjective("100x", by: visitor)
        #expect(try await store.calibrationInForce() == nil)
        #expect(try await store.calibrations().map(\.id) == [3, 2, 1])
        #expect(try await store.calibrations(ofObjective: "20X").map(\.id) == [2, 1])
        #expect(try await store.calibration(ofObjective: "20x") == measured)
        #expect(try await store.calibration(ofObjective: "63x") == nil)
    }

    @Test func aCalibrationHoldsForFramesOfItsSize() async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        let (large, half) = (FrameSize(width: 1280, height: 1024), FrameSize(width: 640, height: 512))
        func add(_ nmPerPixel: Double, _ size: FrameSize?) async throws -> Calibration {
            try await store.addCalibration(
                objective: "20x", method: .given(nmPerPixel: nmPerPixel), camera: "", frameSize: size, by: botanist)
        }
        let early = try await add(180, nil)
        try await store.useObjective("20x", by: botanist)
        // Before cameras could be set, frames had their usual size.
        #expect(try await store.calibrationInForce(forFrames: large, usual: large) == early)
        #expect(try await store.calibrationInForce(forFrames: half, usual: large) == nil)
        #expect(try await store.calibrationInForce(forFrames: half, usual: nil) == nil)
        let binned = try await add(360, half)
        let newer = try await add(181, large)
        #expect(binned.frameSize == half && early.frameSize == nil)
        #expect(try await store.calibrationInForce(forFrames: half, usual: large) == binned)
        #expect(try await store.calibrationInForce(forFrames: large, usual: large) == newer)
        #expect(try await store.calibrationInForce() == newer)
    }

    @Test func cameraModesAreRememberedByCamera() async throws {
        let folder = try Folder()
        var store = try SlideStore(at: folder.database)
        #expect(try await store.cameraMode(ofCamera: "/dev/video0") == nil)
        let mode = StoredCameraMode(format: "pRAA", size: FrameSize(width: 1280, height: 960), framesPerSecond: 7.5)
        let other = StoredCameraMode(format: "MJPG", size: FrameSize(width: 640, height: 480))
        try await store.setCameraMode(mode, ofCamera: "/dev/video0", by: botanist)
        try await store.setCameraMode(other, ofCamera: "/dev/video2", by: botanist)
        try store.close()
        store = try SlideStore(at: folder.database)
        #expect(try await store.cameraMode(ofCamera: "/dev/video0") == mode)
        #expect(try await store.cameraMode(ofCamera: "/dev/video2") == other)
        try await store.setCameraMode(nil, ofCamera: "/dev/video0", by: visitor)
        #expect(try await store.cameraMode(ofCamera: "/dev/video0") == nil)
    }

    @Test(arguments: [0, -1, .infinity, -.infinity, .nan] as [Double])
    func figuresThatCannotBeAreRefused(value: Double) async throws {
        let folder = try Folder()
        let store = try SlideStore(at: folder.database)
        for method in [
            .pitch(pixelPitchMicrometres: value, magnification: 20),
            .pitch(pixelPitchMicrometres: 3.6, magnification: value),
            .stageMicrometer(divisionMicrometres: value, pixelsPerDivision: 55, standardErrorPixels: 0),
            .stageMicrometer(divisionMicrometres: 10, pixelsPerDivision: value, standardErrorPixels: 0),
            .stageMicrometer(
                divisionMicrometres: 10, pixelsPerDivision: 55, standardErrorPixels: value == 0 ? -0.1 : value),
            .pitch(pixelPitchMicrometres: 1e-300, magnification: 1e300),
        ] as [Calibration.Method] {
            let error = await refusal {
                try await store.addCalibration(objective: "20x", method: method, camera: "", by: visitor)
            }
            #expect(error?.code == .invalidValue, "\(method)")
        }
        let nameless = await refusal {
            try await store.addCalibration(
                objective: " ", method: .pitch(pixelPitchMicrometres: 1, magnification: 1), camera: "", by: visitor)
        }
        #expect(nameless?.code == .invalidName && nameless?.message.contains("objective") == true)
        #expect(await refusal { try await store.useObjective("\n", by: visitor) }?.code == .invalidName)
        #expect(try await store.calibrations().isEmpty)
    }
}
