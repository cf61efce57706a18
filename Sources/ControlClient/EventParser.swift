/// Takes a stream of server-sent events apart (HTML Living Standard, 9.2.6), however its bytes are cut.
package struct EventParser: Sendable {
    private var line: [UInt8] = []
    /// A line feed that follows a carriage return ends no line of its own.
    private var skipsLineFeed = false
    private var name = ""
    private var id: String?
    private var data: [String] = []

    package init() {}

    /// - Returns: the events that the bytes completed.
    package mutating func push(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            let isSkipped = skipsLineFeed && byte == UInt8(ascii: "\n")
            skipsLineFeed = byte == UInt8(ascii: "\r")
            if isSkipped { continue }
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                line.append(byte)
                continue
            }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return endEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[colon...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        switch String(decoding: line[..<colon], as: UTF8.self) {
        case "event": name = String(decoding: value, as: UTF8.self)
        case "data": data.append(String(decoding: value, as: UTF8.self))
        case "id" where !value.contains(0): id = String(decoding: value, as: UTF8.self)
        // An empty field is a comment; others are for browsers.
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer { (name, id, data) = ("", nil, []) }
        guard !data.isEmpty else { return nil }
        return ServerSentEvent(
            name: name.isEmpty ? "message" : name, id: id, data: data.joined(separator: "\n"))
    }
}
