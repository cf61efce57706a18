/// One event of `GET /v1/events`.
package struct ServerSentEvent: Sendable, Equatable {
    /// `capture`, `counts`, ...; `message` where the daemon gave none.
    package var name: String
    /// What an event that follows it is asked for by; nil for what is no part of the history.
    package var id: String?
    package var data: String

    package init(name: String, id: String? = nil, data: String) {
        self.name = name
        self.id = id
        self.data = data
    }
}
