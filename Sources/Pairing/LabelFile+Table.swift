/// Tables of spreadsheets: a header with `file`, `species` and the columns `x`, `y` or `cx`, `cy` (point), `x0`, `y0`,
/// `x1`, `y1` (box), `x`, `y`, `width`, `height` (box from its corner), `cx`, `cy`, `width`, `height` (box about its
/// centre), `cx`, `cy`, `r` (circle) or `cx`, `cy`, `rx`, `ry` and perhaps `degrees` (ellipse), or the names that other
/// programs give them. Columns may state their unit, as `x_um` and `x [px]` do, or a column `unit` does. Between cells
/// stand commas, semicolons, tabs, or what a first line `sep=` says; cells that are empty do not count.
extension LabelFile {
    static let synonyms: [String: String] = [
        "filename": "file", "#filename": "file", "file_name": "file", "image": "file", "image_name": "file",
        "picture": "file", "image_path": "file", "imagepath": "file", "path": "file", "datei": "file", "bild": "file",
        "class": "species", "label": "species", "category": "species", "classification": "species", "taxon": "species",
        "name": "species", "art": "species", "klasse": "species",
        "xmin": "x0", "x_min": "x0", "left": "x0", "ymin": "y0", "y_min": "y0", "top": "y0",
        "xmax": "x1", "x_max": "x1", "right": "x1", "ymax": "y1", "y_max": "y1", "bottom": "y1",
        "w": "width", "h": "height", "breite": "width", "höhe": "height", "units": "unit", "einheit": "unit",
        "xc": "cx", "x_c": "cx", "x_center": "cx", "x_centre": "cx", "xcenter": "cx", "xcentre": "cx", "center_x": "cx",
        "centre_x": "cx", "centerx": "cx", "centroid_x": "cx", "centroid x": "cx",
        "yc": "cy", "y_c": "cy", "y_center": "cy", "y_centre": "cy", "ycenter": "cy", "ycentre": "cy", "center_y": "cy",
        "centre_y": "cy", "centery": "cy", "centroid_y": "cy", "centroid y": "cy",
    ]

    private static let lengths: Set = [
        "x", "y", "x0", "y0", "x1", "y1", "width", "height", "cx", "cy", "rx", "ry", "r", "radius",
    ]

    static func table(_ text: String, _ path: String) throws(PairingError) -> Content {
        let table = LabelTable(text)
        guard let first = table.rows.first?.cells.map({ $0.lowercased() }) else { throw fault(path, "it is empty") }
        let (header, stated) = try Self.header(first, path)
        var content = Content()
        for row in table.rows.dropFirst() {
            let place = "row \(row.line)"
            // Spreadsheets add empty cells at the end.
            var given = row.cells
            while given.count > header.count, given.last == "" { given.removeLast() }
            guard given.count == header.count else {
                throw fault(path, "\(place) has \(given.count) cells and the header \(header.count)")
            }
            let cells = Dictionary(zip(header, given), uniquingKeysWith: { first, _ in first }).filter {
                $0.value != ""
            }
            guard !cells.isEmpty else { continue }
            if header.contains(viaShape) {
                let (file, regions) = try via(cells, at: place, path)
                content.labels[file, default: []] += regions
                continue
            }
            func numbers(_ keys: [String]) -> [Double]? {
                let found = keys.compactMap { cells[$0].flatMap(LabelTable.number) }
                return found.count == keys.count ? found : nil
            }
            guard let file = cells["file"], let species = cells["species"] else {
                throw fault(path, "\(place) is no label: it lacks the picture or the species")
            }
            guard let shape = Self.shape(numbers, header) else {
                throw fault(
                    path,
                    "\(place) is no label: its columns \(first.joined(separator: ", ")) give neither a point nor a box nor "
                        + "an ellipse in numbers")
            }
            let unit = try Self.unit(cells["unit"], of: place, path) ?? stated ?? .pixels
            guard stated == nil || stated == unit else {
                throw fault(path, "\(place) states another unit than its columns \(first.joined(separator: ", "))")
            }
            content.labels[file, default: []].append(Label(species, shape, at: place, in: unit))
            // Beside corners, width and height are the picture's.
            if numbers(["x0", "y0", "x1", "y1"]) != nil, unit == .pixels, let size = numbers(["width", "height"]),
                size.allSatisfy({ (1...1e6).contains($0) })
            {
                content.sizes[file] = (Int(size[0]), Int(size[1]))
            }
        }
        return content
    }

    /// What each column gives, and the unit that the columns state.
    private static func header(
        _ first: [String], _ path: String
    ) throws(PairingError) -> (keys: [String], unit: Label.Unit?) {
        guard !first[0].contains("vgg image annotator") else { throw fault(path, via3) }
        let columns = first.map(column), names = columns.map(\.name)
        var keys = names.map { names.contains(synonyms[$0] ?? $0) ? $0 : synonyms[$0] ?? $0 }
        // A name beside a class is the object's own.
        if keys.count(where: { $0 == "species" }) > 1 { keys = zip(keys, names).map { $1 == "name" ? $1 : $0 } }
        // x1, y1, x2, y2 count the corners from 1.
        if keys.contains("x2"), keys.contains("y2"), !keys.contains("x0") {
            let from1 = ["x1": "x0", "y1": "y0", "x2": "x1", "y2": "y1"]
            keys = keys.map { from1[$0] ?? $0 }
        }
        guard keys.contains("file"), keys.contains("species") || keys.contains(viaShape) else {
            throw fault(
                path,
                "it is neither JSON nor XML nor a table whose header names file and species; its first row is "
                    + "\"\(first.joined(separator: ", ").prefix(100))\"")
        }
        let once = lengths.union(["species", "unit"])
        if let twice = keys.first(where: { key in once.contains(key) && keys.count { $0 == key } > 1 }) {
            let both = zip(keys, first).filter { $0.0 == twice }.map { "\"\($0.1)\"" }.joined(separator: " and ")
            throw fault(path, "its columns \(both) give the same, \(twice): keep one")
        }
        let units = zip(keys, columns).filter { lengths.contains($0.0) }.map(\.1.unit)
        guard !units.contains(.micrometres) || units.allSatisfy({ $0 == .micrometres }) else {
            throw fault(path, "its columns \(first.joined(separator: ", ")) are not all in µm: give all in one unit")
        }
        return (keys, units.compactMap { $0 }.first)
    }

    /// "x" and its unit of "x_um", "x [px]" or "x (µm)".
    private static func column(_ cell: String) -> (name: String, unit: Label.Unit?) {
        guard let parts = cell.wholeMatch(of: #/(.+?)[\s_/(\[]+(\p{L}+)[)\]]?/#), let unit = Label.Unit(String(parts.2))
        else { return (cell, nil) }
        return (String(parts.1), unit)
    }

    static func unit(_ text: String?, of what: String, _ path: String) throws(PairingError) -> Label.Unit? {
        guard let text else { return nil }
        guard let unit = Label.Unit(text) else {
            throw fault(path, "\(what) is in the unit \"\(text)\", where px and um are read: convert it to one of them")
        }
        return unit
    }

    /// - Parameter numbers: those of columns, nil where one has none.
    private static func shape(_ numbers: ([String]) -> [Double]?, _ header: [String]) -> Label.Shape? {
        if let n = numbers(["x0", "y0", "x1", "y1"]) { return box(n) }
        if let n = numbers(["cx", "cy", "rx", "ry", "degrees"]) ?? numbers(["cx", "cy", "rx", "ry"]) {
            return ellipse(n)
        }
        if let n = numbers(["cx", "cy", "r"]) ?? numbers(["cx", "cy", "radius"]) ?? numbers(["x", "y", "radius"]) {
            return ellipse([n[0], n[1], n[2], n[2]])
        }
        if let n = numbers(["cx", "cy", "width", "height"]) {
            let isTurned = ["degrees", "angle", "rotation", "theta"].contains { numbers([$0])?.first ?? 0 != 0 }
            return isTurned ? nil : box([n[0] - n[2] / 2, n[1] - n[3] / 2, n[0] + n[2] / 2, n[1] + n[3] / 2])
        }
        if let n = numbers(["x", "y", "width", "height"]) ?? numbers(["x0", "y0", "width", "height"]) {
            return box([n[0], n[1], n[0] + n[2], n[1] + n[3]])
        }
        // What has a size is no point.
        guard Set(header).isDisjoint(with: ["width", "height", "radius"]) else { return nil }
        if let n = numbers(["x", "y"]) { return .point(SIMD2(n[0], n[1])) }
        guard Set(header).isDisjoint(with: ["rx", "ry", "r"]) else { return nil }
        return numbers(["cx", "cy"]).map { .point(SIMD2($0[0], $0[1])) }
    }
}
