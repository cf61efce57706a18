internal import Foundation

/// COCO: one file for all pictures with `images`, `categories` and `annotations`. Boxes are x, y, width, height;
/// outlines, which are better, are polygons or masks in run lengths.
extension LabelFile {
    static func coco(
        _ images: [[String: Any]], _ annotations: [[String: Any]], categories: [[String: Any]], _ path: String
    ) throws(PairingError) -> Content {
        var content = Content()
        var names: [Int: String] = [:], species: [Int: String] = [:]
        for image in images {
            guard let id = (image["id"] as? NSNumber)?.intValue, let name = image["file_name"] as? String else {
                throw fault(path, "an image has no id or no file_name")
            }
            names[id] = name
            content.labels[name] = []
            if let width = (image["width"] as? NSNumber)?.intValue,
                let height = (image["height"] as? NSNumber)?.intValue
            {
                content.sizes[name] = (width, height)
            }
        }
        for category in categories {
            if let id = (category["id"] as? NSNumber)?.intValue { species[id] = category["name"] as? String }
        }
        for (index, annotation) in annotations.enumerated() {
            let place = "annotation \(index + 1)"
            guard let name = (annotation["image_id"] as? NSNumber).flatMap({ names[$0.intValue] }) else {
                throw fault(path, "\(place) names an image that is not in the file")
            }
            guard let key = (annotation["category_id"] as? NSNumber).flatMap({ species[$0.intValue] }) else {
                throw fault(path, "\(place) names a category that is not in the file")
            }
            if let segmentation = annotation["segmentation"] as? [String: Any] {
                let (outline, size) = try Self.outline(ofMask: segmentation, at: place, path)
                guard content.sizes[name].map({ $0 == size }) ?? true else {
                    throw fault(
                        path,
                        "\(place) has a mask of \(size.width) x \(size.height) pixels, and \(name) another size "
                            + "there: export both anew")
                }
                content.sizes[name] = size
                content.labels[name]?.append(Label(key, .polygon(outline), at: place))
            } else if let pieces = (annotation["segmentation"] as? [Any])?.filter({ ($0 as? [Any])?.isEmpty != true }),
                !pieces.isEmpty
            {
                content.labels[name]?.append(
                    Label(key, .polygon(try Self.outline(of: pieces, at: place, path)), at: place))
            } else if let box = (annotation["bbox"] as? [Any]).flatMap(numbers), box.count == 4 {
                content.labels[name]?.append(
                    Label(key, Self.box([box[0], box[1], box[0] + box[2], box[1] + box[3]]), at: place))
            } else {
                throw fault(path, "\(place) has neither a box nor an outline")
            }
        }
        return content
    }

    private static func outline(
        ofMask segmentation: [String: Any], at place: String, _ path: String
    ) throws(PairingError) -> ([SIMD2<Double>], size: (width: Int, height: Int)) {
        guard let mask = RunLengthMask(segmentation) else {
            throw fault(path, "\(place) has a mask whose run lengths do not fill its size: export it anew")
        }
        guard let outline = mask.outline else { throw inPieces(path, "\(place) has a mask") }
        return (outline, (mask.width, mask.height))
    }

    /// The polygon that is next to all of them.
    private static func outline(
        of pieces: [Any], at place: String, _ path: String
    ) throws(PairingError) -> [SIMD2<Double>] {
        var outlines: [[SIMD2<Double>]] = []
        for piece in pieces {
            guard let flat = (piece as? [Any]).flatMap(numbers), flat.count >= 6, flat.count % 2 == 0 else {
                throw fault(
                    path, "\(place) has an outline that is not x, y, x, y of three points and more: export it anew")
            }
            outlines.append(stride(from: 0, to: flat.count, by: 2).map { SIMD2(flat[$0], flat[$0 + 1]) })
        }
        let areas = outlines.map { outline in
            outline.indices.reduce(0.0) { sum, index in
                let (a, b) = (outline[index], outline[(index + 1) % outline.count])
                return sum + (a.x * b.y - b.x * a.y) / 2
            }.magnitude
        }
        let largest = areas.indices.max { areas[$0] < areas[$1] }!
        guard areas.count == 1 || areas[largest] >= (1 - RunLengthMask.specks) * areas.reduce(0, +) else {
            throw inPieces(path, "\(place) has an outline")
        }
        return outlines[largest]
    }

    private static func inPieces(_ path: String, _ what: String) -> PairingError {
        fault(
            path, "\(what) that is empty or in pieces, and not of one grain: give each grain an annotation of its own")
    }
}
