/// `GET /v1/session`: what the client that asks may do.
package struct SessionReport: Codable, Sendable, Equatable {
    package var mayChange: Bool
    /// Login name on the Unix socket; which token opened the page otherwise.
    package var user: String

    package init(mayChange: Bool, user: String) {
        self.mayChange = mayChange
        self.user = user
    }
}
