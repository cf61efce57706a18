import Quantities

/// Counts what happens to the buffers of a stream, and measures its rhythm.
package struct CaptureLedger: Sendable {
    /// Since the last triggered frame.
    private var triggered = FrameAccounting()
    /// Since the last preview frame: a live view takes nothing from the counts that captures store.
    private var preview = FrameAccounting()
    private var last: BufferStamp?
    /// Nanoseconds a frame, the latest few.
    private var measured: [Int64] = []
    /// Nanoseconds: the negotiated frame interval and the exposure, where known.
    package var nominalFrameTime: Int64?

    /// Nanoseconds from frame to frame, the longest that is known: cameras slow down in the dark without saying so.
    package var frameTime: Int64? { (measured + [nominalFrameTime].compactMap(\.self)).max() }

    package init() {}

    /// A stream began: its sequence numbers and rhythm are new, the counts go on.
    package mutating func streamStarted() {
        last = nil
        measured = []
    }

    /// Every buffer in order, good or damaged. Sequence numbers wrap; one that runs backwards is a restart.
    package mutating func received(_ stamp: BufferStamp) {
        defer { last = stamp }
        guard let last else { return }
        let step = Int32(bitPattern: stamp.sequence &- last.sequence)
        guard step > 0 else { return }
        triggered.sequenceGaps += Int(step) - 1
        preview.sequenceGaps += Int(step) - 1
        let before = last.meaning == .nothing ? last.dequeuedAt : last.timestamp
        let now = stamp.meaning == .nothing ? stamp.dequeuedAt : stamp.timestamp
        let interval = (now.nanoseconds - before.nanoseconds) / Int64(step)
        if interval > 0 { measured = (measured + [interval]).suffix(8) }
    }

    /// A buffer flagged, cut short or undecodable.
    package mutating func damaged() {
        triggered.errorFlagged += 1
        preview.errorFlagged += 1
    }

    /// - Parameter discarded: good frames that a trigger passed over.
    package mutating func deliveredTriggered(discarded: Int) -> FrameAccounting {
        defer { triggered = FrameAccounting() }
        triggered.discardedBeforeTrigger = discarded
        return triggered
    }

    package mutating func deliveredPreview() -> FrameAccounting {
        defer { preview = FrameAccounting() }
        return preview
    }
}
