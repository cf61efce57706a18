/// The path of a request, each part percent-encoded, so that a name may hold any character.
package struct RequestPath: Sendable, Equatable, CustomStringConvertible {
    package let description: String

    /// - Parameters:
    ///   - parts: what follows `/v1`, not encoded.
    ///   - query: names and values, not encoded; nil values are left out.
    package init(_ parts: String..., query: KeyValuePairs<String, String?> = [:]) {
        let pairs = query.compactMap { name, value in value.map { "\(name)=\(Self.encoded($0))" } }
        description =
            "/v1/" + parts.map(Self.encoded).joined(separator: "/")
            + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// Leaves RFC 3986's unreserved characters as they are.
    private static func encoded(_ part: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return part.utf8.reduce(into: "") { text, byte in
            let character = Character(Unicode.Scalar(byte))
            if byte < 128, character.isLetter || character.isNumber || "-._~".contains(character) {
                text.append(character)
            } else {
                text += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
