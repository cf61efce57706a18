import Foundation

/// Points in time as files state them.
enum UTC {
    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// "2026-06-12T09:30:00.000Z"; nil outside the years 1 to 9999, which the notation holds.
    static func iso8601(_ date: Date) -> String? { isWritable(date) ? style.format(date) : nil }

    /// "2026-06-12 09:30 UTC", for people.
    static func minutes(_ date: Date) -> String? {
        iso8601(date).map { "\($0.prefix(10)) \($0.dropFirst(11).prefix(5)) UTC" }
    }

    /// "2026:06:12 09:30:00", for TIFF.
    static func tiff(_ date: Date) -> String? {
        iso8601(date).map { $0.prefix(10).replacingOccurrences(of: "-", with: ":") + " " + $0.dropFirst(11).prefix(8) }
    }

    private static func isWritable(_ date: Date) -> Bool {
        (-62_135_596_800..<253_402_300_800).contains(date.timeIntervalSince1970)
    }
}
