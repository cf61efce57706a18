/// A field on its slide.
package struct FieldPlace: Sendable, Equatable {
    /// In the frame of its group.
    package let placement: Placement
    /// In pixels.
    package let width: Int
    /// In pixels.
    package let height: Int
    package let nmPerPixel: Double
    /// Where the stage says it lies; nil where it says nothing.
    package let stagePosition: SlidePosition?

    package init(placement: Placement, width: Int, height: Int, nmPerPixel: Double, stagePosition: SlidePosition?) {
        self.placement = placement
        self.width = width
        self.height = height
        self.nmPerPixel = nmPerPixel
        self.stagePosition = stagePosition
    }
}
