/// A stored picture without its bytes.
package struct PictureDescription: Sendable, Equatable {
    package let capture: Int64
    package let kind: String
    /// In pixels.
    package let width: Int
    /// In pixels.
    package let height: Int
    /// In the object plane; nil where unknown.
    package let nmPerPixel: Double?
    /// Made by a network, not observed.
    package let isSynthesised: Bool
    /// Size of the PNG file.
    package let byteCount: Int
    /// Of the PNG file, hexadecimal.
    package let sha256: String
}
