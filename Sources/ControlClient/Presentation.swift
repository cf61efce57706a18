import ControlAPI
import FoundationEssentials

/// What the command line prints. Every text ends with a newline (CSV with CR LF) and says nothing with colour alone.
package enum Presentation {
    package enum Format: String, Sendable, CaseIterable { case table, json, csv }

    /// As the daemon sent it, indented.
    package static func json(_ value: some Encodable) throws(ControlClientError) -> String {
        do {
            return String(decoding: try WireFormat.encode(value, pretty: true), as: UTF8.self) + "\n"
        } catch {
            throw ControlClientError(
                .notUnderstood, "the daemon's answer holds a number that JSON cannot", hint: "please report this")
        }
    }

    /// `2026-11-22T19:50:00.123Z` to the second, without letters.
    static func time(_ iso8601: String) -> String {
        iso8601.count >= 19 ? iso8601.prefix(10) + " " + iso8601.dropFirst(11).prefix(8) : iso8601
    }

    static func scale(_ nmPerPixel: Double?) -> String {
        nmPerPixel.map { "\(fixed($0, digits: $0 == $0.rounded() ? 0 : 1)) nm/px" } ?? "scale unknown"
    }

    package static func size(_ bytes: Int64) -> String {
        var value = Double(bytes)
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1000 { return "\(fixed(value, digits: unit == "B" ? 0 : 1)) \(unit)" }
            value /= 1000
        }
        return "\(fixed(value, digits: 1)) TB"
    }

    static func elapsed(_ seconds: Double) -> String {
        let total = Int64(max(0, min(seconds, 1e12)))
        let units: [(String, Int64)] = [("d", total / 86400), ("h", total / 3600 % 24), ("min", total / 60 % 60)]
        let shown = units.drop { $0.1 == 0 }.prefix(2)
        return shown.isEmpty ? "\(total) s" : shown.map { "\($0.1) \($0.0)" }.joined(separator: " ")
    }

    static func plural(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
