/// Answer to `DELETE /v1/slides/NAME?name=NAME`: what is gone.
package struct SlideDeletionReport: Codable, Sendable, Equatable {
    package var slide: String
    package var captures: Int
    /// Of its pictures, here or in the archive.
    package var pictureBytes: Int64

    package init(slide: String, captures: Int, pictureBytes: Int64) {
        self.slide = slide
        self.captures = captures
        self.pictureBytes = pictureBytes
    }
}
