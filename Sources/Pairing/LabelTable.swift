internal import Foundation

/// A table as text: rows of cells between commas, semicolons, tabs or what its first line states, quoted as RFC 4180 says.
struct LabelTable {
    let rows: [(line: Int, cells: [String])]

    init(_ text: String) {
        var text = text[...]
        let first = text.prefix { !$0.isNewline }
        var separator = ([";", "\t"] as [Character]).first { first.contains($0) } ?? ","
        // Excel's own way to say it, in a line before the header.
        if let stated = first.wholeMatch(of: #/\s*"?sep=(.)"?[;,\s]*/#.ignoresCase())?.1.first {
            separator = stated
            text = text.dropFirst(first.count)
        }
        var rows: [(line: Int, cells: [String])] = []
        var cells: [String] = [], cell = "", isQuoted = false, line = 1, start = 1
        func ended(_ cell: String) -> String { cell.trimmingCharacters(in: .whitespaces) }
        var characters = text.makeIterator()
        var next = characters.next()
        while let character = next {
            next = characters.next()
            if isQuoted {
                if character == "\"", next == "\"" {
                    cell.append("\"")
                    next = characters.next()
                } else if character == "\"" {
                    isQuoted = false
                } else {
                    cell.append(character)
                }
            } else if character == "\"", ended(cell).isEmpty {
                isQuoted = true
                cell = ""
            } else if character == separator {
                cells.append(ended(cell))
                cell = ""
            } else if character.isNewline {
                cells.append(ended(cell))
                if cells != [""] { rows.append((start, cells)) }
                (cells, cell) = ([], "")
                start = line + 1
            } else {
                cell.append(character)
            }
            if character.isNewline { line += 1 }
        }
        cells.append(ended(cell))
        if cells != [""] { rows.append((start, cells)) }
        self.rows = rows
    }

    /// "100.5" and, as many languages write it, "100,5"; nil for what is no number, or one of two readings.
    static func number(_ text: String) -> Double? {
        if let plain = Double(text) { return plain }
        guard text.count(where: { $0 == "," }) == 1, !text.contains(".") else { return nil }
        return Double(text.replacingOccurrences(of: ",", with: "."))
    }
}
