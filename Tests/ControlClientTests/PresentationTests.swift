import ControlAPI
import ControlClient
import FoundationEssentials
import Testing

@Suite struct PresentationTests {
    private let species = [
        SpeciesCount(species: "Iva xanthiifolia", key: "iva", grains: 12),
        SpeciesCount(species: "Galanthus", key: "galanthus", grains: 0),
    ]

    private func isTidy(_ text: String) -> Bool {
        text.hasSuffix("\n") && text.split(separator: "\n").allSatisfy { $0.count <= 80 && !$0.hasSuffix(" ") }
    }

    private func capture(_ state: CaptureReport.State = .done, origin: String = "") -> CaptureReport {
        CaptureReport(
            id: 7, slide: "A", state: state, capturedAt: "2026-11-22T19:50:00.123Z",
            source: "v4l2:/dev/v4l/by-id/usb-Example_Microscope_Camera_0001 (uvcvideo, Example Microscope Camera)",
            origin: origin, nmPerPixel: 180, lens: "iva-galanthus", counts: state == .done ? species : [],
            unidentified: 1,
            timings: .init(grabSeconds: 0.05, storeSeconds: 0.125, lensSeconds: state == .done ? 8.204 : nil),
            frames: .init(sequenceGaps: 2, errorFlagged: 1, discardedBeforeTrigger: 1),
            problem: state == .done ? nil : Problem(.scaleUnknown, "the scale is unknown", hint: "give one"))
    }

    @Test func countsTable() throws {
        let counts = SlideCounts(slide: "Slide 1", captures: 1, species: species, unidentified: 4)
        #expect(
            try Presentation.counts(counts, as: .table) == """
                Slide "Slide 1": 1 capture counted

                species           key        grains
                Iva xanthiifolia  iva            12
                Galanthus         galanthus       0
                all species                      12
                unidentified                      4

                """)
    }

    @Test func countsCSVQuotesWhatNeedsIt() throws {
        let counts = SlideCounts(slide: "a,\"b\"\nc", captures: 2, species: species, unidentified: 4)
        #expect(
            try Presentation.counts(counts, as: .csv)
                == "slide,captures,species,key,grains\r\n"
                + "\"a,\"\"b\"\"\nc\",2,Iva xanthiifolia,iva,12\r\n"
                + "\"a,\"\"b\"\"\nc\",2,Galanthus,galanthus,0\r\n"
                + "\"a,\"\"b\"\"\nc\",2,unidentified,unidentified,4\r\n")
    }

    @Test func countsJSONIsTheDaemons() throws {
        let counts = SlideCounts(slide: "A", captures: 2, species: species, unidentified: 4)
        let text = try Presentation.counts(counts, as: .json)
        #expect(try WireFormat.decode(SlideCounts.self, from: Data(text.utf8)) == counts)
    }

    @Test func grainsWithAndWithoutScale() throws {
        var grain = GrainReport(
            id: 1, species: "iva", centroidPx: [100.25, 20], bboxPx: [90, 10, 110.5, 30], areaPx: 314, areaUm2: 10.17,
            equivalentDiameterUm: 3.6, confidence: 0.987, onBorder: true)
        let list = GrainList(capture: 7, slide: "A", nmPerPixel: 180, grains: [grain])
        #expect(
            try Presentation.grains(list, as: .table) == """
                grain  species  x (px)  y (px)  area (um2)  diameter (um)  confidence  edge
                    1  iva       100.3    20.0        10.2            3.6        0.99  cut

                """)
        grain.areaUm2 = nil
        grain.equivalentDiameterUm = nil
        grain.onBorder = false
        let unscaled = GrainList(capture: 7, slide: "A", nmPerPixel: nil, grains: [grain])
        #expect(
            try Presentation.grains(unscaled, as: .csv)
                == "capture,id,species,centroid_x_px,centroid_y_px,bbox_x0_px,bbox_y0_px,bbox_x1_px,bbox_y1_px,"
                + "area_px,area_um2,equivalent_diameter_um,confidence,on_border\r\n"
                + "7,1,iva,100.25,20.0,90.0,10.0,110.5,30.0,314.0,,,0.987,false\r\n")
        let table = try Presentation.grains(unscaled, as: .table)
        #expect(table.contains("-              -        0.99\n") && isTidy(table))
    }

    @Test func finishedCaptureSaysCountsStagesAndLosses() {
        #expect(
            Presentation.capture(capture()) == """
                capture 7  iva 12  galanthus 0  unidentified 1
                           grab 0.05 s  store 0.13 s  lens 8.20 s
                           2 frames lost before  1 frame faulty before

                """)
        #expect(Presentation.capture(capture(.refused)).hasPrefix("capture 7  refused\n"))
    }

    @Test func longTextsStayWithinTheLine() {
        let name = String(repeating: "very long name ", count: 20)
        let slide = SlideSummary(
            name: name, note: name, createdAt: "2026-11-22T19:50:00Z", captures: 12345, grains: 1_234_567,
            unidentified: 1)
        #expect(isTidy(Presentation.slides([slide])))
        #expect(Presentation.slides([slide]).contains("…"))
        let counts = SlideCounts(
            slide: "A", captures: 1, species: [SpeciesCount(species: name, key: "iva", grains: 1)], unidentified: 0)
        #expect(isTidy(Presentation.slide(slide, counts)))
        #expect(isTidy(Presentation.captures([capture(), capture(.refused), capture(origin: name)])))
        let camera = CameraReport(
            source: capture().source, state: .unavailable, reason: "no device answers at /dev/video0",
            mode: CameraModeReport(format: "BA81", width: 1280, height: 1024, framesPerSecond: 15))
        let status = ServiceStatus(
            version: "0.1.0", uptimeSeconds: 90061, camera: camera,
            lens: LensReport(name: "iva-galanthus", state: .refused, reason: name),
            queue: QueueReport(pending: 2, running: 1), store: StoreReport(slides: 1, captures: 2, bytes: 999_999))
        #expect(isTidy(Presentation.status(status)))
        #expect(Presentation.status(status).contains("up 1 d 1 h"))
        #expect(Presentation.status(status).contains("1 slide, 2 captures, 1000.0 kB"))
        #expect(isTidy(Presentation.live(status, counts: counts, capturesPerMinute: 2.5)))
        let job = CaptureJob(
            id: "j", slide: "A", requested: 2, state: .running, revision: 2,
            progress: .init(stage: "lens", fraction: 0.5, message: name))
        #expect(Presentation.progressBar(job).count == 79)
        #expect(Presentation.progressBar(job).hasPrefix("[############------------]  50 %  very long"))
    }

    @Test func controlsListMenus() {
        let controls = [
            CameraControlReport(
                name: "auto_exposure", kind: "menu", minimum: 0, maximum: 3, step: 1, defaultValue: 3, value: 1,
                menu: [.init(value: 1, label: "Manual Mode"), .init(value: 3, label: "Aperture Priority Mode")]),
            CameraControlReport(
                name: "gain", kind: "integer", minimum: -10, maximum: 100, step: 5, defaultValue: 0, value: 40,
                flags: ["inactive"]),
        ]
        #expect(
            Presentation.controls(controls) == """
                control        value  default  range                   kind
                auto_exposure      1        3  0...3                   menu
                                   1           Manual Mode
                                   3           Aperture Priority Mode
                gain              40        0  -10...100 by 5          integer, inactive

                """)
    }

    @Test func nothingFromOutsideMovesTheCursor() {
        #expect(visible("a\u{1B}[2Jb\r\n\u{202E}c\u{0}é花") == "a\\u{1B}[2Jb\\u{D}\\u{A}\\u{202E}c\\u{0}é花")
        let slide = SlideSummary(
            name: "x\u{1B}[31m\ny", note: "n\u{7}", createdAt: "2026-11-22T19:50:00Z", captures: 0, grains: 0,
            unidentified: 0)
        #expect(!Presentation.slides([slide]).contains("\u{1B}"))
        #expect(Presentation.slides([slide]).split(separator: "\n").count == 2)
    }

    @Test func wideCharactersStayAligned() {
        let slides = ["花粉", "ab"].map {
            SlideSummary(
                name: $0, note: nil, createdAt: "2026-11-22T19:50:00Z", captures: 1, grains: 2, unidentified: 3)
        }
        let lines = Presentation.slides(slides).split(separator: "\n")
        #expect(lines[1].hasPrefix("花粉   2026-") && lines[2].hasPrefix("ab     2026-"))
    }
}
