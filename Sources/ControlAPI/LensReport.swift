/// The lens in use, or why there is none.
package struct LensReport: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable {
        case ready
        /// A lens was named and cannot be used; `reason` says why.
        case refused
        /// No lens was named: fields are stored, nothing is counted.
        case none
    }

    package struct Species: Codable, Sendable, Equatable {
        /// Short name for file names and arguments: `iva`.
        package var key: String
        /// Scientific name: `Iva xanthiifolia`.
        package var name: String
        /// Display colour, `#rrggbb`.
        package var colour: String

        package init(key: String, name: String, colour: String) {
            self.key = key
            self.name = name
            self.colour = colour
        }
    }

    @Nullable package var name: String?
    package var state: State
    @Nullable package var reason: String?
    package var species: [Species]
    /// The scale the lens was trained at.
    @Nullable package var nmPerPixel: Double?
    /// SHA-256 of the manifest, 64 lower-case hexadecimal digits.
    @Nullable package var digest: String?

    package init(
        name: String?, state: State, reason: String? = nil, species: [Species] = [], nmPerPixel: Double? = nil,
        digest: String? = nil
    ) {
        self.name = name
        self.state = state
        self.reason = reason
        self.species = species
        self.nmPerPixel = nmPerPixel
        self.digest = digest
    }
}
