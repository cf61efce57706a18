package import Grains

/// What the lens made of one capture.
package struct CaptureResults: Sendable {
    /// Everything but the input, which is stored already.
    package var pictures: [PictureRecord]
    package var grains: [Grain]
    package var lens: LensIdentity
    /// Version of this program.
    package var engineVersion: String
    /// Thresholds and the like that the counts depend on, by name.
    package var settings: [String: Double]
    /// Seconds a stage took, by name of the stage.
    package var stageSeconds: [String: Double]

    package init(
        pictures: [PictureRecord], grains: [Grain], lens: LensIdentity, engineVersion: String,
        settings: [String: Double], stageSeconds: [String: Double]
    ) {
        self.pictures = pictures
        self.grains = grains
        self.lens = lens
        self.engineVersion = engineVersion
        self.settings = settings
        self.stageSeconds = stageSeconds
    }
}
