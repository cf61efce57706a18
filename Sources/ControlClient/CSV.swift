/// Comma-separated values (RFC 4180): a header, lines ended by CR LF, quotes where a field needs them.
struct CSV {
    private(set) var text = ""

    init(_ header: String...) { append(header as [String?]) }

    /// Nil is an empty field.
    mutating func append(_ fields: String?...) { append(fields) }

    mutating func append(_ fields: [String?]) {
        text += fields.map { Self.quoted($0 ?? "") }.joined(separator: ",") + "\r\n"
    }

    private static func quoted(_ field: String) -> String {
        guard field.unicodeScalars.contains(where: { "\",\r\n".unicodeScalars.contains($0) }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
