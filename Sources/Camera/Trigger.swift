/// A request for a frame whose exposure began after it.
///
/// Where the driver's clock bounds the start of exposure, that bound decides. Otherwise the order of buffers does:
/// every buffer that was full at the request is taken out before it judges; of those that become full later, the
/// first may have been in readout and the second in exposure at the request, so the third is the first that began
/// after it.
///
/// Stamps that keep saying that frames are older than the request, for longer than the driver's buffers can hold frames
/// back, prove nothing: then too the order decides.
package struct Trigger: Sendable {
    /// Why a frame is fresh.
    package struct Proof: Sendable, Equatable {
        /// The latest known moment before exposure began.
        package let exposedAt: MonotonicInstant
        package let freshness: Frame.Freshness
    }

    package let requestedAt: MonotonicInstant
    /// Buffers, good or damaged, that became full after the request.
    private var arrivals = 0

    /// In readout, and in exposure, at the request.
    private static let underWay = 2
    /// Nanoseconds for which stamps are waited for that may be right.
    private static let patience: Int64 = 2_000_000_000

    package init(requestedAt: MonotonicInstant) { self.requestedAt = requestedAt }

    /// The stream began anew: what was under way is gone.
    package mutating func restart() { arrivals = 0 }

    /// Judges the buffers that become full after the request, good or damaged, in their order.
    /// - Parameters:
    ///   - frameTime: nanoseconds from frame to frame, where known.
    ///   - buffers: of the stream, in which frames can be held back.
    /// - Returns: nil if exposure may have begun before the request.
    package mutating func proof(of stamp: BufferStamp, frameTime: Int64?, buffers: Int = 6) -> Proof? {
        defer { arrivals += 1 }
        guard let earliest = stamp.earliestExposure(frameTime: frameTime) else {
            return arrivals >= Self.underWay ? Proof(exposedAt: requestedAt, freshness: .arrival) : nil
        }
        if earliest >= requestedAt { return Proof(exposedAt: earliest, freshness: .timestamp) }
        let waited = stamp.dequeuedAt.nanoseconds - requestedAt.nanoseconds
        guard arrivals >= buffers + Self.underWay, waited >= Self.patience else { return nil }
        return Proof(exposedAt: requestedAt, freshness: .arrival)
    }
}
