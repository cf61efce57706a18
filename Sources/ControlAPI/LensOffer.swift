/// Answer to `POST /v1/lenses` and `PUT /v1/lenses/DIGEST/files/NAME`: what the daemon needs before it can use a lens.
package struct LensOffer: Codable, Sendable, Equatable {
    /// SHA-256 of the manifest, 64 lower-case hexadecimal digits.
    package var digest: String
    /// Names of the files that the daemon does not have yet, in the manifest's order.
    package var missing: [String]

    package init(digest: String, missing: [String]) {
        self.digest = digest
        self.missing = missing
    }
}
