internal import Foundation

/// VGG Image Annotator 2: regions, each a shape under `shape_attributes` and attributes that people name as they like.
extension LabelFile {
    static let viaShape = "region_shape_attributes"
    static let via3 = "it is of VIA 3, which is not read: draw the regions in VIA 2 and export them as CSV or JSON"

    /// Projects, and exports as JSON: pictures under names of VIA's own.
    static func via(_ images: [String: Any], _ path: String) throws(PairingError) -> Content {
        var content = Content()
        for (key, image) in images.sorted(by: { $0.key < $1.key }) {
            guard let image = image as? [String: Any], let name = image["filename"] as? String else {
                throw fault(path, "what belongs to \(key) is no picture of VIA: it has no filename")
            }
            guard content.labels[name] == nil else { throw fault(path, "it holds two pictures \(name)") }
            // VIA 1 numbers the regions.
            let numbered = (image["regions"] as? [String: Any])?.sorted {
                $0.key.compare($1.key, options: .numeric) == .orderedAscending
            }
            guard let regions = (image["regions"] as? [Any] ?? numbered?.map(\.value)) as? [[String: Any]] else {
                throw fault(path, "what belongs to \(key) has no regions of VIA")
            }
            var labels: [Label] = []
            for (index, region) in regions.enumerated() {
                labels.append(
                    try label(
                        region["shape_attributes"] as? [String: Any] ?? [:],
                        region["region_attributes"] as? [String: Any] ?? [:], at: "region \(index + 1)", of: name, path)
                )
            }
            content.labels[name] = labels
        }
        return content
    }

    /// A row of an export as CSV: a region, or a picture that has none.
    static func via(
        _ cells: [String: String], at place: String, _ path: String
    ) throws(PairingError) -> (file: String, regions: [Label]) {
        func object(_ key: String) -> [String: Any]? {
            cells[key].flatMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
        }
        guard let file = cells["file"], let shape = object(viaShape), let attributes = object("region_attributes")
        else {
            throw fault(path, "\(place) is no region of VIA: export the annotations anew")
        }
        return (file, shape.isEmpty ? [] : [try label(shape, attributes, at: place, of: file, path)])
    }

    private static func label(
        _ shape: [String: Any], _ attributes: [String: Any], at place: String, of name: String, _ path: String
    ) throws(PairingError) -> Label {
        func numbers(_ keys: String...) -> [Double]? { Self.numbers(keys.map { shape[$0] ?? "" }) }
        func list(_ key: String) -> [Double]? { (shape[key] as? [Any]).flatMap(Self.numbers) }
        let kind = shape["name"] as? String ?? "nothing"
        let form: Label.Shape? =
            switch kind {
            case "rect": numbers("x", "y", "width", "height").map { box([$0[0], $0[1], $0[0] + $0[2], $0[1] + $0[3]]) }
            case "circle": numbers("cx", "cy", "r").map { ellipse([$0[0], $0[1], $0[2], $0[2]]) }
            case "ellipse":
                numbers("cx", "cy", "rx", "ry").map { n in
                    // In radians, and missing in old files.
                    .ellipse(
                        centre: SIMD2(n[0], n[1]), halfAxes: SIMD2(n[2], n[3]), angle: numbers("theta")?.first ?? 0)
                }
            case "polygon":
                if let x = list("all_points_x"), let y = list("all_points_y"), x.count == y.count {
                    .polygon(zip(x, y).map { SIMD2($0, $1) })
                } else {
                    nil
                }
            case "point": numbers("cx", "cy").map { .point(SIMD2($0[0], $0[1])) }
            default: nil
            }
        guard let form else {
            throw fault(
                path,
                "\(place) of \(name) is a \(kind) of VIA that says nothing of a grain: draw it as a polygon, an ellipse, "
                    + "a circle, a rect or a point")
        }
        let stated = attributes.compactMapValues(species).filter { !$0.value.isEmpty }
        let named = stated.filter { (synonyms[$0.key.lowercased()] ?? $0.key.lowercased()) == "species" }
        let said = stated.count == 1 ? stated : named
        guard said.count == 1, let species = said.first?.value else {
            throw fault(
                path,
                "\(place) of \(name) does not say one species (\(attributes.keys.sorted().joined(separator: ", "))): "
                    + "give the regions of VIA an attribute \"species\"")
        }
        return Label(species, form, at: place)
    }
}
