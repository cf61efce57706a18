import Foundation
import Pairing
import Testing

/// Label files as people have them: of spreadsheets and of other programs.
@Suite struct ForeignLabelsTests {
    private let place: Workplace
    private static let iva = Label(species: "iva", shape: .box(SIMD2(100.5, 100), SIMD2(200, 200)))
    private static let outline = Label(
        species: "iva", shape: .polygon([SIMD2(300, 100), SIMD2(400, 100), SIMD2(400, 200), SIMD2(300, 200)]))

    init() throws { place = try Workplace() }

    private func labels(_ data: Data, as name: String = "labels.csv", of picture: String = "a.png") throws -> [Label]? {
        try place.write(data, to: name)
        return try LabelFile(path: place.path(name)).labels(of: picture)
    }

    private static let plain = "file,species,x0,y0,x1,y1\na.png,iva,100.5,100,200,200\n"

    @Test(arguments: [
        plain, "\u{FEFF}" + plain, plain.replacingOccurrences(of: ",", with: "\t"),
        plain.replacingOccurrences(of: "\n", with: "\r"),
        plain.replacingOccurrences(of: "\n", with: "\r\n") + ",,,,,\r\n",
        "file;species;x0;y0;x1;y1\r\na.png;iva;100,5;100;200;200\r\n",
        "file,species,x0,y0,x1,y1\na.png,iva,\"100,5\",\"100\",\"200\",\"200\"\n",
        "filename,width,height,class,xmin,ymin,xmax,ymax\na.png,512,512,iva,100.5,100,200,200\n",
        "image,label,x1,y1,x2,y2,score\na.png,iva,100.5,100,200,200,0.9\n",
        "file,species,x,y,width,height\na.png,iva,100.5,100,99.5,100\n",
        // Excel's own way to state the separator.
        "sep=;\r\nfile;species;x0;y0;x1;y1\r\na.png;iva;100,5;100;200;200\r\n", "sep=,\n" + plain,
        "\"SEP=;\";;;;;\n" + plain.replacingOccurrences(of: ",", with: ";"),
        "sep=\t\n" + plain.replacingOccurrences(of: ",", with: "\t"),
        "sep=|\n" + plain.replacingOccurrences(of: ",", with: "|"),
        // Centres are no corners.
        "file,species,x_center,y_center,width,height\na.png,iva,150.25,150,99.5,100\n",
        "file,species,xc,yc,w,h\na.png,iva,150.25,150,99.5,100\n",
        "image,label,center_x,center_y,width,height\na.png,iva,150.25,150,99.5,100\n",
        "file,species,x0_px,y0 [px],x1 (pixels),y1/px\na.png,iva,100.5,100,200,200\n",
        "file,species,x0,y0,x1,y1,unit\na.png,iva,100.5,100,200,200,px\n",
    ])
    func tablesOfAllKindsAreRead(text: String) throws {
        #expect(try labels(Data(text.utf8)) == [Self.iva])
        for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf16] {
            #expect(try labels(try #require(text.data(using: encoding))) == [Self.iva])
        }
    }

    @Test func namesWithCommasQuotesAndAccentsAreRead() throws {
        let text = "file,species,x,y\n\"a, left.png\",iva,1,2\n\"say \"\"b\"\".png\",iva,3,4\nHäsel.png,iva,5,6\n"
        for data in [Data(text.utf8), try #require(text.data(using: .windowsCP1252))] {
            try place.write(data, to: "l.csv")
            let file = try LabelFile(path: place.path("l.csv"))
            #expect(file.labels(of: "a, left.png")?.count == 1 && file.labels(of: "say \"b\".png")?.count == 1)
            // Some file systems take accents apart.
            #expect(file.labels(of: "Häsel.png".decomposedStringWithCanonicalMapping)?.count == 1)
        }
    }

    @Test func cocoIsRead() throws {
        let coco = """
            {"images": [{"id": 1, "file_name": "pictures/a.png", "width": 512, "height": 512}, {"id": 2, "file_name": "b.png"}],
             "categories": [{"id": 7, "name": "iva"}], "annotations": [
             {"image_id": 1, "category_id": 7, "bbox": [100.5, 100, 99.5, 100]},
             {"image_id": 1, "category_id": 7, "bbox": [0, 0, 1, 1],
              "segmentation": [[300, 100, 400, 100, 400, 200, 300, 200]]}]}
            """
        try place.write(coco, to: "coco.json")
        let file = try LabelFile(path: place.path("coco.json"))
        #expect(file.labels(of: "a.png") == [Self.iva, Self.outline])
        #expect(file.labels(of: "b.png") == [])
        #expect(throws: PairingError.self) {
            try labels(Data(coco.replacingOccurrences(of: "\"id\": 7", with: "\"id\": 8").utf8), as: "c.json")
        }
    }

    /// Both texts are what pycocotools encodes of the masks that the lists give.
    @Test(
        arguments: [
            ("[5, 2, 2, 2, 2, 2, 5]", #""5220003""#, [4, 5], [3.5, 0.5, 3.5, 2.5, 0.5, 2.5, 0.5, 0.5]),
            (
                "[405, 30, 10, 30, 10, 5, 35, 5, 670]", #""e<n0:00WOi00kc0""#, [40, 30],
                [13.5, 4.5, 13.5, 9.5, 11.5, 9.5, 11.5, 34.5, 9.5, 34.5, 9.5, 4.5]
            ),
            // Without its hole, and without a speck beside a piece of 27 pixels.
            ("[11, 3, 7, 1, 1, 1, 7, 3, 66]", nil, [10, 10], [3.5, 0.5, 3.5, 3.5, 0.5, 3.5, 0.5, 0.5]),
            ("[11, 9, 1, 9, 1, 9, 59, 1]", nil, [10, 10], [3.5, 0.5, 3.5, 9.5, 0.5, 9.5, 0.5, 0.5]),
            // Pixels that touch at their corners are of one piece.
            (
                "[0, 2, 2, 2, 4, 2, 2, 2]", nil, [4, 4],
                [1.5, -0.5, 1.5, 1.5, 3.5, 1.5, 3.5, 3.5, 1.5, 3.5, 1.5, 1.5, -0.5, 1.5, -0.5, -0.5]
            ),
        ] as [(String, String?, [Int], [Double])])
    func masksInRunLengthsBecomeTheirOutline(list: String, text: String?, size: [Int], corners: [Double]) throws {
        for counts in [list, text].compactMap({ $0 }) {
            let read = try labels(Data(Self.mask(counts, size).utf8), as: "coco.json")
            let points = stride(from: 0, to: corners.count, by: 2).map { SIMD2(corners[$0], corners[$0 + 1]) }
            #expect(read == [Label(species: "iva", shape: .polygon(points))])
        }
    }

    private static func mask(_ counts: String, _ size: [Int]) -> String {
        """
        {"images": [{"id": 1, "file_name": "a.png"}], "categories": [{"id": 7, "name": "iva"}], "annotations": [
         {"image_id": 1, "category_id": 7, "bbox": [1, 1, 30, 30], "segmentation": {"counts": \(counts), "size": \(size)}}]}
        """
    }

    @Test(arguments: [
        ("[5, 2, 2, 2, 2, 2, 4]", [4, 5]), ("[5, -2, 22, 2, 2, 2, 5]", [4, 5]), ("[5, 2.5, 1.5, 2, 2, 2, 5]", [4, 5]),
        (#""522000""#, [4, 5]), (#""522000P""#, [4, 5]), (#""5220003 ""#, [4, 5]), (#""ooooooooooooo""#, [4, 5]),
        ("[20]", [4, 5]), ("[]", [4, 5]), ("[5, 2, 2, 2, 2, 2, 5]", [4]), ("[0, 0]", [0, 0]), (#""5220003""#, [5, 4]),
        ("[0, 99999999999]", [99999, 99999]), ("[0, 1]", [4_294_967_296, 4_294_967_296]), ("null", [4, 5]),
        ("[0, 6, 8, 6]", [4, 5]), ("[0, 268435456]", [16384, 16384]),
    ])
    func masksThatAreBrokenOrNotOfOneGrainAreRefused(counts: String, size: [Int]) {
        let error = #expect(throws: PairingError.self) {
            try labels(Data(Self.mask(counts, size).utf8), as: "coco.json")
        }
        #expect(error?.message.contains("coco.json: annotation 1 has a mask") == true, "\(error?.message ?? "")")
    }

    /// A speck beside an outline does no harm; what is in pieces, or no list of corners, is not replaced by its box.
    @Test func outlinesInPiecesAreRefused() throws {
        func coco(_ segmentation: String) -> Data {
            let mask = #"{"counts": [], "size": [1, 1]}"#
            return Data(Self.mask("[]", [1, 1]).replacingOccurrences(of: mask, with: segmentation).utf8)
        }
        let square = "[300, 100, 400, 100, 400, 200, 300, 200]"
        #expect(try labels(coco("[[10, 10, 20, 10, 20, 20], \(square)]"), as: "coco.json") == [Self.outline])
        #expect(try labels(coco("[[]]"), as: "coco.json")?.first?.shape == .box(SIMD2(1, 1), SIMD2(31, 31)))
        for broken in [
            "[[10, 10, 80, 10, 80, 80], \(square)]", "[[1, 2, 3, 4, 5]]", "[[1, 2, 3, 4]]", "[1, 2, 3, 4, 5, 6]",
        ] {
            let error = #expect(throws: PairingError.self) { try labels(coco(broken), as: "coco.json") }
            #expect(
                error?.message.contains("coco.json: annotation 1 has an outline") == true, "\(error?.message ?? "")")
        }
    }

    @Test func aMaskOfAnotherSizeThanItsImageIsRefused() {
        let stated = Self.mask("[5, 2, 2, 2, 2, 2, 5]", [4, 5]).replacingOccurrences(
            of: #""a.png""#, with: #""a.png", "width": 4, "height": 5"#)
        let error = #expect(throws: PairingError.self) { try labels(Data(stated.utf8), as: "coco.json") }
        #expect(error?.message.contains("5 x 4 pixels, and a.png another size") == true)
    }

    private static let viaForms: [(String, Label.Shape)] = [
        (#"{"name": "rect", "x": 100.5, "y": 100, "width": 99.5, "height": 100}"#, iva.shape),
        (
            #"{"name": "polygon", "all_points_x": [300, 400, 400, 300], "all_points_y": [100, 100, 200, 200]}"#,
            outline.shape
        ),
        (
            #"{"name": "circle", "cx": 300, "cy": 30, "r": 5}"#,
            .ellipse(centre: SIMD2(300, 30), halfAxes: SIMD2(5, 5), angle: 0)
        ),
        (
            #"{"name": "ellipse", "cx": 30, "cy": 300, "rx": 9, "ry": 5, "theta": 1.5}"#,
            .ellipse(centre: SIMD2(30, 300), halfAxes: SIMD2(9, 5), angle: 1.5)
        ),
        (#"{"name": "point", "cx": 10, "cy": 20}"#, .point(SIMD2(10, 20))),
    ]

    @Test func viaIsRead() throws {
        let expected = Self.viaForms.map { Label(species: "iva", shape: $0.1) }
        let regions = Self.viaForms.map {
            #"{"shape_attributes": \#($0.0), "region_attributes": {"kind": "iva", "note": ""}}"#
        }
        let images = """
            {"a.png12": {"filename": "a.png", "size": 12, "regions": [\(regions.joined(separator: ", "))], "file_attributes": {}},
             "b.png9": {"filename": "b.png", "size": 9, "regions": [], "file_attributes": {}}}
            """
        let numbered = "{" + regions.enumerated().map { "\"\($0)\": \($1)" }.joined(separator: ", ") + "}"
        for text in [
            images, #"{"_via_settings": {}, "_via_img_metadata": \#(images), "_via_attributes": {}}"#,
            #"{"a.png12": {"filename": "a.png", "regions": \#(numbered)}, "b.png9": {"filename": "b.png", "regions": {}}}"#,
        ] {
            #expect(try labels(Data(text.utf8), as: "via.json") == expected)
            #expect(try LabelFile(path: place.path("via.json")).labels(of: "b.png") == [])
        }
        func quoted(_ text: String) -> String { "\"\(text.replacingOccurrences(of: "\"", with: "\"\""))\"" }
        let rows = Self.viaForms.enumerated().map {
            #"a.png,12,"{}",5,\#($0),\#(quoted($1.0)),\#(quoted(#"{"species": "iva", "quality": "good"}"#))"#
        }
        let table = """
            filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes
            \(rows.joined(separator: "\n"))
            b.png,9,"{}",0,0,"{}","{}"
            """
        #expect(try labels(Data(table.utf8), as: "via.csv") == expected)
        #expect(try LabelFile(path: place.path("via.csv")).labels(of: "b.png") == [])
    }

    @Test func linesOfYOLOAreBoxesPredictionsOrOutlines() throws {
        let text = """
            0 0.2 0.2 0.1 0.2
            1 0.5 0.5 0.25 0.5 0.93
            2 0.7 0.1 0.9 0.1 0.8 0.3
            3 0.1 0.7 0.2 0.6 0.3 0.7 0.25 0.9 0.15 0.9
            """
        let read = try #require(try labels(Data(text.utf8), as: "a.txt"))
        #expect(read.map(\.species) == ["0", "1", "2", "3"] && read.allSatisfy { $0.unit == .shares })
        #expect(read[1].shape == .box(SIMD2(0.375, 0.25), SIMD2(0.625, 0.75)))
        #expect(read[2].shape == .polygon([SIMD2(0.7, 0.1), SIMD2(0.9, 0.1), SIMD2(0.8, 0.3)]))
        #expect(
            read[3].shape
                == .polygon([SIMD2(0.1, 0.7), SIMD2(0.2, 0.6), SIMD2(0.3, 0.7), SIMD2(0.25, 0.9), SIMD2(0.15, 0.9)]))
    }

    /// Boxes of negative size, a sixth number that is no confidence, half a corner, a turned box, numbers beyond the
    /// picture.
    @Test(arguments: [
        "0 0.5 0.5 -0.1 0.2", "0 0.5 0.5 0.1 0.2 1.5", "0 0.5 0.5 0.1 0.2 7", "0 0.1 0.1 0.2 0.1 0.2 0.2 0.3",
        "0 0.2 0.1 0.3 0.2 0.2 0.3 0.1 0.2", "0 0.1 0.1 1.2 0.1 0.2 0.2", "0 nan 0.1 0.2 0.1 0.2 0.2", "0 10 20 30 40",
    ])
    func linesOfYOLOThatCanMeanSomethingElseAreRefused(line: String) {
        let error = #expect(throws: PairingError.self) {
            try labels(Data("1 0.2 0.2 0.1 0.1\n\(line)\n".utf8), as: "a.txt")
        }
        #expect(error?.message.contains("line 2") == true, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        "file,species,x_um,y_um,width_um,height_um\na.png,iva,10,20,5,5\n",
        "file,species,x (µm),y (\u{3BC}m),w [um],h [µm]\na.png,iva,10,20,5,5\n",
        "file,species,x,y,width,height,unit\na.png,iva,10,20,5,5,um\n",
        #"{"unit": "µm", "pictures": {"a.png": [["iva", 10, 20, 15, 25]]}}"#,
        #"{"a.png": [{"species": "iva", "box": [10, 20, 15, 25], "unit": "micrometres"}]}"#,
    ])
    func micrometresAreReadAsSuch(text: String) throws {
        var expected = Label(species: "iva", shape: .box(SIMD2(10, 20), SIMD2(15, 25)))
        expected.unit = .micrometres
        #expect(try labels(Data(text.utf8)) == [expected])
    }

    @Test func measurementsOfQuPathAreReadInTheirUnit() throws {
        let text =
            "Image\tName\tClass\tParent\tROI\tCentroid X µm\tCentroid Y µm\tArea µm^2\n"
            + "a.png\tPolygon\tiva\tImage\tPolygon\t10.5\t20\t300\n"
        var expected = Label(species: "iva", shape: .point(SIMD2(10.5, 20)))
        expected.unit = .micrometres
        #expect(try labels(Data(text.utf8)) == [expected])
        expected.unit = .pixels
        #expect(try labels(Data(text.replacingOccurrences(of: " µm\t", with: " px\t").utf8)) == [expected])
    }

    @Test func labelmeAndQuPathAreRead() throws {
        let labelme = """
            {"imagePath": "..\\\\pictures\\\\a.png", "imageWidth": 512, "imageHeight": 512, "shapes": [
             {"label": "iva", "shape_type": "polygon", "points": [[300, 100], [400, 100], [400, 200], [300, 200]]},
             {"label": "iva", "shape_type": "rectangle", "points": [[200, 100], [100.5, 200]]},
             {"label": "iva", "shape_type": "circle", "points": [[300, 300], [303, 304]]}]}
            """
        #expect(
            try labels(Data(labelme.utf8), as: "me.json") == [
                Self.outline, Self.iva,
                Label(species: "iva", shape: .ellipse(centre: SIMD2(300, 300), halfAxes: SIMD2(5, 5), angle: 0)),
            ])
        let qupath = """
            {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon",
             "coordinates": [[[300, 100], [400, 100], [400, 200], [300, 200], [300, 100]]]},
             "properties": {"objectType": "annotation", "classification": {"name": "iva", "color": [200, 0, 0]}}}]}
            """
        #expect(try labels(Data(qupath.utf8), as: "a.geojson") == [Self.outline])
        let nameless = qupath.replacingOccurrences(of: "\"classification\"", with: "\"measurements\"")
        #expect(throws: PairingError.self) { try labels(Data(nameless.utf8), as: "n.geojson") }
    }

    @Test func aFolderWithAFileAPictureIsRead() throws {
        let voc = """
            <?xml version="1.0"?><annotation><folder>p</folder><filename>a.png</filename><size><width>512</width>
            <height>512</height><depth>3</depth></size><object><name>iva</name><bndbox><xmin>100.5</xmin><ymin>100</ymin>
            <xmax>200</xmax><ymax>200</ymax></bndbox></object></annotation>
            """
        try place.write(voc, to: "voc/a.xml")
        #expect(try LabelFile(path: place.path("voc")).labels(of: "a.png") == [Self.iva])
        try place.write("0 0.5 0.5 0.25 0.5\n", to: "yolo/a.txt")
        try place.write("", to: "yolo/b.txt")
        try place.write("iva\ngalanthus\n", to: "yolo/classes.txt")
        let yolo = try LabelFile(path: place.path("yolo"))
        let read = try #require(yolo.labels(of: "a.png")?.first)
        #expect(
            read.species == "iva" && read.unit == .shares && read.shape == .box(SIMD2(0.375, 0.25), SIMD2(0.625, 0.75)))
        #expect(yolo.labels(of: "b.png") == [])
        // The list of classes under the names that other programs give it; two that differ are no list.
        for (name, text) in [
            ("obj.names", "galanthus\niva\n"), ("data.yaml", "nc: 2\nnames: ['galanthus', \"iva\"]\n"),
            ("data.yaml", "names:\n  0: galanthus\n  1: iva\nnc: 2\n"), ("data.yml", "names:\n- galanthus\n- iva\n"),
        ] {
            let folder = "yolo-\(UUID().uuidString)"
            try place.write("0 0.5 0.5 0.25 0.5\n", to: "\(folder)/a.txt")
            try place.write(text, to: "\(folder)/\(name)")
            #expect(try LabelFile(path: place.path(folder)).labels(of: "a.png")?.first?.species == "galanthus")
            try place.write("iva\ngalanthus\n", to: "\(folder)/classes.txt")
            #expect(throws: PairingError.self) { try LabelFile(path: place.path(folder)) }
        }
        // What else lies beside labels is not asked; what means to be a list must be one.
        try place.write("0 0.5 0.5 0.25 0.5\n", to: "beside/a.txt")
        try place.write("iva\n", to: "beside/classes.txt")
        try place.write("name: microscopy\ndependencies:\n- numpy\n", to: "beside/environment.yml")
        #expect(try LabelFile(path: place.path("beside")).labels(of: "a.png")?.first?.species == "iva")
        try place.write("names: &anchor\n  iva: 0\n", to: "beside/data.yaml")
        #expect(throws: PairingError.self) { try LabelFile(path: place.path("beside")) }
    }

    /// Each with the place that the message must name.
    @Test(arguments: [
        ("file,species,x0,y0,x1,y1\na.png,iva,1,2,30,40\na.png,iva,100,100,60,60\n", "row 3"),
        ("file,species,x0,y0,x1,y1\na.png,iva,1,2,30,40\na.png,galanthus,1,2,30,40\n", "row 2 and row 3"),
        ("file,species,x0,y0,x1,y1\na.png,iva,0.1,0.2,0.3,0.4\n", "row 2"),
        ("file,species,x0,y0,x1,y1\n\na.png,iva,1.000,5,1,2\n", "row 3"),
        ("file,species,x0,y0,x1,y1\na.png,iva,1,2,30\n", "row 2"),
        ("file,kind,x0,y0,x1,y1\na.png,iva,1,2,30,40\n", "file, kind, x0"),
        (#"{"a.png": [["iva", 1, 2, 30, 40]], "a.png": [["iva", 50, 50, 90, 90]]}"#, "\"a.png\" stands twice"),
        (#"{"a.png": [["iva", 1, 2, 30, 40]], "\u0061.png": [["iva", 50, 50, 90, 90]]}"#, "\"a.png\" stands twice"),
        (#"{"a.png": [["iva", 1, 2], ["iva", 1, 2]]}"#, "entry 1 and entry 2"),
        ("file,species,x0,y0,x1,y1\na.png,iva,100,100,200,200\na.png,galanthus,101,101,201,201\n", "row 2 and row 3"),
        (
            #"{"a.png": [["iva", 1, 1, 31, 31], {"species": "iva", "polygon": [[1, 2], [30, 1], [31, 30], [2, 31]]}]}"#,
            "entry 1 and entry 2"
        ),
        (#"{"a.png": [{"species": "iva", "polygon": [[1, 1], [1, 1], [1, 1]]}]}"#, "entry 1"),
        (#"{"shapes": [{"label": "iva", "shape_type": "line", "points": [[1, 1], [5, 5]]}]}"#, "shape 1 is a line"),
        ("sep=;\nfile;species;x0;y0;x1;y1\na.png;iva;100;100;60;60\n", "row 3"),
        ("file,species,x_center,y_center,width,height,angle\na.png,iva,50,50,20,10,30\n", "row 2"),
        ("file,species,x_center,y_center\na.png,iva,0.5,0.25\n", "row 2 of a.png lies within the first pixel"),
        ("file,species,x,y,unit\na.png,iva,10,20,nm\n", "row 2 is in the unit \"nm\""),
        ("file,species,x,y_um\na.png,iva,10,20\n", "x, y_um are not all in µm"),
        ("file,species,x_px,y_px,unit\na.png,iva,10,20,um\n", "row 2 states another unit"),
        ("file,species,x_px,y_px,x_um,y_um\na.png,iva,10,20,1,2\n", "\"x_px\" and \"x_um\" give the same"),
        ("file,class,label,x,y\na.png,iva,galanthus,10,20\n", "\"class\" and \"label\" give the same"),
        ("file,species,x_mm,y_mm\na.png,iva,10,20\n", "x_mm, y_mm give neither"),
        (#"{"unit": "nm", "pictures": {"a.png": [["iva", 1, 2]]}}"#, "the unit \"nm\""),
        (
            #"{"a.png1": {"filename": "a.png", "regions": [{"shape_attributes": {"name": "polyline", "all_points_x": [1, 2], "all_points_y": [1, 2]}, "region_attributes": {"kind": "iva"}}]}}"#,
            "region 1 of a.png is a polyline"
        ),
        (
            #"{"a.png1": {"filename": "a.png", "regions": [{"shape_attributes": {"name": "point", "cx": 1, "cy": 2}, "region_attributes": {"a": "iva", "b": "2"}}]}}"#,
            "region 1 of a.png does not say one species (a, b)"
        ),
        (#"{"project": {"pid": "__VIA_PROJECT_ID__"}, "metadata": {}}"#, "VIA 3"),
        ("# Exported using VGG Image Annotator (http://www.robots.ox.ac.uk/~vgg/software/via)\n", "VIA 3"),
        ("filename,region_shape_attributes,region_attributes\na.png,rect,{}\n", "row 2 is no region of VIA"),
    ])
    func whatCannotBeRightIsRefusedWithItsPlace(text: String, clue: String) {
        let error = #expect(throws: PairingError.self) { try labels(Data(text.utf8), as: "labels.txt") }
        #expect(error?.code == .badLabel && error?.message.contains("labels.txt") == true)
        #expect(error?.message.contains(clue) == true, "\(error?.message ?? "")")
    }
}
