extension Presentation {
    /// One JSON object on one line: the daemon's own JSON is put in as it is.
    package static func line(_ event: ServerSentEvent) -> String {
        // JSON allows line ends between its tokens only, where spaces do as well.
        let data = event.data.map { $0.isNewline ? " " : $0 }
        let id = event.id.map { "\"\($0.filter { $0 != "\"" && $0 != "\\" })\"" } ?? "null"
        let name = event.name.filter { $0.isLetter || $0 == "-" }
        return "{\"event\":\"\(name)\",\"id\":\(id),\"data\":\(String(data))}\n"
    }
}
