import ControlAPI

/// The answer to `GET /v1/events`: a stream of server-sent events (HTML Living Standard, 9.2), which the client pulls
/// through its own reading. Nothing is kept for a client but where it stands.
struct EventFeed: Sendable {
    let instrument: any Instrument
    /// Of the last event that the client saw.
    let lastID: String?

    /// A line is sent at least this often, so that a connection that is gone is noticed.
    static let heartbeat = Duration.seconds(10)

    /// Writes until the task is cancelled or a write fails.
    func run(_ write: @Sendable (_ text: [UInt8]) async -> Bool) async {
        let greeting = await instrument.greeting
        let (start, hasGap) = await instrument.followEvents(after: lastID)
        var cursor = start
        func id() -> String { "\(greeting.run)-\(cursor.number ?? 0)" }
        var text: [UInt8] = Array("retry: 1000\n\n".utf8)
        if let hello = try? WireFormat.encode(greeting) {
            text += Self.lines(ServiceEvent(name: .hello, json: Array(hello)), id: id())
        }
        if hasGap { text += Self.lines(Self.reset, id: id()) }
        while await write(text), !Task.isCancelled {
            let batch = await instrument.events(after: cursor, timeout: Self.heartbeat)
            if Task.isCancelled { return }
            cursor = batch.cursor
            text = batch.hasGap ? Self.lines(Self.reset, id: id()) : []
            for event in batch.events {
                text += Self.lines(event, id: event.number.map { "\(greeting.run)-\($0)" })
            }
            if text.isEmpty { text = Array(": all is well\n\n".utf8) }
        }
    }

    private static let reset = ServiceEvent(name: .reset, json: Array("{}".utf8))

    private static func lines(_ event: ServiceEvent, id: String?) -> [UInt8] {
        var head = id.map { "id: \($0)\n" } ?? ""
        head += "event: \(event.name.rawValue)\ndata: "
        return Array(head.utf8) + event.json + Array("\n\n".utf8)
    }
}
