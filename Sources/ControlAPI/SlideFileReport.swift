/// The file of a slide's pictures as it is: an element of `slides` of `POST /v1/store/snapshots`. A copy of the same size with
/// the same first bytes is still so.
package struct SlideFileReport: Codable, Sendable, Equatable {
    /// The slide's number, as the catalogue has it.
    package var slide: Int64
    package var bytes: Int64
    /// SHA-256 of the first bytes, 64 lower-case hexadecimal digits.
    package var head: String
    /// How many those are; all, where the file is shorter.
    package var headBytes: Int

    package init(slide: Int64, bytes: Int64, head: String, headBytes: Int) {
        self.slide = slide
        self.bytes = bytes
        self.head = head
        self.headBytes = headBytes
    }
}
