import Foundation
import Imaging
import Pairing
import Testing

/// Labels against the pictures that they are said to be of: nothing black or wrong becomes a training map.
@Suite struct FittingLabelsTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        try place.write(Slide.four.light(width: 120, height: 90), to: "optical/a.png")
    }

    private func run(_ labels: String, as name: String = "labels.json", species: [Dataset.Species] = [twoSpecies[0]])
        throws
    {
        try place.write(labels, to: name)
        try run(of: name, species: species)
    }

    private func run(of name: String, species: [Dataset.Species] = [twoSpecies[0]]) throws {
        var maker = PairMaker(opticalNmPerPixel: 166, semNmPerPixel: 83, nmPerPixel: 166, species: species)
        maker.labelled = .optical
        maker.division = .init(val: 0, test: 0)
        _ = try maker.run(optical: place.path("optical"), sem: nil, labels: place.path(name), output: place.path("set"))
    }

    private func refusal(
        _ labels: String, as name: String = "labels.json", species: [Dataset.Species] = [twoSpecies[0]]
    ) -> String {
        let error = #expect(throws: PairingError.self) { try run(labels, as: name, species: species) }
        #expect(!place.contents.contains { $0.hasPrefix("set") })
        return error?.message ?? ""
    }

    @Test func labelsOutsideOfTheirPictureAreRefused() throws {
        let outside = refusal(
            #"{"a.png": [["iva", 10, 10, 40, 40], ["iva", 100, 60, 180, 140], ["iva", 500, 5, 530, 30]]}"#)
        #expect(
            outside.contains("entry 2 lies outside of a.png") && outside.contains("120 x 90")
                && outside.contains("1 more"))
        // A hand that slips over the edge does no harm.
        try run(#"{"a.png": [["iva", 90, 60, 124, 94]]}"#)
        #expect(try DatasetFolder(path: place.path("set")).truth("00000")?.grains.count == 1)
    }

    @Test func aLabelFileOfAnotherPictureIsRefused() {
        let other = """
            {"imagePath": "a.png", "imageWidth": 90, "imageHeight": 120, "shapes": [
             {"label": "iva", "shape_type": "rectangle", "points": [[10, 10], [40, 40]]}]}
            """
        #expect(refusal(other).contains("90 x 120 pixels, and the one there has 120 x 90"))
    }

    @Test func aSpeciesWithoutALabelIsRefusedWithTheCounts() {
        #expect(refusal(#"{"a.png": []}"#).contains("no label at all"))
        let one = refusal(#"{"a.png": [["iva", 10, 10, 40, 40], ["other", 50, 50, 80, 80]]}"#, species: twoSpecies)
        #expect(one.contains("nothing of galanthus (iva 1, other 1)"))
    }

    @Test func pointsWithoutAMicrographAreRefused() {
        #expect(refusal(#"{"a.png": [["iva", 50, 50]]}"#).contains("entry 1 of a.png is a point"))
    }

    @Test func aNamelessLabelFileIsOfTheOnlyPicture() throws {
        let qupath = """
            {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon",
             "coordinates": [[[10, 10], [40, 10], [40, 40], [10, 40], [10, 10]]]},
             "properties": {"classification": {"name": "Iva xanthiifolia"}}}]}
            """
        try run(qupath, as: "qupath.geojson")
        try FileManager.default.removeItem(atPath: place.path("set"))
        try place.write(Slide.four.light(width: 120, height: 90), to: "optical/b.png")
        #expect(refusal(qupath, as: "qupath.geojson").contains("does not say which picture"))
    }

    @Test func sharesOfThePictureBecomePixels() throws {
        try place.write("0 0.5 0.5 0.5 0.5\n", to: "yolo/a.txt")
        try run(of: "yolo")
        let outline = try #require(DatasetFolder(path: place.path("set")).truth("00000")?.grains.first?.outline)
        // A quarter to three quarters of 120 x 90 pixels, whose edges lie half a pixel out.
        #expect(outline.map { $0[0] }.min()! == 29.5 && outline.map { $0[0] }.max()! == 89.5)
        #expect(outline.map { $0[1] }.min()! == 22 && outline.map { $0[1] }.max()! == 67)
    }

    @Test func micrometresBecomePixelsByTheScale() throws {
        try run("file,species,x0_um,y0_um,x1_um,y1_um\na.png,iva,4.98,3.735,14.94,11.205\n", as: "labels.csv")
        let outline = try #require(DatasetFolder(path: place.path("set")).truth("00000")?.grains.first?.outline)
        // 166 nm a pixel, from the outer edge of the first one.
        #expect(outline.map { $0[0] }.min()! == 29.5 && outline.map { $0[0] }.max()! == 89.5)
        #expect(outline.map { $0[1] }.min()! == 22 && outline.map { $0[1] }.max()! == 67)
    }

    @Test func micrometresOutsideOfTheirPictureAreRefused() {
        let outside = refusal("file,species,x0,y0,x1,y1,unit\na.png,iva,40,30,80,70,um\n", as: "labels.csv")
        #expect(outside.contains("row 2 lies outside of a.png"))
    }

    @Test func outlinesInSharesBecomePixels() throws {
        try place.write("0 0.25 0.2 0.75 0.2 0.75 0.8 0.5 0.9\n", to: "yolo/a.txt")
        try run(of: "yolo")
        let outline = try #require(DatasetFolder(path: place.path("set")).truth("00000")?.grains.first?.outline)
        #expect(outline == [[29.5, 17.5], [89.5, 17.5], [89.5, 71.5], [59.5, 80.5]])
    }

    @Test func aPictureThatStatesAnotherScaleIsRefused() throws {
        let picture = Slide.four.light(width: 120, height: 90).eightBit
        try place.write(Data(PNG.encode(picture, nmPerPixel: 83)), to: "optical/a.png")
        #expect(refusal(#"{"a.png": [["iva", 10, 10, 40, 40]]}"#).contains("states 83 nm a pixel"))
        try place.write(Data(PNG.encode(picture, nmPerPixel: 166)), to: "optical/a.png")
        try run(#"{"a.png": [["iva", 10, 10, 40, 40]]}"#)
    }
}
