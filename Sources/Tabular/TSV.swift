/// Values between tabulators: a header, lines ended by LF, empty fields for what is unknown; UTF-8 without a mark. Tabulators,
/// line breaks and other control characters of a text become spaces, so that a line is a row to every reader; text with
/// quotes is quoted; what begins like a formula gets an apostrophe in front, as in ``CSV``.
package struct TSV: Sendable {
    package private(set) var text = ""

    package init(_ header: [String]) { append(fields: header) }

    package mutating func append(_ cells: [Cell]) {
        append(
            fields: cells.map { cell in
                switch cell {
                case .nothing: ""
                case .text(let text): Self.quoted(Self.line(CSV.tame(text)))
                case .integer(let value): "\(value)"
                case .number(let value): "\(value)"
                case .flag(let value): value ? "1" : "0"
                }
            })
    }

    /// A line that is no row of values, as that of the types.
    package mutating func append(fields: [String]) { text += fields.joined(separator: "\t") + "\n" }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(0x22) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
