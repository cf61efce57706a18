import Export
import Foundation
import Imaging
import Testing

/// The page as Python's `html.parser` sees it, its pictures as Pillow opens them.
@Suite struct ReportPageTests {
    struct Page: Decodable {
        let tags, links: [String]
        let text: String
        let pictures: [[Int]]
        let cells: [String]
    }

    private func png(_ width: Int, _ height: Int) throws -> [UInt8] {
        try PNG.encode(Picture<UInt8>(width: width, height: height, channels: 3, filledWith: 90))
    }

    private func page(_ report: SlideReport, _ pictures: ReportPictures = ReportPictures()) throws -> Page {
        try ForeignReader.read(try report.html(pictures), as: "html", Page.self).value
    }

    @Test func thePageStandsAlone() throws {
        let page = try page(
            Samples.report,
            ReportPictures(
                mosaic: try png(300, 200), crops: [2: .init(observed: try png(64, 64), synthesised: try png(128, 128))])
        )
        #expect(page.links == ["data:image/png;base64"])
        #expect(!page.tags.contains("script") && !page.tags.contains("link") && !page.tags.contains("a"))
        #expect(page.pictures == [[300, 200], [64, 64], [128, 128]])
    }

    @Test func whatPeopleWroteIsTextAndNothingElse() throws {
        let page = try page(Samples.report)
        // As a person reads it: white space runs together.
        #expect(
            page.text.contains("=HYPERLINK(\"http://x/\",\"a\"), \"Park\" <script>alert(1)</script> & 'Ω' \u{FFFD}"))
        #expect(page.text.contains("Burkard, 10 m³") && page.text.contains("iva <galanthus>"))
        #expect(page.text.contains("-Anna, \"A.\": 1 grain, last 2026-06-12 10:30 UTC"))
    }

    @Test func figuresAreThoseOfTheReport() throws {
        let page = try page(Samples.report)
        #expect(page.text.contains("grains counted4") && page.text.contains("fields3"))
        #expect(page.text.contains("top and left count") && page.text.contains("95 % interval"))
        let iva = try #require(page.cells.firstIndex(of: "Iva xanthiifolia"))
        #expect(Array(page.cells[(iva + 1)...(iva + 4)]) == ["3", "1", "1", "2440 [1000, 5120]"])
        // Not finite: no interval, or nothing at all.
        #expect(page.cells[iva + 6] == "1640")
        let galanthus = try #require(page.cells.firstIndex(of: "@SUM(1)"))
        #expect(Array(page.cells[(galanthus + 1)...(galanthus + 4)]) == ["1", "0", "0", "-"])
        #expect(page.text.contains(Samples.lens.sha256) && page.text.contains("180 nm a pixel, calibration 3"))
        #expect(page.text.contains("seen in another field 1, small 1"))
        #expect(page.text.firstMatch(of: /\b(nan|inf)\b/.ignoresCase()) == nil)
    }

    @Test func whatIsSynthesisedIsMarkedAndExplained() throws {
        let crop = ReportPictures.Crop(observed: try png(8, 8), synthesised: try png(8, 8))
        let page = try page(Samples.report, ReportPictures(crops: [2: crop]))
        #expect(page.text.contains("observedsynthesised") && page.text.contains("not an observation"))
        #expect(page.text.contains("The least certain come first."))
    }

    @Test func aSlideWithoutCapturesSaysSo() throws {
        let page = try page(Samples.empty)
        #expect(page.text.contains("No field has been captured.") && page.text.contains("Nothing has been counted."))
        #expect(page.pictures.isEmpty)
    }
}
