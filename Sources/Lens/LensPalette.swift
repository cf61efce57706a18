/// What the channels of a lens's sample map are, and the colours in which they are painted: of the manifest, what its
/// pictures are made with.
package struct LensPalette: Sendable, Codable, Equatable {
    package let species: [LensManifest.Species]
    /// Channel of objects that are no species.
    package let otherChannel: Int?
    /// Of the sample map.
    package let channels: Int

    enum CodingKeys: String, CodingKey {
        case species
        case otherChannel = "other_channel"
        case channels
    }

    /// - Parameter channels: of the sample map, more than any that the manifest names.
    package init(_ manifest: LensManifest, channels: Int) {
        species = manifest.species
        otherChannel = manifest.otherChannel
        self.channels = channels
    }

    /// Whether every channel that is named is one of the map's.
    var isConsistent: Bool {
        (species.map(\.mapChannel) + (otherChannel.map { [$0] } ?? [])).allSatisfy { (0..<channels).contains($0) }
    }
}
