/// `GET /v1/page`: the addresses that open the page, with the tokens in them; only for clients that may change.
package struct PageLinks: Codable, Sendable, Equatable {
    /// Opens the page for looking and changing.
    package var change: String
    /// Opens the page for looking.
    package var read: String

    package init(change: String, read: String) {
        self.change = change
        self.read = read
    }
}
