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

    @Test func countsTableSaysWhatIsKnown() throws {
        var counts = SlideCounts(
            slide: "Slide 1", run: RunReference(id: 2, lens: "iva-galanthus", lensDigest: "0123456789abcdef"),
            captures: 25, fields: 22, areaExaminedCm2: 0.012345,
            species: [
                SpeciesCount(
                    species: "Iva xanthiifolia", key: "iva", grains: 12, doubtful: 3, confirmed: 6,
                    density: (972.06, 501.5, 1698.2), dispersion: 1.25, concentration: (45.36, 23.4, 79.25),
                    moreFields: 371),
                SpeciesCount(
                    species: "Galanthus", key: "galanthus", grains: 0, density: (0, 0, 298.8),
                    remark: "no grain: the interval is that of a Poisson count, whatever the clumping"),
            ], unidentified: 4, doubles: 3, rejected: 17)
        let table = try Presentation.counts(counts, as: .table)
        #expect(
            table == """
                Slide "Slide 1": 25 captures counted, 22 fields, 0.0123 cm2
                run 2, lens iva-galanthus (01234567)

                species           key        grains  confirmed  doubtful  per cm2  95 % interval
                Iva xanthiifolia  iva            12       50 %      25 %      972  502...1698
                Galanthus         galanthus       0          -         -        0  0...299
                all species                      12
                unidentified                      4
                seen before                       3
                rejected                         17

                key        per m3 of air  95 % interval  dispersion  more fields
                iva                 45.4  23.4...79.3          1.25          371
                galanthus              -  -                       -            -

                galanthus:  no grain: the interval is that of a Poisson count, whatever the
                            clumping

                """)
        #expect(isTidy(table))
        counts.species[0].densityLowPerCm2 = 1_234_567
        counts.species[0].densityHighPerCm2 = 12_345_678
        #expect(isTidy(try Presentation.counts(counts, as: .table)))
    }

    /// As the export's: spreadsheets run what begins like a formula.
    @Test func namesAreNoFormulasInCSV() throws {
        let counts = SlideCounts(slide: "=HYPERLINK(1)", captures: 2, species: species, unidentified: 4)
        #expect(try Presentation.counts(counts, as: .csv).contains("\r\n'=HYPERLINK(1),2,"))
        let grain = GrainReport(
            id: 1, species: "@SUM(1)", status: .rejected, reason: "-spore", centroidPx: [-1.5, 2],
            bboxPx: [0, 1, 2, 3],
            areaPx: 3, areaUm2: nil, equivalentDiameterUm: nil, confidence: 0.5, onBorder: false)
        let text = try Presentation.grains(
            GrainList(capture: 7, slide: "A", nmPerPixel: nil, grains: [grain]), as: .csv)
        #expect(text.contains("7,1,'@SUM(1),-1.5,2.0,") && text.contains(",rejected,false,'-spore,"))
    }

    @Test func countsCSVQuotesWhatNeedsIt() throws {
        let counts = SlideCounts(slide: "a,\"b\"\nc", captures: 2, species: species, unidentified: 4)
        #expect(
            try Presentation.counts(counts, as: .csv)
                == "slide,captures,species,key,grains,machine,doubtful,confirmed,confirmed_share,doubtful_share,"
                + "density_per_cm2,density_low_per_cm2,density_high_per_cm2,dispersion,concentration_per_m3,"
                + "concentration_low_per_m3,concentration_high_per_m3,more_fields,remark,fields,area_examined_cm2,"
                + "run,doubts\r\n"
                + "\"a,\"\"b\"\"\nc\",2,Iva xanthiifolia,iva,12,12,0,0,0.0,0.0,,,,,,,,,,2,,,\r\n"
                + "\"a,\"\"b\"\"\nc\",2,Galanthus,galanthus,0,0,0,0,,,,,,,,,,,,2,,,\r\n"
                + "\"a,\"\"b\"\"\nc\",2,unidentified,unidentified,4,,,,,,,,,,,,,,,2,,,\r\n")
    }

    @Test func countsJSONIsTheDaemons() throws {
        let counts = SlideCounts(slide: "A", captures: 2, species: species, unidentified: 4)
        let text = try Presentation.counts(counts, as: .json)
        #expect(try WireFormat.decode(SlideCounts.self, from: Data(text.utf8)) == counts)
    }

    @Test func grainsWithAndWithoutScale() throws {
        var grain = GrainReport(
            id: 1, number: 1, capture: 7, species: "iva", centroidPx: [100.25, 20], bboxPx: [90, 10, 110.5, 30],
            areaPx: 314, areaUm2: 10.17, equivalentDiameterUm: 3.6, confidence: 0.987, onBorder: true)
        var dirt = grain
        (dirt.id, dirt.species, dirt.status, dirt.reason) = (123456, "unidentified", .rejected, "dirt")
        let list = GrainList(capture: 7, slide: "A", nmPerPixel: 180, grains: [grain, dirt])
        let all = try Presentation.grains(list, as: .table)
        #expect(
            all == """
                 grain  species   status    x (px)  y (px)  diameter (um)  confidence  remark
                     1  iva       machine    100.3    20.0            3.6        0.99  cut
                123456  unident…  rejected   100.3    20.0            3.6        0.99  dirt, cut

                """)
        #expect(isTidy(all))
        grain.areaUm2 = nil
        grain.equivalentDiameterUm = nil
        grain.onBorder = false
        let unscaled = GrainList(capture: 7, slide: "A", nmPerPixel: nil, grains: [grain])
        #expect(
            try Presentation.grains(unscaled, as: .csv)
                == "capture,id,species,centroid_x_px,centroid_y_px,bbox_x0_px,bbox_y0_px,bbox_x1_px,bbox_y1_px,"
                + "area_px,area_um2,equivalent_diameter_um,confidence,on_border,number,status,counts,reason,double_of,"
                + "ellipse_major_um,ellipse_minor_um,ellipse_angle_deg,circularity,focus,slide_x_um,slide_y_um\r\n"
                + "7,1,iva,100.25,20.0,90.0,10.0,110.5,30.0,314.0,,,0.987,false,1,machine,true,,,,,,,,,\r\n")
        let table = try Presentation.grains(unscaled, as: .table)
        #expect(table.contains("-        0.99\n") && isTidy(table))
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
        var changed = status
        changed.camera.remarks = ["the camera was set to BA81:640x480 and runs in another mode"]
        changed.camera.modeChosen = CameraModeReport(format: "BA81", width: 640, height: 480)
        #expect(Presentation.status(changed).contains("the camera was set to BA81:640x480"))
        #expect(!Presentation.camera(changed.camera).contains("as was set"))
        changed.camera.modeChosen = changed.camera.mode
        #expect(Presentation.camera(changed.camera).contains("1280 x 1024, 15.0 frames/s, as was set"))
        #expect(Presentation.status(status).contains("up 1 d 1 h"))
        #expect(Presentation.status(status).contains("1 slide, 2 captures, 1000.0 kB"))
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

    @Test func comparisonTable() {
        let comparison = SlideComparison(
            first: "A", second: "B",
            species: [
                SpeciesComparison(
                    species: "Iva xanthiifolia", key: "iva", first: .init(grains: 50, density: (1234.5, 801, 1902)),
                    second: .init(grains: 20, density: (500, 310, 806)), ratio: (2.469, 1.3, 4.69), pValue: 0.0004),
                SpeciesComparison(
                    species: "Galanthus", key: "galanthus", first: .init(grains: 0), second: .init(grains: 3),
                    remark: "slide A has no scale"),
            ])
        let text = Presentation.comparison(comparison)
        #expect(
            text == """
                first   A
                second  B

                species    first (/cm2)  second (/cm2)  ratio  95 % interval        p
                iva                1235            500   2.47  1.3...4.69     < 0.001
                galanthus             -              -      -  -                    -

                species    first (grains)  interval (/cm2)  second (grains)  interval (/cm2)
                iva                    50  801...1902                    20  310...806
                galanthus               0  -                              3  -

                galanthus:  slide A has no scale

                """)
        #expect(isTidy(text))
    }

    @Test func fieldsSayHowTheyArePlaced() {
        let placements = SlidePlacements(
            slide: "A",
            fields: [
                FieldPlacement(capture: 7, xUm: -10.25, yUm: 0, how: .stage, group: 1),
                FieldPlacement(capture: 8, xUm: 180, yUm: 3.5, how: .registered, group: 1, confidence: 0.93),
                FieldPlacement(capture: 9, reason: "its picture is empty"),
                FieldPlacement(capture: 10, xUm: 180, yUm: 3.5, how: .registered, group: 1, repeats: 8),
            ], doubles: 3, dirt: 1, remarks: ["stage positions of captures 7 and 8 contradict their pictures"])
        let text = Presentation.placements(placements)
        #expect(
            text == """
                capture  x (um)  y (um)  group  confidence  how
                      7   -10.3     0.0      1           -  stage
                      8   180.0     3.5      1        0.93  registered
                      9       -       -      -           -  not placed: its picture is empty
                     10   180.0     3.5      1           -  registered, repeats 8

                placed       3 of 4
                seen before  3 grains
                dirt         1 object on the sensor
                remark       stage positions of captures 7 and 8 contradict their pictures

                """)
    }

    @Test func runsAndDifferences() {
        let first = RunReference(id: 1, lens: "iva-galanthus", lensDigest: "0123456789")
        let second = RunReference(id: 2, lens: "other", lensDigest: "abcdef0123")
        let runs = [
            RunReport(
                id: 1, lens: first.lens, lensDigest: first.lensDigest, startedAt: "2026-11-22T19:50:00Z",
                capturesDone: 4, capturesTotal: 4, isInForce: true, counts: species, unidentified: 1),
            RunReport(
                id: 2, lens: second.lens, lensDigest: second.lensDigest,
                settings: RunSettings(minimumConfidence: 0.5, minimumAreaUm2: 60, border: .wholeOnly),
                startedAt: "2026-11-23T09:00:00Z", capturesDone: 1, capturesTotal: 4, isInForce: false,
                counts: species, unidentified: 0),
        ]
        let list = Presentation.runs(runs)
        #expect(isTidy(list))
        #expect(
            list == """
                run 1  iva-galanthus (01234567), in force
                       4 captures, begun 2026-11-22 19:50:00 UTC
                       iva 12, galanthus 0, unidentified 1
                run 2  other (abcdef01)
                       confidence >= 0.5, area >= 60 um2, border none
                       1 of 4 captures, begun 2026-11-23 09:00:00 UTC
                       iva 12, galanthus 0, unidentified 0

                """)
        let difference = RunDifference(
            slide: "A", first: first, second: second,
            species: [
                SpeciesDifference(
                    species: "Iva xanthiifolia", key: "iva", first: 5, second: 6, matched: 4, onlyInFirst: 0,
                    onlyInSecond: 2, relabelled: 1)
            ])
        let job = ReanalysisJob(
            id: "r1", slide: "A b", run: 2, state: .done, revision: 4, done: 4, total: 4, message: "done",
            difference: difference)
        #expect(
            Presentation.reanalysis(job) == """
                Slide "A b": 4 captures in run 2

                first   run 1, lens iva-galanthus (01234567)
                second  run 2, lens other (abcdef01)

                species           first  second  in both  only first  only second  relabelled
                Iva xanthiifolia      5       6        4           0            2           1

                To let run 2 count: neurallens slide set 'A b' --run 2

                """)
        #expect(Presentation.progressBar(job).count <= 79)
    }

    @Test func labelsSayWhoAndWhatIsNext() {
        func field(_ capture: Int64, _ by: String?, errors: Double) -> SlideLabels.Field {
            SlideLabels.Field(
                capture: capture, capturedAt: "2026-11-22T19:50:00.123Z",
                finished: by.map { FinishReport(by: $0, at: "2026-11-22T20:10:00.000Z") },
                counts: [GrainCount(key: "iva", species: "Iva xanthiifolia", grains: 5)], confirmed: 2, unreviewed: 3,
                expectedErrors: errors)
        }
        let labels = SlideLabels(
            slide: "A",
            fields: [
                field(7, "M. Palyno uid=0 gid=0 pid=1", errors: 9), field(8, nil, errors: 0.5),
                field(9, nil, errors: 2),
            ])
        let text = Presentation.labels(labels)
        #expect(text.contains("M. Palyno ") && !text.contains("uid=") && text.contains("\niva 15\n"))
        #expect(text.hasSuffix("1 of 3 fields finished; next: capture 9\n"))
        #expect(SlideLabels(slide: "A", fields: [field(7, "a", errors: 1)]).next == nil)
    }

    @Test func reviewsAreReadable() throws {
        var grain = GrainReport(
            id: 123456, number: 3, capture: 7, species: "iva", status: .doubtful, centroidPx: [100.25, 20],
            bboxPx: [90, 10, 110.5, 30], areaPx: 314, areaUm2: 10.17, equivalentDiameterUm: 3.6, ellipseMajorUm: 4,
            ellipseMinorUm: 3.2, ellipseAngleDeg: 45, circularity: 0.91, focus: 12.5, slideXUm: -3, slideYUm: 8,
            confidence: 0.41, onBorder: true)
        let list = ReviewList(slide: "A", grains: [grain], remaining: 40)
        #expect(
            try Presentation.reviewList(list, as: .table) == """
                 grain  capture  number  species  status    confidence  diameter (um)
                123456        7       3  iva      doubtful        0.41            3.6

                1 of 40 still to look at

                """)
        #expect(try Presentation.reviewList(list, as: .csv).contains("\r\n7,123456,iva,"))
        let reviews = [
            ReviewReport(
                id: 1, at: "2026-11-23T09:00:00Z", action: .merge, grains: [5, 6], made: [7], reviewer: "M. Palyno",
                by: "uid=1000 gid=1000 pid=1", undoneBy: 2),
            ReviewReport(
                id: 2, at: "2026-11-23T09:01:00Z", action: .undo, grains: [7], note: "they only touch",
                by: "uid=1000 gid=1000 pid=1", undoes: 1),
        ]
        let history = Presentation.reviews(reviews)
        #expect(
            history == """
                review  time (UTC)           action  grains    says                    who
                     1  2026-11-23 09:00:00  merge   5 6 -> 7  taken back by 2         M. Palyno
                     2  2026-11-23 09:01:00  undo    7         takes back 1; they on…  uid=1000

                """)
        grain.reviews = reviews
        #expect(isTidy(history) && isTidy(Presentation.grain(grain)))
        #expect(Presentation.grain(grain).hasSuffix(history))
        #expect(Presentation.reviews([]).hasSuffix("\n"))
    }

    @Test(
        arguments: [
            (0.0, "0"), (1234.56, "1235"), (99.96, "100"), (99.94, "99.9"), (0.0123456, "0.0123"), (2, "2"),
            (-0.5, "-0.5"),
            (1e-9, "< 1e-6"), (1e13, "-"), (.nan, "-"),
        ] as [(Double, String)])
    func threeDigitsThatMatter(value: Double, text: String) {
        let counts = SlideCounts(slide: "A", captures: 1, areaExaminedCm2: value, species: [], unidentified: 0)
        let heading = try? Presentation.counts(counts, as: .table).split(separator: "\n").first
        #expect(heading.map(String.init) == "Slide \"A\": 1 capture counted, \(text) cm2")
    }
}
