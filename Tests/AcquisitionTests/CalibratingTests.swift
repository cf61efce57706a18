import Acquisition
import ControlAPI
import Foundation
import Imaging
import Testing

/// Scales have a history, and each capture keeps the one it was taken with.
@Suite struct CalibratingTests {
    @Test func eachCaptureKeepsTheScaleOfItsTime() async throws {
        let bench = try Bench()
        (bench.configuration.nmPerPixel, bench.configuration.lensFolder) = (nil, nil)
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        _ = try await microscope.captured(slide: "s")
        let first = try await microscope.calibrate(
            CalibrationRequest(objective: "20x", pixelPitchUm: 3.6, magnification: 20), by: Bench.peer)
        #expect(first.nmPerPixel == 180 && first.how == .pixelPitch && first.note == "3.6 um / 20")
        _ = try await microscope.captured(slide: "s")
        _ = try await microscope.calibrate(
            CalibrationRequest(objective: "40x", pixelPitchUm: 3.6, magnification: 40, binning: 2), by: Bench.peer)
        _ = try await microscope.captured(slide: "s")
        _ = try await microscope.calibrate(CalibrationRequest(objective: "20x", nmPerPixel: 181.5), by: Bench.peer)
        _ = try await microscope.captured(slide: "s")
        _ = try await microscope.use(objective: "40x", by: Bench.peer)
        _ = try await microscope.captured(slide: "s")
        // No scale, then each its own: no calibration reaches back.
        #expect(try await microscope.captures(ofSlide: "s").map(\.nmPerPixel) == [nil, 180, 180, 181.5, 180])
        let history = try await microscope.calibrations()
        #expect(history.map(\.objective) == ["20x", "40x", "20x"] && history.map(\.nmPerPixel) == [180, 180, 181.5])
        #expect(history.map(\.isInUse) == [false, true, false])
        #expect(history.allSatisfy { $0.by.contains("uid=1000") && !$0.at.isEmpty })
        await #expect { try await microscope.use(objective: "100x", by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.objectiveNotFound) == true
        }
        await microscope.stop()
    }

    /// The simulated microscope knows its scale: a calibration would be on record as in use, and ignored.
    @Test func whatWouldBeIgnoredIsRefused() async throws {
        let bench = try Bench()
        (bench.configuration.camera, bench.configuration.lensFolder) = ("simulated:7", nil)
        let microscope = try await bench.open()
        for request in [
            CalibrationRequest(objective: "20x", pixelPitchUm: 3.6, magnification: 40),
            CalibrationRequest(objective: "20x", stageMicrometerDivisionUm: 10),
        ] {
            await #expect { try await microscope.calibrate(request, by: Bench.peer) } throws: { error in
                (error as? Problem)?.isKind(.calibrationRefused) == true && "\(error)".contains("knows its own scale")
            }
        }
        #expect(try await microscope.calibrations().isEmpty)
        await microscope.stop()
        // One made with a camera is not in use on the simulated microscope.
        bench.configuration.camera = "folder:\(bench.picture("").path)"
        let camera = try await bench.open()
        _ = try await camera.calibrate(CalibrationRequest(objective: "20x", nmPerPixel: 90), by: Bench.peer)
        #expect(try await camera.calibrations().map(\.isInUse) == [true])
        await camera.stop()
        bench.configuration.camera = "simulated:7"
        let again = try await bench.open()
        #expect(try await again.calibrations().map(\.isInUse) == [false])
        await #expect(throws: Problem.self) { try await again.use(objective: "20x", by: Bench.peer) }
        await again.stop()
    }

    /// The stored picture states the scale that it is counted with.
    @Test func theScaleIsInTheStoredPicture() async throws {
        let bench = try Bench()
        bench.configuration.lensFolder = nil
        let microscope = try await bench.open()
        _ = try await microscope.createSlide(SlideCreation(name: "s"), by: Bench.peer)
        _ = try await microscope.captured(slide: "s")
        let png = try await microscope.image(ofCapture: 1, kind: .input)
        // pHYs: pixels per metre across and down, then 1 for the metre; 10^9 / 180 = 5,555,556.
        let chunk = try #require(Data(png).range(of: Data("pHYs".utf8)))
        let body = Array(png[chunk.upperBound..<chunk.upperBound + 9])
        let across = body[0..<4].reduce(0) { $0 << 8 | UInt32($1) }
        #expect(across == 5_555_556 && body[4..<8].elementsEqual(body[0..<4]) && body[8] == 1)
        await microscope.stop()
    }

    @Test func aStageMicrometerIsMeasured() async throws {
        let bench = try Bench(fields: 0)
        bench.configuration.lensFolder = nil
        // Lines 10 µm apart under 180 nm a pixel, slightly askew.
        var picture = Picture<UInt8>(width: 640, height: 512, channels: 3, filledWith: 210)
        for y in 0..<512 {
            for x in 0..<640 {
                let across = (Double(x) * cos(0.02) + Double(y) * sin(0.02)) / (10 / 0.18)
                let distance = abs(across - across.rounded()) * 10 / 0.18
                let line = max(0, min(1, 4 - distance + 0.5))
                for channel in 0..<3 { picture[x, y, channel] = UInt8(210 - 150 * line) }
            }
        }
        try Data(PNG.encode(picture, nmPerPixel: nil)).write(to: bench.picture("micrometer.png"))
        let microscope = try await bench.open()
        let measured = try await microscope.calibrate(
            CalibrationRequest(objective: "20x", stageMicrometerDivisionUm: 10), by: Bench.peer)
        #expect(measured.how == .stageMicrometer && abs(measured.nmPerPixel - 180) < 0.1, "\(measured)")
        #expect(try await microscope.cameraReport().nmPerPixel == measured.nmPerPixel)
        await microscope.stop()
    }

    /// Pollen is no ruler: nothing is recorded, and the objective in use stays.
    @Test func aPictureWithoutLinesIsRefused() async throws {
        let bench = try Bench()
        bench.configuration.lensFolder = nil
        let microscope = try await bench.open()
        let before = try await microscope.calibrate(
            CalibrationRequest(objective: "20x", nmPerPixel: 180), by: Bench.peer)
        await #expect {
            try await microscope.calibrate(
                CalibrationRequest(objective: "20x", stageMicrometerDivisionUm: 10), by: Bench.peer)
        } throws: { ($0 as? Problem)?.isKind(.calibrationRefused) == true }
        #expect(try await microscope.calibrations() == [before])
        await microscope.stop()
    }
}
