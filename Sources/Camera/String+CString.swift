extension String {
    /// A C string up to its first zero.
    init(_ characters: [CChar]) {
        self.init(decoding: characters.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    }

    /// A fixed-size field of a C structure, up to its first zero.
    init<Field>(field: Field) {
        self = withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
