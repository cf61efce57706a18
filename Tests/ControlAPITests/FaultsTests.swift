import ControlAPI
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
        ReviewRequest(action: .undo, grains: [1, 2]),
    ])
    func reviewsOfWrongShape(request: ReviewRequest) throws {
        let fault = try #require(request.fault)
        #expect(fault.isKind(.invalidReview) && !fault.hint.isEmpty)
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
}
