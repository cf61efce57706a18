import Export
import Foundation

/// A slide with everything that names and figures can do to a file.
enum Samples {
    static let moment = Date(timeIntervalSince1970: 1_781_256_600.25)  // 2026-06-12T09:30:00.250Z
    static let evil = "=HYPERLINK(\"http://x/\",\"a\"), \"Park\"\r\n<script>alert(1)</script> & 'Ω' \u{1}"

    static var report: SlideReport {
        SlideReport(
            slide: .init(
                name: evil, note: "Burkard, 10 m³", createdAt: moment, sampledVolumeCubicMetres: 10,
                depositAreaSquareCentimetres: 6.72),
            program: "NeuralLens 9.9", generatedAt: moment, countingRule: "top and left count", doubtfulBelow: 0.6,
            species: [
                .init(key: "iva", name: "Iva xanthiifolia", colour: "#ff0000"),
                .init(key: "galanthus", name: "@SUM(1)", colour: "blue"),
            ],
            counts: [
                .init(
                    species: "iva", grains: 3, confirmed: 1, doubtful: 1, fields: 3, areaSquareCentimetres: 0.00123,
                    densityPerSquareCentimetre: .init(2439.02, lower: 1001.5, upper: 5120.25),
                    concentrationPerCubicMetre: .init(1639, lower: 673, upper: .infinity)),
                .init(
                    species: "galanthus", grains: 1, confirmed: 0, doubtful: 0, fields: 3, areaSquareCentimetres: .nan,
                    densityPerSquareCentimetre: .init(.nan)),
                .init(
                    species: "unidentified", grains: 0, confirmed: 0, doubtful: 0, fields: 3, areaSquareCentimetres: nil
                ),
            ],
            fields: [
                .init(
                    capture: 7, capturedAt: moment, width: 2592, height: 1944, nmPerPixel: 180,
                    scaleOrigin: "calibration 3", source: "v4l2:/dev/video0", origin: "", lens: lens,
                    engineVersion: "1.2", position: [1000, -250.5]),
                .init(
                    capture: 8, capturedAt: moment + 60, width: 1280, height: 1024, nmPerPixel: 180, lens: lens,
                    remark: "not placed"),
                .init(capture: 9, capturedAt: moment + 120, width: 640, height: 480, nmPerPixel: nil),
            ],
            grains: [
                .init(
                    id: 1, capture: 7, number: 1, species: "iva", status: .machine, confidence: 0.9375,
                    centroidPixels: [99.5, 49.5], areaPixels: 400, areaSquareMicrometres: 12.96,
                    equivalentDiameterMicrometres: 4.0625,
                    ellipse: .init(majorMicrometres: 5, minorMicrometres: 3.25, angleDegrees: -45), circularity: 0.785,
                    focus: 0.5, outlinePixels: square(89.5, 39.5, side: 20)),
                .init(
                    id: 2, capture: 7, number: 2, species: "iva", status: .doubtful, confidence: 0.41,
                    centroidPixels: [12, 13], areaPixels: 100, areaSquareMicrometres: .nan, isOnBorder: true,
                    outlinePixels: square(-0.5, 7.5, side: 10).reversed()),
                .init(
                    id: 3, capture: 8, number: 3, species: "iva", status: .confirmed, confidence: .nan,
                    centroidPixels: [30, 30], areaPixels: 25,
                    review: .init(reviewer: "-Anna, \"A.\"", at: moment + 3600),
                    outlinePixels: square(27.5, 27.5, side: 5)),
                .init(
                    id: 4, capture: 9, species: "galanthus", status: .machine, confidence: 0.8,
                    centroidPixels: [5, 6], areaPixels: 9, outlinePixels: []),
                .init(
                    id: 5, capture: 7, species: "unidentified", status: .rejected, rejection: "small", confidence: 0.7,
                    centroidPixels: [70, 70], areaPixels: 2, outlinePixels: [[70, 70], [71, 70]]),
                .init(
                    id: 6, capture: 8, species: "iva", status: .double, doubleOf: 1, confidence: 0.9,
                    centroidPixels: [5, 6], areaPixels: 9, outlinePixels: square(3.5, 4.5, side: 3)),
            ])
    }

    static let lens = SlideReport.Field.Lens(name: "iva <galanthus>", sha256: String(repeating: "ab", count: 32))

    static var empty: SlideReport {
        SlideReport(
            slide: .init(name: "nothing yet", createdAt: moment), program: "NeuralLens 9.9", generatedAt: moment,
            countingRule: "top and left count", species: [], counts: [], fields: [], grains: [])
    }

    /// Clockwise as one sees it, y being down.
    static func square(_ x: Double, _ y: Double, side: Double) -> [SIMD2<Double>] {
        [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    }
}
