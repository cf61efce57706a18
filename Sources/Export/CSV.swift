/// Comma-separated values (RFC 4180): a header, lines ended by CR LF, quotes where a field needs them; UTF-8 without a
/// mark, decimal points, empty fields for what is unknown.
///
/// Names come from people and from lens files, and spreadsheets run what begins like a formula. Text that begins with
/// `=`, `+`, `-`, `@`, a tabulator or a line break therefore gets an apostrophe in front, the spreadsheets' own mark
/// for text (OWASP, *CSV Injection*). Numbers are never changed, and JSON has every text as it is.
enum CSV {
    static func encode<Row>(_ columns: [Column<Row>], _ rows: [Row]) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ fields: [String]) {
            for (index, field) in fields.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += field.utf8
            }
            bytes += [0x0D, 0x0A]
        }
        append(columns.map { quoted($0.name) })
        for row in rows { append(columns.map { field($0.cell(row)) }) }
        return bytes
    }

    private static func field(_ cell: Cell) -> String {
        switch cell {
        case .nothing: ""
        case .text(let text): quoted(isFormula(text) ? "'" + text : text)
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .flag(let value): "\(value)"
        }
    }

    /// Also the full-width forms, which some spreadsheets take for the signs.
    private static func isFormula(_ text: String) -> Bool {
        text.unicodeScalars.first.map { "=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars.contains($0) }
            ?? false
    }

    private static func quoted(_ field: String) -> String {
        guard field.utf8.contains(where: { [0x22, 0x2C, 0x0D, 0x0A].contains($0) }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension SlideReport {
    /// A line for each species.
    package var countsCSV: [UInt8] { CSV.encode(.counts(of: self), counts) }

    /// A line for each capture.
    package var capturesCSV: [UInt8] { CSV.encode(.captures(of: self), fields) }

    /// A line for each grain, counted or not.
    package var grainsCSV: [UInt8] { CSV.encode(.grains(of: self), grains) }
}
