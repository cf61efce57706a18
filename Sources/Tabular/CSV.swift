/// Comma-separated values (RFC 4180): a header, lines ended by CR LF, quotes where a field needs them; UTF-8 without a
/// mark, decimal points, empty fields for what is unknown.
///
/// Names come from people and from lens files, and spreadsheets run what begins like a formula. Text that begins with
/// `=`, `+`, `-`, `@`, a tabulator or a line break therefore gets an apostrophe in front, the spreadsheets' own mark
/// for text (OWASP, *CSV Injection*). Numbers are never changed, and JSON has every text as it is.
package struct CSV: Sendable {
    package private(set) var text = ""

    package init(_ header: [String]) { append(fields: header.map(Self.quoted)) }

    package mutating func append(_ cells: [Cell]) { append(fields: cells.map(Self.field)) }

    private mutating func append(fields: [String]) { text += fields.joined(separator: ",") + "\r\n" }

    private static func field(_ cell: Cell) -> String {
        switch cell {
        case .nothing: ""
        case .text(let text): quoted(tame(text))
        case .integer(let value): "\(value)"
        case .number(let value): "\(value)"
        case .flag(let value): "\(value)"
        }
    }

    /// Text that no spreadsheet runs.
    static func tame(_ text: String) -> String { isFormula(text) ? "'" + text : text }

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
