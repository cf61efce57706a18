import ControlAPI
import Foundation
import Testing

/// What requests say is wrong with themselves.
@Suite struct FaultsTests {
    @Test(arguments: [
        ReviewRequest(action: .accept, grains: [1, 2]),
        ReviewRequest(action: .relabel, grains: [1], species: "unidentified", note: "n", reviewer: "r"),
        ReviewRequest(action: .reject, grains: [1]),
        ReviewRequest(action: .reject, grains: [1, 2, 3], reason: "bubble"),
        ReviewRequest(action: .merge, grains: [1, 2], species: "iva"),
        ReviewRequest(action: .split, grains: [1]),
        ReviewRequest(action: .split, grains: [1], parts: 16),
        ReviewRequest(action: .split, grains: [1], linePx: [0, 0, 0, 1]),
        ReviewRequest(
            action: .split, grains: [1], outlinesPx: [[[0, 0], [1, 0], [0, 1]], [[2, 0], [3, 0], [2, 1]]]),
        ReviewRequest(
            action: .draw, grains: [], species: "iva", outlinesPx: [[[0, 0], [1, 0], [0, 1]]], capture: 1),
        ReviewRequest(action: .draw, grains: [1], outlinesPx: [[[0, 0], [1, 0], [0, 1]]], revision: 4),
        ReviewRequest(action: .undo, grains: [1]),
        ReviewRequest(action: .accept, grains: Array(1...1000)),
    ])
    func reviewsOfRightShape(request: ReviewRequest) { #expect(request.fault == nil) }

    @Test(arguments: [
        ReviewRequest(action: .accept, grains: []),
        ReviewRequest(action: .accept, grains: [1, 2, 1]),
        ReviewRequest(action: .accept, grains: Array(1...1001)),
        ReviewRequest(action: .accept, grains: [1], species: "iva"),
        ReviewRequest(action: .accept, grains: [1], reason: "round"),
        ReviewRequest(action: .accept, grains: [1], parts: 2),
        ReviewRequest(action: .relabel, grains: [1]),
        ReviewRequest(action: .relabel, grains: [1], species: ""),
        ReviewRequest(action: .merge, grains: [1]),
        ReviewRequest(action: .merge, grains: [1, 2], outlinesPx: [[[0, 0], [1, 0], [0, 1]]]),
        ReviewRequest(action: .split, grains: [1, 2]),
        ReviewRequest(action: .split, grains: [1], parts: 1),
        ReviewRequest(action: .split, grains: [1], parts: 17),
        ReviewRequest(action: .split, grains: [1], parts: 2, linePx: [0, 0, 1, 1]),
        ReviewRequest(action: .split, grains: [1], linePx: [3, 4, 3, 4]),
        ReviewRequest(action: .split, grains: [1], linePx: [.infinity, 4, 3, 4]),
        ReviewRequest(action: .split, grains: [1], outlinesPx: [[[0, 0], [1, 0], [0, 1]]]),
        ReviewRequest(action: .split, grains: [1], outlinesPx: [[[0, 0], [1, 0]], [[2, 0], [3, 0], [2, 1]]]),
        ReviewRequest(action: .draw, grains: [], species: "iva", outlinesPx: [[[0, 0], [1, 0], [0, 1]]]),
        ReviewRequest(action: .draw, grains: [], outlinesPx: [[[0, 0], [1, 0], [0, 1]]], capture: 1),
        ReviewRequest(action: .draw, grains: [1], outlinesPx: [[[0, 0], [1, 0], [0, 1]]], capture: 1),
        ReviewRequest(action: .draw, grains: [1, 2], outlinesPx: [[[0, 0], [1, 0], [0, 1]]]),
        ReviewRequest(action: .draw, grains: [], species: "iva", capture: 1),
        ReviewRequest(action: .draw, grains: [1], outlinesPx: [[[0, 0], [1, 0]]]),
        ReviewRequest(action: .draw, grains: [1], outlinesPx: [Array(repeating: [0, 0], count: 2001)]),
        ReviewRequest(action: .draw, grains: [1], outlinesPx: [[[0, 0], [1e9, 0], [0, 1]]]),
        ReviewRequest(action: .accept, grains: [1], capture: 1),
        ReviewRequest(action: .undo, grains: [1, 2]),
    ])
    func reviewsOfWrongShape(request: ReviewRequest) throws {
        let fault = try #require(request.fault)
        #expect(fault.isKind(.invalidReview) && !fault.hint.isEmpty)
    }

    @Test func aSpeciesHasANameAndAPlainKey() throws {
        #expect(SpeciesRequest(name: "Betula pendula").fault == nil)
        #expect(SpeciesRequest(name: "Betula pendula").proposedKeys == ["betula", "betula-pendula"])
        #expect(SpeciesRequest(name: "береза", key: "bereza-2", colour: "#E69F00").fault == nil)
        for wrong in [
            SpeciesRequest(name: ""), SpeciesRequest(name: " "), SpeciesRequest(name: "a\nb"),
            SpeciesRequest(name: "береза"),
            SpeciesRequest(name: String(repeating: "a", count: 201)), SpeciesRequest(name: "a", key: ""),
            SpeciesRequest(name: "a", key: "a--b"), SpeciesRequest(name: "a", key: "A"),
            SpeciesRequest(name: "a", key: "../x"), SpeciesRequest(name: "a", key: "a\u{332}"),
            SpeciesRequest(name: "a", colour: "red"), SpeciesRequest(name: "a", colour: "#12345"),
        ] {
            let fault = try #require(wrong.fault, "\(wrong)")
            #expect(fault.isKind(.invalidSpecies) && !fault.hint.isEmpty)
        }
    }

    @Test func scaleIsGivenInOneWay() throws {
        func request(
            _ name: String = "20x", pitch: Double? = nil, magnification: Double? = nil, binning: Int? = nil,
            division: Double? = nil, scale: Double? = nil
        ) -> CalibrationRequest {
            CalibrationRequest(
                objective: name, pixelPitchUm: pitch, magnification: magnification, binning: binning,
                stageMicrometerDivisionUm: division, nmPerPixel: scale)
        }
        for right in [
            request(pitch: 3.6, magnification: 20), request(pitch: 3.6, magnification: 20, binning: 2),
            request(division: 10), request(scale: 180),
        ] { #expect(right.fault == nil) }
        for wrong in [
            request(), request("", scale: 180), request(pitch: 3.6), request(magnification: 20),
            request(binning: 2, scale: 180), request(division: 10, scale: 180), request(scale: 0),
            request(scale: -180), request(scale: .nan), request(scale: .infinity),
            request(pitch: 3.6, magnification: 0), request(pitch: 3.6, magnification: 20, binning: 0),
        ] { #expect(try #require(wrong.fault).isKind(.invalidCalibration)) }
    }

    @Test func modesAreWrittenAsTheyAreListed() throws {
        #expect(
            CameraModeChoice(parsing: "BA81:1280x1024") == CameraModeChoice(format: "BA81", width: 1280, height: 1024))
        #expect(
            CameraModeChoice(parsing: "Y16:640X480@29.97")
                == CameraModeChoice(format: "Y16", width: 640, height: 480, framesPerSecond: 29.97))
        for wrong in [
            "", "BA81", "BA81:", "BA81:640", "BA81:640x", "BA81:x480", "640x480", "BA81:640x480@", "BA81:640x480@fast",
            "BA81:640x480@15@20", "BA81:640x480x3", "BA81:640:480",
        ] { #expect(CameraModeChoice(parsing: wrong) == nil, "\(wrong)") }
        for text in ["BA81:0x480", "BA81:640x-1", "BA81:640x480@0", "BA81:640x480@nan", "TOOLONG:640x480", ":640x480"] {
            #expect(try #require(CameraModeChoice(parsing: text)?.fault).isKind(.invalidCameraMode), "\(text)")
        }
        #expect(CameraModeChoice.automatic.fault == nil && CameraModeChoice().fault != nil)
    }

    @Test func volumesAndAreasArePositive() throws {
        #expect(SlideChange(note: "").fault == nil)
        #expect(SlideChange(sampledVolumeM3: 10, depositAreaMm2: 0.5, run: 1).fault == nil)
        for value in [0, -1, Double.nan, .infinity] {
            #expect(try #require(SlideChange(sampledVolumeM3: value).fault).isKind(.invalidSlideChange))
            #expect(try #require(SlideChange(depositAreaMm2: value).fault).isKind(.invalidSlideChange))
        }
        #expect(SlideChange().fault != nil)
    }

    @Test func stagePositionIsWholeAndOfOneField() throws {
        #expect(CaptureRequest(slide: "A", count: 3).fault == nil)
        #expect(CaptureRequest(slide: "A", stageXUm: -1e4, stageYUm: 0).fault == nil)
        for wrong in [
            CaptureRequest(slide: "A", stageXUm: 1), CaptureRequest(slide: "A", stageYUm: 1),
            CaptureRequest(slide: "A", count: 2, stageXUm: 1, stageYUm: 1),
            CaptureRequest(slide: "A", stageXUm: 1, stageYUm: .nan),
        ] { #expect(try #require(wrong.fault).isKind(.invalidCaptureRequest)) }
    }

    @Test func resumedRunKeepsItsSettings() throws {
        #expect(ReanalysisRequest(slide: "A", run: 2).fault == nil)
        #expect(ReanalysisRequest(slide: "A", minimumConfidence: 1, minimumAreaUm2: 0, border: .all).fault == nil)
        for wrong in [
            ReanalysisRequest(slide: "A", lensDigest: "d", run: 2), ReanalysisRequest(slide: "A", border: .all, run: 2),
            ReanalysisRequest(slide: "A", minimumConfidence: 1.01),
            ReanalysisRequest(slide: "A", minimumConfidence: .nan), ReanalysisRequest(slide: "A", minimumAreaUm2: -1),
        ] { #expect(try #require(wrong.fault).isKind(.invalidReanalysis)) }
    }

    // MARK: Numbers as any program may send them

    /// Every number in the body of a request, as JSON with a hole for it.
    static let holes: [(type: any CheckedRequest.Type, json: String)] = [
        (CalibrationRequest.self, #"{"objective":"20x","nm_per_pixel":@}"#),
        (CalibrationRequest.self, #"{"objective":"20x","stage_micrometer_division_um":@}"#),
        (CalibrationRequest.self, #"{"objective":"20x","pixel_pitch_um":@,"magnification":20}"#),
        (CalibrationRequest.self, #"{"objective":"20x","pixel_pitch_um":3.6,"magnification":@}"#),
        (CalibrationRequest.self, #"{"objective":"20x","pixel_pitch_um":3.6,"magnification":20,"binning":@}"#),
        (CameraModeChoice.self, #"{"format":"BA81","width":@,"height":480}"#),
        (CameraModeChoice.self, #"{"format":"BA81","width":640,"height":@}"#),
        (CameraModeChoice.self, #"{"format":"BA81","width":640,"height":480,"frames_per_second":@}"#),
        (CaptureRequest.self, #"{"slide":"A","count":@}"#),
        (CaptureRequest.self, #"{"slide":"A","count":2,"interval_seconds":@}"#),
        (CaptureRequest.self, #"{"slide":"A","stage_x_um":@,"stage_y_um":0}"#),
        (CaptureRequest.self, #"{"slide":"A","stage_x_um":0,"stage_y_um":@}"#),
        (CapturePlanRequest.self, #"{"slide":"A","interval_seconds":@}"#),
        (CapturePlanRequest.self, #"{"slide":"A","interval_seconds":30,"count":@}"#),
        (CapturePlanRequest.self, #"{"slide":"A","interval_seconds":30,"until_grains":@}"#),
        (CapturePlanRequest.self, #"{"slide":"A","interval_seconds":30,"until_precision":@}"#),
        (ReanalysisRequest.self, #"{"slide":"A","minimum_confidence":@}"#),
        (ReanalysisRequest.self, #"{"slide":"A","minimum_area_um2":@}"#),
        (SlideChange.self, #"{"sampled_volume_m3":@}"#), (SlideChange.self, #"{"deposit_area_mm2":@}"#),
        (SampleChange.self, #"{"flow_l_min":@}"#), (SampleChange.self, #"{"tape_speed_mm_h":@}"#),
        (SampleChange.self, #"{"deposit_width_mm":@}"#), (SampleChange.self, #"{"bands":@}"#),
        (SampleChange.self, #"{"bands_at_mm":[7,@]}"#), (SampleChange.self, #"{"fields":@}"#),
        (SampleChange.self, #"{"seed":@}"#), (SampleChange.self, #"{"field_along_um":@,"field_across_um":200}"#),
        (SampleChange.self, #"{"field_along_um":200,"field_across_um":@}"#), (SampleChange.self, #"{"share":@}"#),
        (CaptureRequest.self, #"{"slide":"A","planned":true,"band":@}"#),
        (ReviewRequest.self, #"{"action":"split","grains":[1],"parts":@}"#),
        (ReviewRequest.self, #"{"action":"split","grains":[1],"line_px":[0,0,@,1]}"#),
        (
            ReviewRequest.self,
            #"{"action":"split","grains":[1],"outlines_px":[[[0,0],[@,0],[0,9]],[[0,0],[9,0],[0,9]]]}"#
        ),
        (
            ReviewRequest.self,
            #"{"action":"split","grains":[1],"outlines_px":[[[0,0],[9,0],[0,9]],[[0,@],[9,0],[0,9]]]}"#
        ),
    ]

    /// What no instrument measures: each is refused by the type of the number, or with the range in the hint.
    @Test(arguments: holes.indices) func noNumberOutOfRangeComesIn(_ index: Int) throws {
        let (type, json) = Self.holes[index]
        func request(_ number: String) throws -> any CheckedRequest {
            try WireFormat.decode(type, from: Data(json.replacing("@", with: number).utf8))
        }
        for number in ["1e308", "-1e308", "1e20", "-1e20", "9223372036854775807", "-9223372036854775808", "1e300"] {
            guard let request = try? request(number) else { continue }
            let fault = try #require(request.fault, "\(json) took \(number)")
            #expect(fault.hint.contains(/give .+ to .+/), "\(fault)")
        }
        for text in ["NaN", "Infinity", "-Infinity", "1e999", "\"1\""] {
            #expect(throws: (any Error).self) { try request(text) }
        }
        if !json.contains("stage_") && !json.contains("line_px") && !json.contains("outlines_px") {
            #expect((try? request("-1"))?.fault != nil, "\(json) took -1")
        }
    }

    @Test func aScaleThatFollowsFromOthersIsInRangeToo() throws {
        let request = CalibrationRequest(objective: "20x", pixelPitchUm: 1000, magnification: 0.01)
        #expect(try #require(request.fault).detail.contains("100000000 nm per pixel"))
    }
}
