/// Text in XML and HTML.
package enum Markup {
    /// For content and quoted attributes. What the two languages cannot hold (control characters, non-characters)
    /// becomes U+FFFD, and everything beyond ASCII a reference, so that a file means the same in any encoding.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x26: result += "&amp;"
            case 0x3C: result += "&lt;"
            case 0x3E: result += "&gt;"
            case 0x22: result += "&quot;"
            case 0x27: result += "&#39;"
            case 9, 10, 13, 0x7F: result += "&#\(scalar.value);"
            case 0..<0x20, 0xFFFE, 0xFFFF: result += "&#65533;"
            case 0x20..<0x7F: result.unicodeScalars.append(scalar)
            default: result += "&#\(scalar.value);"
            }
        }
        return result
    }
}
