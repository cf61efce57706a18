internal import ControlAPI
internal import Foundation
package import Logging

/// Brings log lines from `notice` up to the journal, for people who watch the page. To be set up beside the handler that
/// writes the log itself, whose level does not matter here.
package struct JournalLogHandler: LogHandler {
    private let journal: EventJournal
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?

    package init(journal: EventJournal) { self.journal = journal }

    /// Always `notice`.
    package var logLevel: Logger.Level {
        get { .notice }
        set {}
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        guard event.level >= .notice else { return }
        let level: LogLine.Level =
            switch event.level {
            case .notice: .notice
            case .warning: .warning
            default: .error
            }
        let detail = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
        journal.note(
            LogLine(at: Microscope.iso8601(Date()), level: level, message: "\(event.message)", detail: detail))
    }
}
