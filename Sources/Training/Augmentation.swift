/// How a field is varied each time it is shown. Random translation is always part of it.
package struct Augmentation: Sendable, Codable, Equatable {
    /// Mirrored left to right with probability 1/2.
    package var flips = false
    /// Turned by 0, 90, 180 or 270 degrees. An electron micrograph's light has a direction: not for magnifiers.
    package var rotations = false
    /// The optical picture's gain varies by this share, and by 3/7 of it from channel to channel, 0...0.5.
    package var brightness = 0.0
    /// Of pictures divided by their glass: how deeply what lies on it is stained varies. Optical density (Beer and Lambert)
    /// is multiplied by up to 1 plus this, or divided by it, and by a third as much again from channel to channel, 0...2.
    package var stain = 0.0
    /// The optical picture is blurred by up to this deviation, in pixels, 0...8.
    package var focus = 0.0
    /// A magnifier's mask gets the soft edge that a labelling network would give it, a few pixels too wide or narrow.
    package var softMasks = false
    /// Half of the fields are seen as a Bayer camera of this many nm a pixel would give them; 0 for none.
    package var cameraNmPerPixel = 0.0

    package init() {}

    func check() throws(TrainingError) {
        guard (0...0.5).contains(brightness), (0...2).contains(stain), (0...8).contains(focus),
            (0...2000).contains(cameraNmPerPixel)
        else {
            throw TrainingError(
                .badOptions, "an augmentation is out of range",
                hint:
                    "take brightness in 0...0.5, stain in 0...2, focus in 0...8 px and a camera of up to 2000 nm a pixel"
            )
        }
    }
}
