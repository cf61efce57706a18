internal import Foundation

/// Labels by picture, from JSON or CSV.
///
/// JSON: `{ "a.png": [ ENTRY, ... ], ... }`, or the same under the key `pictures`. ENTRY is an object with `species`
/// and one of `point` [x, y], `box` [x0, y0, x1, y1], `ellipse` [cx, cy, rx, ry] or [cx, cy, rx, ry, degrees] and
/// `polygon` [[x, y], ...]; or in short [species, x, y] or [species, x0, y0, x1, y1]. A species is a key, `other`, or a
/// number: its place among the species named, from 0.
///
/// CSV: a header with `file`, `species` and the columns `x`, `y` (point), `x0`, `y0`, `x1`, `y1` (box) or `cx`, `cy`,
/// `rx`, `ry` and perhaps `degrees` (ellipse); cells that are empty do not count.
package struct LabelFile: Sendable {
    /// By file name as the label file gives it.
    package let labels: [String: [Label]]
    private let path: String

    package init(path: String) throws(PairingError) {
        let bytes = try Files.read(path, as: "a label file")
        self.path = path
        labels =
            bytes.first { !" \n\r\t".utf8.contains($0) } == UInt8(ascii: "{")
            ? try Self.json(Data(bytes), path) : try Self.csv(String(decoding: bytes, as: UTF8.self), path)
        if let name = labels.keys.first(where: { !$0.isEmpty && labels[$0]!.contains { !$0.isFinite } }) {
            throw Self.fault(path, "a label of \(name) has a number that is not finite or no size")
        }
    }

    /// Labels of a picture by its file name, with or without ending; nil where the file does not name it.
    package func labels(of picture: String) -> [Label]? {
        labels[picture] ?? labels.first { Files.stem($0.key) == Files.stem(picture) }?.value
    }

    /// Throws for the first picture named here that is not among these.
    package func check(pictures: [String], in folder: String) throws(PairingError) {
        let known = Set(pictures.map(Files.stem))
        if let stray = labels.keys.sorted().first(where: { !known.contains(Files.stem($0)) }) {
            throw PairingError(
                .badLabel, "\(path) labels \(stray), and \(folder) holds no such picture",
                hint: "correct the name in the label file or add the picture")
        }
    }

    private static func fault(_ path: String, _ what: String) -> PairingError {
        PairingError(.badLabel, "\(path): \(what)", hint: "see neurallens-lab pair --help for the label file's form")
    }

    // MARK: JSON

    private static func json(_ data: Data, _ path: String) throws(PairingError) -> [String: [Label]] {
        guard let top = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else {
            throw fault(path, "it is not valid JSON")
        }
        let pictures = top["pictures"] as? [String: Any] ?? top
        var result: [String: [Label]] = [:]
        for (name, value) in pictures {
            guard let entries = value as? [Any] else { throw fault(path, "what belongs to \(name) is not a list") }
            var labels: [Label] = []
            for (index, entry) in entries.enumerated() {
                guard let label = label(entry) else {
                    throw fault(path, "entry \(index + 1) of \(name) is no label")
                }
                labels.append(label)
            }
            result[name] = labels
        }
        return result
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
        func numbers(_ key: String) -> [Double]? {
            guard let list = object[key] as? [Any] else { return nil }
            let found = list.compactMap(number)
            return found.count == list.count ? found : nil
        }
        if let point = numbers("point"), point.count == 2 {
            return Label(species: species, shape: .point(SIMD2(point[0], point[1])))
        }
        if let corners = numbers("box"), corners.count == 4 { return Label(species: species, shape: box(corners)) }
        if let e = numbers("ellipse"), e.count == 4 || e.count == 5 {
            return Label(species: species, shape: ellipse(e))
        }
        if let list = object["polygon"] as? [[Any]], list.count >= 3 {
            let points = list.compactMap { pair -> SIMD2<Double>? in
                let p = pair.compactMap(number)
                return p.count == 2 && pair.count == 2 ? SIMD2(p[0], p[1]) : nil
            }
            return points.count == list.count ? Label(species: species, shape: .polygon(points)) : nil
        }
        return nil
    }

    private static func species(_ value: Any) -> String? {
        if let text = value as? String { return text }
        return number(value).flatMap { $0 == $0.rounded() && abs($0) < 1000 ? String(Int($0)) : nil }
    }

    private static func number(_ value: Any) -> Double? { (value as? NSNumber)?.doubleValue }

    private static func box(_ n: [Double]) -> Label.Shape {
        .box(SIMD2(min(n[0], n[2]), min(n[1], n[3])), SIMD2(max(n[0], n[2]), max(n[1], n[3])))
    }

    private static func ellipse(_ n: [Double]) -> Label.Shape {
        .ellipse(
            centre: SIMD2(n[0], n[1]), halfAxes: SIMD2(n[2], n[3]), angle: n.count > 4 ? n[4] * .pi / 180 : 0)
    }

    // MARK: CSV

    private static func csv(_ text: String, _ path: String) throws(PairingError) -> [String: [Label]] {
        let rows = text.split(whereSeparator: \.isNewline).map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"\u{FEFF}"))
            }
        }
        guard let header = rows.first?.map({ $0.lowercased() }), header.contains("file"), header.contains("species")
        else {
            throw fault(path, "it is neither JSON nor CSV with a header that names file and species")
        }
        var result: [String: [Label]] = [:]
        for (index, row) in rows.enumerated().dropFirst() {
            let cells = Dictionary(zip(header, row), uniquingKeysWith: { first, _ in first })
            func numbers(_ keys: [String]) -> [Double]? {
                let found = keys.compactMap { cells[$0].flatMap(Double.init) }
                return found.count == keys.count ? found : nil
            }
            let shape: Label.Shape? =
                numbers(["x0", "y0", "x1", "y1"]).map(box)
                ?? numbers(["cx", "cy", "rx", "ry", "degrees"]).map(ellipse) ?? numbers(["cx", "cy", "rx", "ry"]).map(
                    ellipse)
                ?? numbers(["x", "y"]).map { .point(SIMD2($0[0], $0[1])) }
            guard row.count == header.count, let shape, let file = cells["file"], let species = cells["species"],
                !file.isEmpty, !species.isEmpty
            else {
                throw fault(path, "row \(index + 1) is no label")
            }
            result[file, default: []].append(Label(species: species, shape: shape))
        }
        return result
    }
}

extension Label {
    /// Finite, of moderate size, and with an inside.
    fileprivate var isFinite: Bool {
        func fine(_ p: SIMD2<Double>) -> Bool { abs(p.x) < 1e6 && abs(p.y) < 1e6 }
        switch shape {
        case .point(let p): return fine(p)
        case .box(let a, let b): return fine(a) && fine(b) && b.x > a.x && b.y > a.y
        case .ellipse(let c, let h, let angle):
            return fine(c) && fine(h) && h.x > 0 && h.y > 0 && angle.isFinite
        case .polygon(let points): return points.allSatisfy(fine)
        }
    }
}
