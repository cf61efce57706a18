import Foundation

/// Finds a key that stands twice in one object of a JSON text: readers keep one of the two without a word.
enum JSONKeys {
    /// - Parameter text: valid JSON.
    static func repeated(in text: String) -> String? {
        var objects: [Set<String>?] = []
        var characters = text.unicodeScalars.makeIterator()
        var string = ""
        var isKey = false
        while let scalar = characters.next() {
            switch scalar {
            case "{": objects.append([])
            case "[": objects.append(nil)
            case "}", "]": _ = objects.popLast()
            case ":":
                if isKey, let last = objects.indices.last, objects[last]?.insert(unescaped(string)).inserted == false {
                    return unescaped(string)
                }
            case "\"":
                string = ""
                while let inside = characters.next(), inside != "\"" {
                    string.unicodeScalars.append(inside)
                    if inside == "\\", let escaped = characters.next() { string.unicodeScalars.append(escaped) }
                }
                isKey = true
                continue
            default: break
            }
            if !scalar.properties.isWhitespace { isKey = false }
        }
        return nil
    }

    /// "\\u0061" and "a" are one key.
    private static func unescaped(_ string: String) -> String {
        guard string.contains("\\") else { return string }
        return (try? JSONDecoder().decode(String.self, from: Data("\"\(string)\"".utf8))) ?? string
    }
}
