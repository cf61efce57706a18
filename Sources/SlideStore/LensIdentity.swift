/// Which lens analysed a capture.
package struct LensIdentity: Sendable, Equatable {
    package let name: String
    /// Of the lens's manifest, hexadecimal; the manifest holds the hashes of the weights.
    package let sha256: String

    package init(name: String, sha256: String) {
        self.name = name
        self.sha256 = sha256
    }
}
