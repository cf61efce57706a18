import Foundation
import Quantities

extension SlideReport {
    /// How QuPath is to treat the outlines.
    package enum OutlineKind: String, Sendable {
        /// Many and fixed.
        case detection
        /// To be edited.
        case annotation
    }

    /// Outlines of a capture's grains as GeoJSON that QuPath (0.4 and later) and other readers of RFC 7946 take.
    ///
    /// Coordinates are pixels of the capture's input from its upper left corner, so that the centre of the first pixel
    /// is at (0.5, 0.5). A grain that counts is classified by its species; what is rejected or a double is classified
    /// `Ignore*`, which QuPath leaves out of counts. An outline that touches itself becomes a `MultiPolygon`, a grain
    /// without an outline the `Point` of its centroid. Measurements that are unknown are left out.
    /// - Throws: `.nothingToExport` for a capture that the report lacks or a grain that is nowhere.
    package func geoJSON(ofCapture capture: Int64, as kind: OutlineKind = .detection) throws(ExportError) -> [UInt8] {
        _ = try field(capture)
        var features: [JSON] = []
        for grain in grains where grain.capture == capture {
            features.append(
                .object([
                    "type": .string("Feature"), "geometry": try geometry(grain), "properties": properties(grain, kind),
                ]))
        }
        return JSON.object(["type": .string("FeatureCollection"), "features": .array(features)]).bytes
    }

    private func geometry(_ grain: Grain) throws(ExportError) -> JSON {
        let corner = SIMD2(repeating: 0.5)
        let rings = OutlineRings.simple(grain.outlinePixels).map { ring in
            JSON.points((ring + ring.prefix(1)).map { $0 + corner })
        }
        func geometry(_ type: String, _ coordinates: JSON) -> JSON {
            .object(["type": .string(type), "coordinates": coordinates])
        }
        switch rings.count {
        case 0:
            guard grain.centroidPixels.x.isFinite, grain.centroidPixels.y.isFinite else {
                throw ExportError(
                    .nothingToExport, "grain \(grain.id) has neither an outline nor a position",
                    hint: "analyse capture \(grain.capture) again")
            }
            return geometry("Point", JSON(grain.centroidPixels + corner))
        case 1: return geometry("Polygon", .array(rings))
        default: return geometry("MultiPolygon", .array(rings.map { .array([$0]) }))
        }
    }

    private func properties(_ grain: Grain, _ kind: OutlineKind) -> JSON {
        let species = species(grain.species)
        let measured: [(String, Double?)] = [
            ("Area px^2", grain.areaPixels), ("Area µm^2", grain.areaSquareMicrometres),
            ("Equivalent diameter µm", grain.equivalentDiameterMicrometres),
            ("Ellipse major axis µm", grain.ellipse?.majorMicrometres),
            ("Ellipse minor axis µm", grain.ellipse?.minorMicrometres),
            ("Ellipse angle °", grain.ellipse?.angleDegrees),
            ("Circularity", grain.circularity), ("Focus", grain.focus), ("Confidence", grain.confidence),
        ]
        let told: [(String, String?)] = [
            ("slide", slide.name), ("capture", "\(grain.capture)"), ("grain", "\(grain.id)"),
            ("species", grain.species), ("status", grain.status.rawValue), ("rejection", grain.rejection),
            ("double_of", grain.doubleOf.map { "\($0)" }), ("reviewer", grain.review?.reviewer),
            ("reviewed_at", grain.review.flatMap { UTC.iso8601($0.at) }),
        ]
        func object<Value>(_ pairs: [(String, Value?)], _ json: (Value) -> JSON) -> JSON {
            .object(Dictionary(uniqueKeysWithValues: pairs.compactMap { key, value in value.map { (key, json($0)) } }))
        }
        return .object([
            "objectType": .string(kind.rawValue),
            "name": .string("\(species.name) \(grain.number.map { "\($0)" } ?? "#\(grain.id)")"),
            "classification": .object([
                "name": .string(grain.status.counts ? species.name : "Ignore*"),
                "color": .array((grain.status.counts ? species.rgb : [180, 180, 180]).map(JSON.integer)),
            ]),
            "measurements": object(measured.map { ($0, $1.flatMap { $0.isFinite ? $0 : nil }) }, JSON.number),
            "metadata": object(told, JSON.string),
        ])
    }
}

extension SlideReport.Species {
    /// 0...255 each; grey where `colour` is not "#rrggbb".
    var rgb: [Int64] {
        guard colour.utf8.count == 7, colour.hasPrefix("#"), let value = Int64(colour.dropFirst(), radix: 16),
            value >= 0
        else { return [128, 128, 128] }
        return [value >> 16, value >> 8 & 255, value & 255]
    }
}
