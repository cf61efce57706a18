import ControlAPI
import FoundationEssentials
import Testing

@Suite struct WireFormatTests {
    private func json(_ value: some Encodable) throws -> String {
        String(decoding: try WireFormat.encode(value), as: UTF8.self)
    }

    @Test func grainHasTheAgreedNames() throws {
        let grain = GrainReport(
            id: 3, species: "iva", centroidPx: [10.5, 20], bboxPx: [1, 2, 30, 40], areaPx: 900, areaUm2: 29.25,
            equivalentDiameterUm: 6.125, confidence: 0.75, onBorder: true, outlinePx: [[1, 2], [30, 40]])
        let text = try json(grain)
        #expect(
            text == """
                {"area_px":900,"area_um2":29.25,"bbox_px":[1,2,30,40],"centroid_px":[10.5,20],"confidence":0.75,\
                "equivalent_diameter_um":6.125,"id":3,"on_border":true,"outline_px":[[1,2],[30,40]],\
                "species":"iva"}
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
            slide: "A", captures: 2,
            species: [
                SpeciesCount(species: "Iva xanthiifolia", key: "iva", grains: 12),
                SpeciesCount(species: "Galanthus", key: "galanthus", grains: 0),
            ], unidentified: 4)
        #expect(
            try json(counts) == """
                {"captures":2,"slide":"A","species":[{"grains":12,"key":"iva","species":"Iva xanthiifolia"},\
                {"grains":0,"key":"galanthus","species":"Galanthus"}],"total":12,"unidentified":4}
                """)
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
