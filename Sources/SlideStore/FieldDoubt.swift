/// Something about a field that whoever reads its count must know: it may be overexposed, out of focus, the same field
/// turned round.
package struct FieldDoubt: Sendable, Equatable, Codable {
    /// What kind of doubt it is, for programs: words in lower case joined by hyphens, for instance `overexposed`.
    package struct Key: RawRepresentable, Sendable, Hashable, Codable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// It shows the grains of another field, which are counted with both.
        package static let turned = Key(rawValue: "turned-repeat")
        /// After the division by its flat field its glass is still uneven.
        package static let flatFieldUnfit = Key(rawValue: "flat-field-unfit")
        /// The instrument is not as it was.
        package static let instrumentDrift = Key(rawValue: "instrument-drift")
        /// It is unlike the fields that the lens knows.
        package static let notVouchedFor = Key(rawValue: "not-vouched-for")
    }

    package let key: Key
    /// For people: what is doubtful, with the figure, without the capture's number and a full stop.
    package let sentence: String

    package init(_ key: Key, _ sentence: String) {
        self.key = key
        self.sentence = sentence
    }
}
