internal import CV4L2
internal import Glibc
internal import Quantities

/// When and where in the stream a buffer was filled, as far as the driver says.
package struct BufferStamp: Sendable, Equatable {
    /// What the timestamp marks.
    package enum Meaning: Sendable {
        case startOfExposure
        /// The first data left the sensor: exposure of the first row had just ended.
        case startOfReadout
        case endOfFrame
        /// No usable clock: copied from elsewhere, zero, or later than the buffer itself.
        case nothing

        /// - Parameters:
        ///   - flags: of the `v4l2_buffer`.
        ///   - driver: uvcvideo declares start of exposure, but stamps the arrival of a frame's first packet.
        package init(flags: UInt32, driver: String) {
            let clock = flags & UInt32(V4L2_BUF_FLAG_TIMESTAMP_MASK)
            let source = flags & UInt32(V4L2_BUF_FLAG_TSTAMP_SRC_MASK)
            if clock != UInt32(V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC) {
                self = .nothing
            } else if source != UInt32(V4L2_BUF_FLAG_TSTAMP_SRC_SOE) {
                self = .endOfFrame
            } else {
                self = driver == "uvcvideo" ? .startOfReadout : .startOfExposure
            }
        }
    }

    package let sequence: UInt32
    package let timestamp: MonotonicInstant
    package let meaning: Meaning
    /// When this program took the buffer.
    package let dequeuedAt: MonotonicInstant

    package init(sequence: UInt32, timestamp: MonotonicInstant, meaning: Meaning, dequeuedAt: MonotonicInstant) {
        self.sequence = sequence
        self.timestamp = timestamp
        self.meaning = timestamp.nanoseconds > 0 && timestamp <= dequeuedAt ? meaning : .nothing
        self.dequeuedAt = dequeuedAt
    }

    init(_ buffer: v4l2_buffer, driver: String, dequeuedAt: MonotonicInstant) {
        self.init(
            sequence: buffer.sequence,
            timestamp: MonotonicInstant(seconds: buffer.timestamp.tv_sec, microseconds: buffer.timestamp.tv_usec),
            meaning: Meaning(flags: buffer.flags, driver: driver), dequeuedAt: dequeuedAt)
    }

    /// The same without its clock.
    package var withoutClock: BufferStamp {
        BufferStamp(sequence: sequence, timestamp: timestamp, meaning: .nothing, dequeuedAt: dequeuedAt)
    }

    /// A moment before which exposure cannot have begun; nil where the driver gives no clock or the frame time is
    /// unknown and needed.
    ///
    /// A frame's exposure and its readout each last at most one frame time, so exposure began at most one frame time
    /// before the start of readout and two before the end of the frame.
    /// - Parameter frameTime: nanoseconds from frame to frame, or of the exposure where that is longer.
    package func earliestExposure(frameTime: Int64?) -> MonotonicInstant? {
        switch meaning {
        case .startOfExposure: timestamp
        case .startOfReadout: frameTime.map { MonotonicInstant(nanoseconds: timestamp.nanoseconds - $0) }
        case .endOfFrame: frameTime.map { MonotonicInstant(nanoseconds: timestamp.nanoseconds - 2 * $0) }
        case .nothing: nil
        }
    }
}
