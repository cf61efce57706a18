/// Tables of spreadsheets: a header with `file`, `species` and the columns `x`, `y` (point), `x0`, `y0`, `x1`, `y1` (box),
/// `x`, `y`, `width`, `height` (box) or `cx`, `cy`, `rx`, `ry` and perhaps `degrees` (ellipse), or the names that other
/// programs give them. Between cells stand commas, semicolons or tabs; cells that are empty do not count.
extension LabelFile {
    private static let synonyms: [String: String] = [
        "filename": "file", "file_name": "file", "image": "file", "image_name": "file", "picture": "file",
        "image_path": "file", "imagepath": "file", "path": "file", "datei": "file", "bild": "file",
        "class": "species", "label": "species", "category": "species", "taxon": "species", "name": "species",
        "art": "species", "klasse": "species",
        "xmin": "x0", "x_min": "x0", "left": "x0", "ymin": "y0", "y_min": "y0", "top": "y0",
        "xmax": "x1", "x_max": "x1", "right": "x1", "ymax": "y1", "y_max": "y1", "bottom": "y1",
        "w": "width", "h": "height", "breite": "width", "höhe": "height",
    ]

    static func table(_ text: String, _ path: String) throws(PairingError) -> Content {
        let table = LabelTable(text)
        guard let first = table.rows.first?.cells.map({ $0.lowercased() }) else { throw fault(path, "it is empty") }
        var header = first.map { first.contains(synonyms[$0] ?? $0) ? $0 : synonyms[$0] ?? $0 }
        // x1, y1, x2, y2 count the corners from 1.
        if header.contains("x2"), header.contains("y2"), !header.contains("x0") {
            let from1 = ["x1": "x0", "y1": "y0", "x2": "x1", "y2": "y1"]
            header = header.map { from1[$0] ?? $0 }
        }
        guard header.contains("file"), header.contains("species") else {
            throw fault(
                path,
                "it is neither JSON nor XML nor a table whose header names file and species; its first row is "
                    + "\"\(first.joined(separator: ", ").prefix(100))\"")
        }
        var content = Content()
        for row in table.rows.dropFirst() {
            let place = "row \(row.line)"
            // Spreadsheets add empty cells at the end.
            var given = row.cells
            while given.count > header.count, given.last == "" { given.removeLast() }
            guard given.count == header.count else {
                throw fault(path, "\(place) has \(given.count) cells and the header \(header.count)")
            }
            let cells = Dictionary(zip(header, given), uniquingKeysWith: { first, _ in first })
            guard cells.values.contains(where: { !$0.isEmpty }) else { continue }
            func numbers(_ keys: [String]) -> [Double]? {
                let found = keys.compactMap { cells[$0].flatMap(LabelTable.number) }
                return found.count == keys.count ? found : nil
            }
            let corners = numbers(["x0", "y0", "x1", "y1"])
            let shape: Label.Shape? =
                corners.map(box)
                ?? numbers(["cx", "cy", "rx", "ry", "degrees"]).map(ellipse) ?? numbers(["cx", "cy", "rx", "ry"]).map(
                    ellipse)
                ?? (numbers(["x", "y", "width", "height"]) ?? numbers(["x0", "y0", "width", "height"])).map { n in
                    box([n[0], n[1], n[0] + n[2], n[1] + n[3]])
                }
                ?? (header.contains("width") ? nil : numbers(["x", "y"]).map { .point(SIMD2($0[0], $0[1])) })
            guard let file = cells["file"], let species = cells["species"], !file.isEmpty, !species.isEmpty else {
                throw fault(path, "\(place) is no label: it lacks the picture or the species")
            }
            guard let shape else {
                throw fault(
                    path,
                    "\(place) is no label: its columns \(header.joined(separator: ", ")) give neither a point nor a box nor "
                        + "an ellipse in numbers")
            }
            content.labels[file, default: []].append(Label(species, shape, at: place))
            // Beside corners, width and height are the picture's.
            if corners != nil, let size = numbers(["width", "height"]), size.allSatisfy({ (1...1e6).contains($0) }) {
                content.sizes[file] = (Int(size[0]), Int(size[1]))
            }
        }
        return content
    }
}
