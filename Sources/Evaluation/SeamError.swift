import Imaging
internal import Lens

/// What cutting a field into tiles changes, as mean absolute differences, 0...1.
package struct SeamError: Codable, Sendable, Equatable {
    /// Tiled against the network run on the whole field at once, over all pixels.
    package var tiledAgainstWhole: Double
    /// The same where tiles overlap.
    package var inOverlaps: Double
    /// Of neighbouring tiles, where they overlap.
    package var betweenTiles: Double
    /// Sides of the field, in pixels.
    package var fieldPixels: Int

    enum CodingKeys: String, CodingKey {
        case tiledAgainstWhole = "tiled_against_whole"
        case inOverlaps = "in_overlaps"
        case betweenTiles = "between_tiles"
        case fieldPixels = "field_px"
    }
}
