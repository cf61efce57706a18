/// What happened to buffers around a frame since the previous delivered frame.
package struct FrameAccounting: Sendable, Equatable, Codable {
    /// Frames that the driver counted and never delivered.
    package var sequenceGaps: Int
    /// Buffers with V4L2_BUF_FLAG_ERROR, cut short or undecodable: discarded.
    package var errorFlagged: Int
    /// Good frames exposed before the trigger.
    package var discardedBeforeTrigger: Int

    package init(sequenceGaps: Int = 0, errorFlagged: Int = 0, discardedBeforeTrigger: Int = 0) {
        self.sequenceGaps = sequenceGaps
        self.errorFlagged = errorFlagged
        self.discardedBeforeTrigger = discardedBeforeTrigger
    }
}
