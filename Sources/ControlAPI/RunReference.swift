/// One analysis of a slide's captures by one lens with one choice of settings.
package struct RunReference: Codable, Sendable, Equatable {
    package var id: Int64
    /// The lens's name.
    package var lens: String
    /// SHA-256 of the lens's manifest, 64 lower-case hexadecimal digits.
    package var lensDigest: String

    package init(id: Int64, lens: String, lensDigest: String) {
        self.id = id
        self.lens = lens
        self.lensDigest = lensDigest
    }
}
