/// Body of `PUT /v1/second-readings/ID/fields/CAPTURE/finish`.
package struct SecondReaderRequest: Codable, Sendable, Equatable {
    /// Who reads, as the reading was begun.
    package var reader: String?

    package init(reader: String? = nil) { self.reader = reader }
}
