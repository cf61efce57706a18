/// Answer to `POST /v1/store/snapshots`: the catalogue as it is now, to be fetched in pieces; and to
/// `POST /v1/store/snapshots/ID/slides/SLIDE`: the file of a slide's pictures, the same way.
package struct SnapshotReport: Codable, Sendable, Equatable {
    package var id: String
    /// ISO 8601, UTC.
    package var takenAt: String
    /// Of the whole file.
    package var bytes: Int64
    /// Of a piece; the last one may be shorter.
    package var blockBytes: Int
    package var blocks: Int
    /// Of the catalogue: the files of slides' pictures as they are now.
    package var slides: [SlideFileReport]

    package init(
        id: String, takenAt: String, bytes: Int64, blockBytes: Int, blocks: Int, slides: [SlideFileReport] = []
    ) {
        self.id = id
        self.takenAt = takenAt
        self.bytes = bytes
        self.blockBytes = blockBytes
        self.blocks = blocks
        self.slides = slides
    }
}
