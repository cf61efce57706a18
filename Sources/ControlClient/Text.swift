/// The columns a line of output may take.
package let lineWidth = 80

/// The text with everything that would move a terminal's cursor or turn its direction made visible: `\u{1B}`.
package func visible(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned:
            result += escaped(scalar)
        case .format where scalar != "\u{200D}":
            result += escaped(scalar)
        default:
            result.unicodeScalars.append(scalar)
        }
    }
}

private func escaped(_ scalar: Unicode.Scalar) -> String {
    "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
}

/// Terminal columns of a visible text: two for East Asian wide characters and emoji.
func columns(_ text: some StringProtocol) -> Int {
    text.reduce(0) { sum, character in
        let scalar = character.unicodeScalars.first?.value ?? 0
        let isWide =
            (0x1100...0x115F).contains(scalar) || (0x2E80...0xA4CF).contains(scalar)
            || (0xAC00...0xD7A3).contains(scalar) || (0xF900...0xFAFF).contains(scalar)
            || (0xFE30...0xFE6F).contains(scalar) || (0xFF00...0xFF60).contains(scalar)
            || (0x1F300...0x1FAFF).contains(scalar) || (0x20000...0x3FFFD).contains(scalar)
        return sum + (isWide ? 2 : 1)
    }
}

/// At most `width` columns; what is cut ends with an ellipsis.
func shortened(_ text: String, to width: Int) -> String {
    guard columns(text) > width else { return text }
    var result = ""
    var used = 0
    for character in text {
        let wide = columns(String(character))
        if used + wide > width - 1 { break }
        result.append(character)
        used += wide
    }
    return result + "…"
}

/// A number with `digits` decimals and a point, whatever the locale; a dash where it is unknown.
func fixed(_ value: Double?, digits: Int) -> String {
    guard let value, value.isFinite, value.magnitude < 1e12 else { return "-" }
    let scale = (0..<digits).reduce(1.0) { power, _ in power * 10 }
    let scaled = Int64((value.magnitude * scale).rounded())
    let whole = scaled / Int64(scale)
    let sign = value < 0 && scaled != 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let decimals = String(scaled % Int64(scale))
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - decimals.count))\(decimals)"
}

/// A number to three significant digits, whole above 100; a dash where it is unknown.
func significant(_ value: Double?) -> String {
    guard let value, value.isFinite, value != 0 else { return value == 0 ? "0" : "-" }
    guard value.magnitude >= 1e-6 else { return "< 1e-6" }
    var (decimals, scaled) = (0, value.magnitude)
    while scaled < 99.95 { (decimals, scaled) = (decimals + 1, scaled * 10) }
    let text = fixed(value, digits: decimals)
    guard text.contains(".") else { return text }
    let trimmed = String(text.reversed().drop { $0 == "0" }.reversed())
    return trimmed.hasSuffix(".") ? String(trimmed.dropLast()) : trimmed
}

/// A share 0...1 in per cent; a dash where it is unknown.
func percent(_ share: Double?) -> String { share.map { "\(fixed($0 * 100, digits: 0)) %" } ?? "-" }

/// A visible word as a shell takes it, in quotes where it needs them.
func quoted(_ word: String) -> String {
    let isPlain = word.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || "-._/".utf8.contains($0)
    }
    guard !isPlain || word.isEmpty || word.hasPrefix("-") else { return word }
    return "'" + visible(word).split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
