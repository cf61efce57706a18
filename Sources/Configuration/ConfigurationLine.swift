/// A key and its value, as a line of TOML 1.0 states them.
struct ConfigurationLine {
    enum Value: Equatable {
        case text(String)
        case number(Double)
        case flag(Bool)
    }

    let key: String
    let value: Value

    /// - Parameter place: file and line, as refusals name them.
    /// - Returns: nil for a line that is blank or a comment.
    init?(_ line: Substring, _ place: String) throws(ConfigurationError) {
        var rest = line.unicodeScalars[...]
        Self.skipBlanks(&rest)
        guard let first = rest.first, first != "#" else { return nil }
        key = String(Self.take(&rest, while: Self.isOfKey))
        Self.skipBlanks(&rest)
        guard !key.isEmpty, rest.popFirst() == "=" else {
            throw ConfigurationError(
                "\(place), is no key and value; write them as in camera = \"simulated\", without tables")
        }
        Self.skipBlanks(&rest)
        switch rest.first {
        case "\"": value = .text(try Self.basicString(&rest, place))
        case "'": value = .text(try Self.literalString(&rest, place))
        default:
            let word = String(Self.take(&rest) { $0 != " " && $0 != "\t" && $0 != "#" })
            guard let scalar = Self.scalar(word) else {
                throw ConfigurationError(
                    "\(place), has a value that is not understood; write a string in quotes, a number, true or false")
            }
            value = scalar
        }
        Self.skipBlanks(&rest)
        guard rest.isEmpty || rest.first == "#" else {
            throw ConfigurationError("\(place), goes on after its value; write one key a line, and comments after #")
        }
    }

    private typealias Scalars = Substring.UnicodeScalarView

    private static func take(_ rest: inout Scalars, while holds: (Unicode.Scalar) -> Bool) -> Scalars {
        let taken = rest.prefix(while: holds)
        rest = rest[taken.endIndex...]
        return taken
    }

    private static func skipBlanks(_ rest: inout Scalars) { _ = take(&rest) { $0 == " " || $0 == "\t" } }

    private static func isOfKey(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) || scalar == "_"
            || scalar == "-"
    }

    private static func literalString(_ rest: inout Scalars, _ place: String) throws(ConfigurationError) -> String {
        rest.removeFirst()
        let body = take(&rest) { $0 != "'" }
        guard rest.popFirst() != nil, !(body.isEmpty && rest.first == "'") else { throw unended(place) }
        return String(Substring(body))
    }

    private static func basicString(_ rest: inout Scalars, _ place: String) throws(ConfigurationError) -> String {
        rest.removeFirst()
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"":
                // Three quotes begin a string of several lines.
                guard !(text.isEmpty && rest.first == "\"") else { throw unended(place) }
                return String(text)
            case "\\": text.append(try escaped(&rest, place))
            default: text.append(scalar)
            }
        }
        throw unended(place)
    }

    private static func escaped(_ rest: inout Scalars, _ place: String) throws(ConfigurationError) -> Unicode.Scalar {
        let plain: [Unicode.Scalar: Unicode.Scalar] = [
            "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{c}", "r": "\r", "\"": "\"", "\\": "\\",
        ]
        let kind = rest.popFirst()
        if let kind, let scalar = plain[kind] { return scalar }
        if kind == "u" || kind == "U" {
            let digits = rest.prefix(kind == "u" ? 4 : 8)
            let isHexadecimal = digits.count == (kind == "u" ? 4 : 8) && digits.allSatisfy(\.properties.isASCIIHexDigit)
            if isHexadecimal, let code = UInt32(String(Substring(digits)), radix: 16), let scalar = Unicode.Scalar(code)
            {
                rest = rest[digits.endIndex...]
                return scalar
            }
        }
        throw ConfigurationError("\(place), has an escape that TOML does not know; write \\\\ for a backslash")
    }

    private static func unended(_ place: String) -> ConfigurationError {
        ConfigurationError(
            "\(place), has a string that does not end on its line; close it with the quote it began with")
    }

    private static func scalar(_ word: String) -> Value? {
        if word == "true" || word == "false" { return .flag(word == "true") }
        guard word.wholeMatch(of: #/[+-]?(0|[1-9]\d*(_\d+)*)(\.\d+(_\d+)*)?([eE][+-]?\d+)?/#.asciiOnlyDigits()) != nil
        else {
            return nil
        }
        return Double(word.filter { $0 != "_" }).map(Value.number)
    }
}
