internal import Foundation

/// Label files of other programs.
extension LabelFile {
    // MARK: labelme

    /// One file a picture: `imagePath` and `shapes`.
    static func labelme(
        _ top: [String: Any], _ shapes: [[String: Any]], _ path: String
    ) throws(PairingError) -> Content {
        var content = Content()
        let name = (top["imagePath"] as? String) ?? (path as NSString).lastPathComponent
        if top["imagePath"] == nil { content.unnamed.insert(name) }
        if let width = (top["imageWidth"] as? NSNumber)?.intValue,
            let height = (top["imageHeight"] as? NSNumber)?.intValue
        {
            content.sizes[name] = (width, height)
        }
        var labels: [Label] = []
        for (index, shape) in shapes.enumerated() {
            let place = "shape \(index + 1)"
            guard let species = shape["label"].flatMap(Self.species) else { throw fault(path, "\(place) has no label") }
            guard let points = (shape["points"] as? [[Any]]).flatMap(Self.points), let first = points.first else {
                throw fault(path, "\(place) has no points")
            }
            let kind = shape["shape_type"] as? String ?? "polygon"
            let form: Label.Shape
            switch (kind, points.count) {
            case ("polygon", _): form = .polygon(points)
            case ("point", 1): form = .point(first)
            case ("rectangle", 2): form = .box(pointwiseMin(first, points[1]), pointwiseMax(first, points[1]))
            case ("rectangle", 4): form = .polygon(points)
            case ("circle", 2):
                let radius = ((points[1] - first) * (points[1] - first)).sum().squareRoot()
                form = .ellipse(centre: first, halfAxes: SIMD2(radius, radius), angle: 0)
            default: throw fault(path, "\(place) is a \(kind) of \(points.count) points, which says nothing of a grain")
            }
            labels.append(Label(species, form, at: place))
        }
        content.labels[name] = labels
        return content
    }

    // MARK: QuPath

    /// GeoJSON of one picture, which it does not name: the file has the picture's name, or there is one picture.
    static func geojson(_ features: [[String: Any]], _ path: String) throws(PairingError) -> Content {
        var labels: [Label] = []
        for (index, feature) in features.enumerated() {
            let place = "feature \(index + 1)"
            let properties = feature["properties"] as? [String: Any] ?? [:]
            let classification = properties["classification"] as? [String: Any]
            guard
                let species = classification?["name"] as? String
                    ?? (classification?["names"] as? [String])?.first ?? properties["classification"] as? String
            else { throw fault(path, "\(place) has no class: give each annotation one in QuPath") }
            let geometry = feature["geometry"] as? [String: Any] ?? [:]
            let kind = geometry["type"] as? String ?? "nothing"
            switch (kind, geometry["coordinates"]) {
            case ("Point", let coordinates as [Any]):
                guard let numbers = Self.numbers(coordinates), numbers.count >= 2 else {
                    throw fault(path, "\(place) has no point")
                }
                labels.append(Label(species, .point(SIMD2(numbers[0], numbers[1])), at: place))
            case ("MultiPoint", let coordinates as [[Any]]):
                guard let points = Self.points(coordinates) else { throw fault(path, "\(place) has no points") }
                labels += points.map { Label(species, .point($0), at: place) }
            case ("Polygon", let rings as [[[Any]]]):
                guard var outline = rings.first.flatMap(Self.points) else {
                    throw fault(path, "\(place) has no outline")
                }
                if outline.count > 1, outline.first == outline.last { outline.removeLast() }
                labels.append(Label(species, .polygon(outline), at: place))
            default: throw fault(path, "\(place) is a \(kind), which is no outline of one grain")
            }
        }
        var content = Content()
        content.labels[(path as NSString).lastPathComponent] = labels
        content.unnamed.insert((path as NSString).lastPathComponent)
        return content
    }

    // MARK: Pascal VOC

    /// XML of one picture: `filename`, `size` and objects with a name and a box.
    static func voc(_ text: String, _ path: String) throws(PairingError) -> Content {
        func inside(_ tag: String, of text: Substring) -> [Substring] {
            text.split(separator: "<\(tag)>", omittingEmptySubsequences: false).dropFirst().compactMap { part in
                part.firstRange(of: "</\(tag)>").map { part[..<$0.lowerBound] }
            }
        }
        func number(_ tag: String, of text: Substring) -> Double? {
            inside(tag, of: text).first.flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        }
        guard let root = inside("annotation", of: text[...]).first ?? (text.contains("<annotation ") ? text[...] : nil)
        else { throw fault(path, "it is XML, and no annotation of Pascal VOC") }
        let stated = inside("filename", of: root).first.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        let name = stated.flatMap { $0.isEmpty ? nil : $0 } ?? (path as NSString).lastPathComponent
        var content = Content()
        if stated == nil { content.unnamed.insert(name) }
        if let size = inside("size", of: root).first, let width = number("width", of: size),
            let height = number("height", of: size), (1...1e6).contains(width), (1...1e6).contains(height)
        {
            content.sizes[name] = (Int(width), Int(height))
        }
        var labels: [Label] = []
        for (index, object) in inside("object", of: root).enumerated() {
            let corners = ["xmin", "ymin", "xmax", "ymax"].compactMap { number($0, of: object) }
            guard let species = inside("name", of: object).first, corners.count == 4 else {
                throw fault(path, "object \(index + 1) has no name or no box")
            }
            labels.append(
                Label(
                    species.trimmingCharacters(in: .whitespacesAndNewlines), box(corners), at: "object \(index + 1)"))
        }
        content.labels[name] = labels
        return content
    }

    // MARK: YOLO

    /// Whether every line is a class and four numbers or more, as in the files that YOLO is trained on.
    static func isYOLO(_ text: String, _ path: String) -> Bool {
        guard (path as NSString).pathExtension.lowercased() == "txt" else { return false }
        return text.split(whereSeparator: \.isNewline).allSatisfy { line in
            let words = line.split(whereSeparator: \.isWhitespace)
            return words.isEmpty
                || words.count >= 5 && Int(words[0]) != nil && words.dropFirst().allSatisfy { Double($0) != nil }
        }
    }

    /// Text of one picture, of its name: a line an object, in shares of the picture. It is class, centre and size, as a
    /// prediction with its confidence; or class and corners of an outline.
    static func yolo(_ text: String, _ path: String, classes: [String]) throws(PairingError) -> Content {
        var labels: [Label] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, let number = Int(first) else { continue }
            let place = "line \(index + 1)"
            guard classes.isEmpty || classes.indices.contains(number) else {
                throw fault(path, "\(place) names class \(number), which classes.txt does not")
            }
            guard let shape = shape(ofYOLO: words.dropFirst().compactMap { Double($0) }) else {
                throw fault(
                    path,
                    "\(place) has \(words.count) numbers that are neither a class and a box, perhaps with its confidence "
                        + "of 0 to 1, nor a class and an outline: export boxes, or outlines of three corners and more")
            }
            labels.append(Label(classes.isEmpty ? "\(number)" : classes[number], shape, at: place, in: .shares))
        }
        var content = Content()
        content.labels[(path as NSString).lastPathComponent] = labels
        return content
    }

    private static func shape(ofYOLO n: [Double]) -> Label.Shape? {
        if n.count == 4 || n.count == 5 {
            let middle = SIMD2(n[0], n[1]), half = SIMD2(n[2], n[3]) / 2
            guard half.x > 0, half.y > 0, n.count == 4 || (0...1).contains(n[4]) else { return nil }
            return .box(middle - half, middle + half)
        }
        guard n.count >= 6, n.count % 2 == 0 else { return nil }
        let corners = stride(from: 0, to: n.count, by: 2).map { SIMD2(n[$0], n[$0 + 1]) }
        // Four corners of a turned box are no outline.
        let skew = corners.count == 4 ? corners[0] + corners[2] - corners[1] - corners[3] : .one
        return max(abs(skew.x), abs(skew.y)) < 1e-4 ? nil : .polygon(corners)
    }
}
