package import Grains

/// What the lens made of one capture.
package struct CaptureResults: Sendable {
    /// Everything but the input, which is stored already.
    package var pictures: [PictureRecord]
    /// Those that do not count too, with their `rejection`.
    package var grains: [Grain]
    package var lens: LensIdentity
    /// Version of this program.
    package var engineVersion: String
    /// Thresholds and the like that the counts depend on, by name; see `Setting` for those the store reads.
    package var settings: [String: Setting]
    /// Seconds a stage took, by name of the stage.
    package var stageSeconds: [String: Double]
    /// What is doubtful about the field in the eyes of this lens.
    package var doubts: [FieldDoubt]
    /// Share of the fields that the lens knows that are as strange as this one, 0...1; nil where it cannot tell.
    package var familiarity: Double?
    /// What the field says of the instrument; nil where that is not asked.
    package var measures: FieldMeasures?

    package init(
        pictures: [PictureRecord], grains: [Grain], lens: LensIdentity, engineVersion: String,
        settings: [String: Setting], stageSeconds: [String: Double], doubts: [FieldDoubt] = [],
        familiarity: Double? = nil, measures: FieldMeasures? = nil
    ) {
        self.pictures = pictures
        self.grains = grains
        self.lens = lens
        self.engineVersion = engineVersion
        self.settings = settings
        self.stageSeconds = stageSeconds
        self.doubts = doubts
        self.familiarity = familiarity
        self.measures = measures
    }
}
