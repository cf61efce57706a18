/// `GET /v1/slides/NAME/fields`: where the captures of a slide lie on it.
package struct SlidePlacements: Codable, Sendable, Equatable {
    package var slide: String
    /// In order of capture.
    package var fields: [FieldPlacement]
    /// Grains that another field has shown already.
    package var doubles: Int
    /// Objects that stay put on the sensor while the slide moves.
    package var dirt: Int
    /// What a person should know: `stage positions of captures 4 and 5 contradict their pictures`.
    package var remarks: [String]

    package init(slide: String, fields: [FieldPlacement], doubles: Int = 0, dirt: Int = 0, remarks: [String] = []) {
        self.slide = slide
        self.fields = fields
        self.doubles = doubles
        self.dirt = dirt
        self.remarks = remarks
    }
}
