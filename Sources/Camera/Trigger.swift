/// A request for a frame whose exposure began after it.
///
/// Where the driver's clock bounds the start of exposure, that bound decides. Otherwise the order of buffers does:
/// every buffer that was full at the request is taken out before it judges; of those that become full later, the
/// first may have been in readout and the second in exposure at the request, so the third is the first that began
/// after it.
package struct Trigger: Sendable {
    package let requestedAt: MonotonicInstant
    /// Buffers, good or damaged, that became full after the request.
    private var arrivals = 0

    package init(requestedAt: MonotonicInstant) { self.requestedAt = requestedAt }

    /// Judges the buffers that become full after the request, good or damaged, in their order.
    /// - Returns: the latest known moment before exposure began, or nil if it may have begun before the request.
    package mutating func exposure(of stamp: BufferStamp, frameTime: Int64?) -> MonotonicInstant? {
        defer { arrivals += 1 }
        if let earliest = stamp.earliestExposure(frameTime: frameTime) {
            return earliest >= requestedAt ? earliest : nil
        }
        return arrivals >= 2 ? requestedAt : nil
    }
}
