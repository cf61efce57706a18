/// Body of `POST /v1/slides`.
package struct SlideCreation: Codable, Sendable, Equatable {
    package var name: String
    package var note: String?

    package init(name: String, note: String? = nil) {
        self.name = name
        self.note = note
    }
}
