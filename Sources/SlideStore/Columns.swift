import Foundation

// How values without a type of their own in SQLite are written.

extension Date {
    private static let style = ISO8601FormatStyle(includingFractionalSeconds: true)

    /// UTC to the millisecond: `2026-11-22T19:40:00.123Z`, which sorts by time and which SQLite's functions read.
    var utcText: String { formatted(Self.style) }

    init(utcText: String) {
        self = (try? Self.style.parse(utcText)) ?? .distantPast
    }
}

/// A figure for the journal.
func journalText(_ value: Double?) -> String { value.map { "\($0)" } ?? "unknown" }

/// JSON with sorted keys, so that equal values are equal text.
func jsonText(_ value: some Encodable) throws(StoreError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    do {
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
        throw StoreError(.refused, "a value cannot be stored as JSON: \(error)", hint: "report this with the log")
    }
}

func jsonValue<Value: Decodable>(_ text: String) throws(StoreError) -> Value {
    do {
        return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
    } catch {
        throw StoreError(.damaged, "a stored value is not the JSON expected: \(error)", hint: "check the disk")
    }
}

/// A stored word as the value it stands for.
func known<Value: RawRepresentable<String>>(_ word: String) throws(StoreError) -> Value {
    guard let value = Value(rawValue: word) else {
        throw StoreError(.damaged, "a stored word is unknown: \(word)", hint: "check the disk")
    }
    return value
}
