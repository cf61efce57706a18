internal import Foundation

/// Our own form: `{ "a.png": [ ENTRY, ... ], ... }`, or the same under the key `pictures`. ENTRY is an object with
/// `species` and one of `point` [x, y], `box` [x0, y0, x1, y1], `ellipse` [cx, cy, rx, ry] or [cx, cy, rx, ry, degrees]
/// and `polygon` [[x, y], ...]; or in short [species, x, y] or [species, x0, y0, x1, y1]. A species is a key, `other`, or
/// a number: its place among the species named, from 0. `unit` beside `pictures`, or in an ENTRY, is `px` or `um`.
extension LabelFile {
    /// Our form, or that of a program that is known by its keys.
    static func json(_ text: String, _ path: String) throws(PairingError) -> Content {
        guard let top = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else {
            throw fault(path, "it is not valid JSON")
        }
        if let key = JSONKeys.repeated(in: text) {
            throw fault(path, "\"\(key)\" stands twice in it, and one of the two would be lost: put both under one")
        }
        if let features = top as? [[String: Any]] { return try geojson(features, path) }
        guard let top = top as? [String: Any] else { throw fault(path, "it is no object with pictures") }
        if let annotations = top["annotations"] as? [[String: Any]], let images = top["images"] as? [[String: Any]] {
            return try coco(images, annotations, categories: top["categories"] as? [[String: Any]] ?? [], path)
        }
        if let shapes = top["shapes"] as? [[String: Any]] { return try labelme(top, shapes, path) }
        if let features = top["features"] as? [[String: Any]] { return try geojson(features, path) }
        if top["type"] as? String == "Feature" { return try geojson([top], path) }
        if let images = top["_via_img_metadata"] as? [String: Any] { return try via(images, path) }
        if top.values.contains(where: { ($0 as? [String: Any])?["regions"] != nil }) { return try via(top, path) }
        if (top["project"] as? [String: Any])?["pid"] != nil { throw fault(path, via3) }
        return try own(top, path)
    }

    private static func own(_ top: [String: Any], _ path: String) throws(PairingError) -> Content {
        var content = Content()
        let pictures = top["pictures"] as? [String: Any]
        let stated = pictures == nil ? nil : try statedUnit(top["unit"] ?? top["units"], of: "it", path)
        for (name, value) in pictures ?? top {
            guard let entries = value as? [Any] else { throw fault(path, "what belongs to \(name) is not a list") }
            var labels: [Label] = []
            for (index, entry) in entries.enumerated() {
                guard var label = label(entry) else { throw fault(path, "entry \(index + 1) of \(name) is no label") }
                label.place = "entry \(index + 1)"
                let own = (entry as? [String: Any]).flatMap { $0["unit"] ?? $0["units"] }
                label.unit = try statedUnit(own, of: "\(label.place) of \(name)", path) ?? stated ?? .pixels
                labels.append(label)
            }
            content.labels[name] = labels
        }
        return content
    }

    private static func statedUnit(
        _ value: Any?, of what: String, _ path: String
    ) throws(PairingError) -> Label.Unit? {
        try unit(value.map { $0 as? String ?? "\($0)" }, of: what, path)
    }

    private static func label(_ entry: Any) -> Label? {
        if let list = entry as? [Any], let species = list.first.flatMap(species) {
            let numbers = list.dropFirst().compactMap(number)
            guard numbers.count == list.count - 1 else { return nil }
            switch numbers.count {
            case 2: return Label(species: species, shape: .point(SIMD2(numbers[0], numbers[1])))
            case 4: return Label(species: species, shape: box(numbers))
            default: return nil
            }
        }
        guard let object = entry as? [String: Any], let species = object["species"].flatMap(species) else { return nil }
        func numbers(_ key: String) -> [Double]? { (object[key] as? [Any]).flatMap(Self.numbers) }
        if let point = numbers("point"), point.count == 2 {
            return Label(species: species, shape: .point(SIMD2(point[0], point[1])))
        }
        if let corners = numbers("box"), corners.count == 4 { return Label(species: species, shape: box(corners)) }
        if let e = numbers("ellipse"), e.count == 4 || e.count == 5 {
            return Label(species: species, shape: ellipse(e))
        }
        if let list = object["polygon"] as? [[Any]], let points = Self.points(list) {
            return Label(species: species, shape: .polygon(points))
        }
        return nil
    }

    static func species(_ value: Any) -> String? {
        if let text = value as? String { return text }
        return number(value).flatMap { $0 == $0.rounded() && abs($0) < 1000 ? String(Int($0)) : nil }
    }

    static func number(_ value: Any) -> Double? { (value as? NSNumber)?.doubleValue }

    /// nil where one is no number.
    static func numbers(_ list: [Any]) -> [Double]? {
        let found = list.compactMap(number)
        return found.count == list.count ? found : nil
    }

    /// Pairs of numbers; nil where one is none.
    static func points(_ list: [[Any]]) -> [SIMD2<Double>]? {
        let found = list.compactMap { pair in
            numbers(pair).flatMap { $0.count == 2 ? SIMD2($0[0], $0[1]) : nil }
        }
        return found.count == list.count ? found : nil
    }

    static func box(_ n: [Double]) -> Label.Shape { .box(SIMD2(n[0], n[1]), SIMD2(n[2], n[3])) }

    static func ellipse(_ n: [Double]) -> Label.Shape {
        .ellipse(
            centre: SIMD2(n[0], n[1]), halfAxes: SIMD2(n[2], n[3]), angle: n.count > 4 ? n[4] * .pi / 180 : 0)
    }
}
