package import Foundation
internal import Quantities

/// The clock on a station's wall: what it shows at an instant, and which instants a time of day may mean.
package struct CivilClock: Sendable, Equatable {
    /// IANA's, as `Europe/Berlin`.
    package let name: String
    private let zone: TimeZone

    /// - Throws: `unknownTimeZone`, for abbreviations too: `CET` knows no summer, `EST` is on two continents.
    package init(_ name: String) throws(SamplingError) {
        let isUTC = ["UTC", "Etc/UTC"].contains(name)
        guard isUTC || (name.contains("/") && TimeZone.knownTimeZoneIdentifiers.contains(name)),
            let zone = isUTC ? TimeZone(secondsFromGMT: 0) : TimeZone(identifier: name)
        else {
            throw SamplingError(
                .unknownTimeZone, "there is no time zone \"\(name)\"",
                hint: "give its name of the IANA data base, as Europe/Berlin, or UTC")
        }
        self.name = name
        self.zone = zone
    }

    /// The day that it shows.
    package func day(at instant: Date) -> CalendarDay {
        CalendarDay(sinceEpoch: Int(saturating: (shown(instant) / 86_400).rounded(.down)))
    }

    /// The instant at which a day begins. Where clocks leave midnight out it is that of the change; where they show it twice,
    /// the first.
    package func start(of day: CalendarDay) -> Date {
        let wanted = Double(day.daysSinceEpoch) * 86_400
        if let first = instants(showing: wanted).first { return first }
        return Date(timeIntervalSince1970: wanted - offset(before: wanted))
    }

    /// What `2026-06-12T09:00`, optionally with seconds and an offset (`Z`, `+02:00`), means. An offset wins over the zone.
    /// - Throws: `badTime` for what is no time, and for times without offset that a change of clocks skips or repeats.
    package func instant(_ text: String) throws(SamplingError) -> Date {
        guard
            let match = text.wholeMatch(
                of: /(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?/),
            let day = CalendarDay(match.1), let hour = Int(match.2), let minute = Int(match.3), hour < 24, minute < 60
        else {
            throw SamplingError(
                .badTime, "\"\(text)\" is no time",
                hint: "give day and time, as 2026-06-12T09:00, or with an offset, as 2026-06-12T09:00+02:00")
        }
        let second = match.4.flatMap { Int($0) } ?? 0
        let wanted = Double(day.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + min(59, second))
        if let offset = match.5 {
            return Date(timeIntervalSince1970: wanted - (try Self.seconds(ofOffset: offset)))
        }
        let found = instants(showing: wanted)
        guard found.count <= 1 else {
            let both = found.map(isoText).joined(separator: " and ")
            throw SamplingError(
                .badTime, "clocks in \(name) show \(text) twice, as summer time ends", hint: "say which: \(both)")
        }
        guard let only = found.first else {
            let after = isoText(Date(timeIntervalSince1970: wanted - offset(before: wanted)))
            throw SamplingError(
                .badTime, "clocks in \(name) never show \(text): they leave that hour out, as summer time begins",
                hint: "give a time that they show, as \(after)")
        }
        return only
    }

    /// `2026-06-12T09:00:00+02:00`.
    package func isoText(_ instant: Date) -> String {
        let offset = zone.secondsFromGMT(for: instant)
        let minutes = abs(offset) / 60
        let suffix =
            offset == 0 ? "Z" : (offset < 0 ? "-" : "+") + String(format: "%02d:%02d", minutes / 60, minutes % 60)
        let second = Int(saturating: shown(instant).rounded(.down)) - day(at: instant).daysSinceEpoch * 86_400
        return "\(day(at: instant))T"
            + String(format: "%02d:%02d:%02d", second / 3600, second / 60 % 60, second % 60) + suffix
    }

    // MARK: Offsets

    /// Seconds since 1 January 1970 as this clock shows them.
    private func shown(_ instant: Date) -> Double {
        instant.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: instant))
    }

    /// In force a day before and a day after: of changes, at most one lies in between.
    private func offset(before wanted: Double) -> Double {
        Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: wanted - 86_400)))
    }

    private func offset(after wanted: Double) -> Double {
        Double(zone.secondsFromGMT(for: Date(timeIntervalSince1970: wanted + 86_400)))
    }

    /// None in the hour that clocks leave out, two in the one that they show twice; the earlier first.
    private func instants(showing wanted: Double) -> [Date] {
        Set([offset(before: wanted), offset(after: wanted)])
            .map { Date(timeIntervalSince1970: wanted - $0) }.filter { abs(shown($0) - wanted) < 0.5 }.sorted()
    }

    private static func seconds(ofOffset text: Substring) throws(SamplingError) -> Double {
        if text == "Z" { return 0 }
        let digits = text.filter(\.isNumber)
        guard let hours = Int(digits.prefix(2)), let minutes = Int(digits.suffix(2)), hours <= 15, minutes < 60 else {
            throw SamplingError(.badTime, "\"\(text)\" is no offset from UTC", hint: "give it as +02:00, or Z for UTC")
        }
        return Double(hours * 3600 + minutes * 60) * (text.hasPrefix("-") ? -1 : 1)
    }
}
