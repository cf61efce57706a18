import ControlAPI
import FoundationEssentials
import Testing

@Suite struct WireFormatTests {
    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try WireFormat.encode(value), as: UTF8.self)
    }

    @Test func grainHasTheAgreedNames() throws {
        let grain = GrainReport(
            id: 3, number: 2, capture: 7, species: "iva", status: .double, doubleOf: 1, centroidPx: [10.5, 20],
            bboxPx: [1, 2, 30, 40], areaPx: 900, areaUm2: 29.25, equivalentDiameterUm: 6.125, ellipseMajorUm: 7.5,
            ellipseMinorUm: 5, ellipseAngleDeg: 30, circularity: 0.875, focus: 2, slideXUm: -12.5, slideYUm: 8,
            confidence: 0.75, onBorder: true, outlinePx: [[1, 2], [30, 40]])
        let text = try json(grain)
        #expect(
            text == """
                {"area_px":900,"area_um2":29.25,"bbox_px":[1,2,30,40],"capture":7,"centroid_px":[10.5,20],\
                "circularity":0.875,"confidence":0.75,"counts":false,"double_of":1,"ellipse_angle_deg":30,\
                "ellipse_major_um":7.5,"ellipse_minor_um":5,"equivalent_diameter_um":6.125,"focus":2,"id":3,"number":2,"on_border":true,\
                "outline_px":[[1,2],[30,40]],"reason":null,"reviews":null,"slide_x_um":-12.5,"slide_y_um":8,\
                "species":"iva","status":"double"}
                """)
        #expect(try WireFormat.decode(GrainReport.self, from: Data(text.utf8)) == grain)
    }

    @Test func unknownLengthsAreNull() throws {
        let grain = GrainReport(
            id: 3, species: "unidentified", centroidPx: [1, 2], bboxPx: [0, 0, 3, 4], areaPx: 12, areaUm2: nil,
            equivalentDiameterUm: nil, confidence: 1, onBorder: false)
        let text = try json(grain)
        #expect(text.contains("\"area_um2\":null") && text.contains("\"equivalent_diameter_um\":null"))
        #expect(try WireFormat.decode(GrainReport.self, from: Data(text.utf8)) == grain)
    }

    @Test func missingKeyIsUnknownToo() throws {
        let lens = try WireFormat.decode(LensReport.self, from: Data("{\"state\":\"none\",\"species\":[]}".utf8))
        #expect(lens == LensReport(name: nil, state: .none))
    }

    @Test func countsSumTheSpecies() throws {
        let counts = SlideCounts(
            slide: "A", run: RunReference(id: 2, lens: "l", lensDigest: "d"), captures: 2, areaExaminedCm2: 0.25,
            species: [
                SpeciesCount(
                    species: "Iva xanthiifolia", key: "iva", grains: 12, doubtful: 3, confirmed: 6,
                    density: (48, 20, 90.5), dispersion: 1.5, concentration: (1, 0.5, 2), moreFields: 9,
                    remark: "r")
            ], unidentified: 4, doubles: 1, rejected: 5)
        let text = try json(counts)
        #expect(
            text == """
                {"area_examined_cm2":0.25,"captures":2,"captures_not_vouched_for":0,"doubles":1,"doubts":[],"excluded_captures":0,"fields":2,\
                "fields_to_survey":2,"rejected":5,\
                "run":{"id":2,"lens":"l","lens_digest":"d"},"slide":"A","species":[{\
                "concentration_high_per_m3":2,"concentration_low_per_m3":0.5,"concentration_per_m3":1,"confirmed":6,\
                "confirmed_share":0.5,"density_high_per_cm2":90.5,"density_low_per_cm2":20,"density_per_cm2":48,\
                "dispersion":1.5,"doubtful":3,"doubtful_share":0.25,"grains":12,"key":"iva","machine":3,\
                "more_fields":9,"remark":"r","species":"Iva xanthiifolia"}],"surveyed_fields":2,"total":12,"unidentified":4}
                """)
        #expect(try WireFormat.decode(SlideCounts.self, from: Data(text.utf8)) == counts)
    }

    @Test func sharesOfNothingAreUnknown() throws {
        let count = SpeciesCount(species: "Galanthus", key: "galanthus", grains: 0)
        #expect(count.machine == 0 && count.confirmedShare == nil && count.doubtfulShare == nil)
        let text = try json(count)
        for key in ["confirmed_share", "density_per_cm2", "concentration_low_per_m3", "more_fields", "remark"] {
            #expect(text.contains("\"\(key)\":null"))
        }
    }

    @Test func requestsHaveTheAgreedNames() throws {
        #expect(
            try json(CaptureRequest(slide: "A", stageXUm: -3, stageYUm: 4))
                == "{\"count\":1,\"interval_seconds\":0,\"slide\":\"A\",\"stage_x_um\":-3,\"stage_y_um\":4}")
        #expect(
            try json(SlideChange(sampledVolumeM3: 10, depositAreaMm2: 2.5, run: 3))
                == "{\"deposit_area_mm2\":2.5,\"run\":3,\"sampled_volume_m3\":10}")
        #expect(
            try json(ReviewRequest(action: .split, grains: [1], linePx: [1, 2, 3, 4]))
                == "{\"action\":\"split\",\"grains\":[1],\"line_px\":[1,2,3,4]}")
        #expect(
            try json(ReviewRequest(action: .split, grains: [1], outlinesPx: [[[0, 0], [2, 0], [0, 2]]]))
                == "{\"action\":\"split\",\"grains\":[1],\"outlines_px\":[[[0,0],[2,0],[0,2]]]}")
        #expect(
            try json(CalibrationRequest(objective: "20x", pixelPitchUm: 3.5, magnification: 20))
                == "{\"magnification\":20,\"objective\":\"20x\",\"pixel_pitch_um\":3.5}")
        #expect(
            try json(CalibrationRequest(objective: "20x", stageMicrometerDivisionUm: 10))
                == "{\"objective\":\"20x\",\"stage_micrometer_division_um\":10}")
        #expect(
            try json(ReanalysisRequest(slide: "A", lensDigest: "d", minimumAreaUm2: 60, border: .wholeOnly))
                == "{\"border\":\"none\",\"lens_digest\":\"d\",\"minimum_area_um2\":60,\"slide\":\"A\"}")
    }

    @Test func captureRequestHasDefaults() throws {
        let least = try WireFormat.decode(CaptureRequest.self, from: Data("{\"slide\":\"A\"}".utf8))
        #expect(least == CaptureRequest(slide: "A", count: 1, intervalSeconds: 0))
        let full = Data("{\"slide\":\"A\",\"count\":3,\"interval_seconds\":0.5}".utf8)
        #expect(try WireFormat.decode(CaptureRequest.self, from: full).intervalSeconds == 0.5)
    }

    @Test func problemHasTheMembersOfRFC9457() throws {
        let problem = Problem(.slideNotFound, "there is no slide A", hint: "list the slides")
        #expect(
            try json(problem) == """
                {"detail":"there is no slide A","hint":"list the slides","kind":"slide-not-found","status":404,\
                "title":"No such slide","type":"tag:neurallens,2026:slide-not-found"}
                """)
    }

    @Test func kindsAreDistinctAndErrors() {
        #expect(Set(Problem.Kind.allCases.map(\.title)).count == Problem.Kind.allCases.count)
        #expect(Problem.Kind.allCases.allSatisfy { (400..<600).contains($0.status) })
    }

    @Test(arguments: ["input", "map", "magnified", "labelled", "only-iva", "only-iva-2"])
    func imageKindsKeepTheirNames(name: String) { #expect(ImageKind(rawValue: name)?.rawValue == name) }

    @Test(arguments: ["", "only-", "only-../x", "only-Iva", "only-é", "Map", "inputs"])
    func otherImageKindsAreNone(name: String) { #expect(ImageKind(rawValue: name) == nil) }
}
