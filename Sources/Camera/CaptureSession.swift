import Imaging
import Quantities

/// A stream and what goes with it; ends, with every descriptor closed, when the last reference goes.
final class CaptureSession {
    let stream: V4L2Stream
    let startedAt: MonotonicInstant
    /// The newest good buffer, kept from the driver for preview.
    var held: V4L2Stream.Filled?
    /// When the last buffer came, good or damaged; nil before the first.
    var lastArrival: MonotonicInstant?
    /// As last read in full.
    private(set) var controls: [V4L2Device.Control] = []
    /// Bits that samples in containers of 16 have shown so far: cameras of 10 or 12 bits say 16.
    private var depthSeen = 10
    /// By name, as last read; buttons have none.
    private(set) var values: [String: Int64] = [:]

    init(stream: V4L2Stream, startedAt: MonotonicInstant) {
        self.stream = stream
        self.startedAt = startedAt
        readControls()
    }

    var device: V4L2Device { stream.device }

    /// Since when nothing has come.
    var silentSince: MonotonicInstant { lastArrival ?? startedAt }

    /// Significant bits of a frame: the format's, or, where it only names the container, what this stream's samples have
    /// shown. It never falls, so that a dark frame is not taken for one of fewer bits.
    func bitDepth(of pixels: Frame.Pixels) -> Int {
        let stated = stream.layout.format.bitDepth
        guard stated == 16 else { return stated }
        if let bits = pixels.picture.bitsUsed { depthSeen = max(depthSeen, bits) }
        return depthSeen
    }

    /// Everything about every control.
    func readControls() {
        controls = device.controls()
        values = [:]
        for known in controls where known.control.kind != .button { values[known.control.name] = known.control.value }
    }

    /// The values alone, which is much less to ask.
    func readValues() {
        for known in controls where values[known.control.name] != nil {
            let control = known.control
            guard let value = device.value(of: known.id, is64Bit: known.is64Bit, kind: control.kind) else { continue }
            values[control.name] = value
        }
    }

    /// Nanoseconds: the negotiated frame interval, or the exposure where that is longer.
    var nominalFrameTime: Int64? {
        let interval = stream.mode.framesPerSecond.map { 1 / $0 }
        // V4L2_CID_EXPOSURE_ABSOLUTE counts in 100 us. A driver that tells of hours does not know.
        let exposure = controls.first { $0.id == V4L2Device.absoluteExposure }
            .flatMap { Quantity.exposure.possible(values[$0.control.name].map { Double($0) * 1e-4 }) }
        return [interval, exposure].compactMap(\.self).max().map { Int64(saturating: $0 * 1e9) }
    }

    /// Sets what can be set to former values. Twice, because switching an automatic control off frees others.
    func restore(_ values: [String: Int64]) {
        for _ in 0..<2 {
            for known in controls {
                let control = known.control
                guard let value = values[control.name], value != control.value, control.kind != .button,
                    !known.isVolatile
                else { continue }
                _ = try? device.set(control.name, to: value)
            }
            readControls()
        }
    }
}
