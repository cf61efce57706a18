import Foundation

/// A name people give to a slide or an objective: 1 to 200 Unicode characters (scalars) without surrounding blanks,
/// without control characters, line breaks and invisible formatting marks. Names that differ only in case, or only in
/// how accents are composed, name the same thing.
struct GivenName {
    static let maximumLength = 200

    /// As typed, trimmed and in composed form (NFC).
    let text: String

    /// Equal for names of the same thing.
    var key: String { text.lowercased().precomposedStringWithCanonicalMapping }

    /// - Parameter thing: what is named, for the errors.
    init(_ typed: String, of thing: String = "slide") throws(StoreError) {
        let text = typed.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping
        if text.isEmpty {
            throw StoreError(
                .invalidName, "the \(thing) name is empty", hint: "give it 1 to \(Self.maximumLength) characters")
        }
        let length = text.unicodeScalars.count
        if length > Self.maximumLength {
            throw StoreError(
                .invalidName, "the \(thing) name has \(length) characters; \(Self.maximumLength) are allowed",
                hint: "shorten the name and put the rest into the note")
        }
        if let bad = text.unicodeScalars.first(where: Self.isForbidden) {
            let code = String(bad.value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
            throw StoreError(
                .invalidName, "the \(thing) name contains the control character U+\(padded)",
                hint: "use letters, digits, blanks and punctuation")
        }
        self.text = text
    }

    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: true
        // The joiners are part of Persian and Indic spelling; other format marks could make two names look alike.
        case .format: scalar.value != 0x200c && scalar.value != 0x200d
        default: false
        }
    }
}
