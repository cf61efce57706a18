/// The pictures of a slide's page, PNG files.
package struct ReportPictures: Sendable {
    /// What a reader sees of a doubtful grain.
    package struct Crop: Sendable {
        /// Cut from the field.
        package var observed: [UInt8]
        /// The same place in the lens's picture.
        package var synthesised: [UInt8]?

        package init(observed: [UInt8], synthesised: [UInt8]? = nil) {
            self.observed = observed
            self.synthesised = synthesised
        }
    }

    /// The slide's map: fields in their places, outlines and numbers on them.
    package var mosaic: [UInt8]?
    /// By grain.
    package var crops: [Int64: Crop]

    package init(mosaic: [UInt8]? = nil, crops: [Int64: Crop] = [:]) {
        self.mosaic = mosaic
        self.crops = crops
    }
}
