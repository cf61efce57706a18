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
    /// The stream's time stamps were found to be impossible: they stood still or ran backwards while frames came.
    package private(set) var stampsAreFalse = false
    /// Longer than any exposure.
    private static let longestFrameTime: Int64 = 60_000_000_000
    /// Nanoseconds: the negotiated frame interval and the exposure, where known.
    package var nominalFrameTime: Int64?

    /// Nanoseconds from frame to frame, the longest that is known: cameras slow down in the dark without saying so.
    package var frameTime: Int64? {
        (measured + [nominalFrameTime].compactMap(\.self)).filter { (1...Self.longestFrameTime).contains($0) }.max()
    }

    package init() {}

    /// A stream began: its sequence numbers and rhythm are new, the counts go on.
    package mutating func streamStarted() {
        last = nil
        measured = []
        stampsAreFalse = false
    }

    /// Every buffer in order, good or damaged. Sequence numbers wrap; one that runs backwards is a restart.
    /// - Returns: the stamp as far as it can be believed: without its clock once the stream's stamps were found out.
    @discardableResult
    package mutating func received(_ stamp: BufferStamp) -> BufferStamp {
        if let last, last.meaning != .nothing, stamp.meaning != .nothing, stamp.timestamp <= last.timestamp {
            stampsAreFalse = true
            measured = []
        }
        let believed = stampsAreFalse ? stamp.withoutClock : stamp
        measure(believed)
        last = believed
        return believed
    }

    private mutating func measure(_ stamp: BufferStamp) {
        guard let last else { return }
        let step = Int32(bitPattern: stamp.sequence &- last.sequence)
        guard step > 0 else { return }
        triggered.sequenceGaps += Int(step) - 1
        preview.sequenceGaps += Int(step) - 1
        // Of two stamps on one clock only.
        let areStamped = last.meaning != .nothing && stamp.meaning != .nothing
        let before = areStamped ? last.timestamp : last.dequeuedAt
        let now = areStamped ? stamp.timestamp : stamp.dequeuedAt
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
