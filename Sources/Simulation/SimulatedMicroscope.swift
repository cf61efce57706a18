package import Camera
import Dispatch
import Imaging

/// The simulated microscope behind a camera's face: field k on the k-th trigger, the same field k that the seed's
/// data set in camera view holds.
package actor SimulatedMicroscope: FrameSource {
    package nonisolated let seed: UInt64
    package nonisolated let nmPerPixel: Double? = 180
    package nonisolated var name: String { "simulated:\(seed)" }

    private let density: FieldDensity
    private var nextField = 0
    private var sequence: UInt32 = 0
    private var settings: [String: Int64] = [:]
    private var latest: Frame?
    private var isClosed = false

    package init(seed: UInt64, density: FieldDensity = FieldDensity()) {
        self.seed = seed
        self.density = density
        for control in Self.ranges { settings[control.name] = control.preset }
    }

    private struct Range {
        let name: String
        let minimum: Int64
        let maximum: Int64
        let preset: Int64
    }

    /// `exposure`: per mille of the exposure that puts glass at about 0.8 of full scale.
    /// `focus`: height added to the focal plane, in units of 0.1 µm.
    private static let ranges = [
        Range(name: "exposure", minimum: 100, maximum: 4000, preset: 1000),
        Range(name: "focus", minimum: -200, maximum: 200, preset: 0),
    ]

    package func state() -> CameraState {
        isClosed ? .unavailable(reason: "the simulated microscope was closed") : .idle
    }

    package func triggeredFrame() async throws(CameraError) -> Frame {
        try checkOpen("trigger")
        let index = nextField
        nextField += 1
        return await expose(index)
    }

    /// Looks at the field of the last capture again; before any, at field 0.
    package func newestFrame() async throws(CameraError) -> Frame {
        try checkOpen("preview")
        let index = max(0, nextField - 1)
        if let latest, latest.origin == "\(index)", latest.controls == settings { return latest }
        return await expose(index)
    }

    private func expose(_ index: Int) async -> Frame {
        var field = SimulatedField(seed: seed, index: index, view: .camera, density: density)
        field.exposure = Float(settings["exposure"]!) / 1000
        field.focusOffset = Float(settings["focus"]!) / 10
        let controls = settings
        let number = sequence
        sequence &+= 1
        let exposedAt = MonotonicInstant.now
        let mosaic = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [field] in continuation.resume(returning: field.exposed()) }
        }
        let frame = Frame(
            pixels: .mosaic(mosaic, SimulatedField.pattern), bitDepth: 8, exposedAt: exposedAt, sequence: number,
            format: "simulated BA81", nmPerPixel: nmPerPixel, origin: "\(index)", controls: controls)
        if number >= latest?.sequence ?? 0 { latest = frame }
        return frame
    }

    package func mode() -> CameraMode? {
        isClosed ? nil : Self.onlyMode
    }

    package func modes() throws(CameraError) -> [CameraMode] {
        try checkOpen("modes")
        return [Self.onlyMode]
    }

    private static let onlyMode = CameraMode(fourcc: "BA81", width: 1280, height: 1024, strideBytes: 1280)

    package func controls() throws(CameraError) -> [CameraControl] {
        try checkOpen("controls")
        return Self.ranges.map(control)
    }

    package func setControl(_ name: String, to value: Int64) throws(CameraError) -> CameraControl {
        try checkOpen("set control")
        guard let range = Self.ranges.first(where: { $0.name == name }) else {
            let known = Self.ranges.map(\.name).joined(separator: ", ")
            throw CameraError(
                .badControl, operation: "set control", "the simulated microscope has no control named \(name)",
                hint: "it has \(known)")
        }
        guard range.minimum <= value && value <= range.maximum else {
            throw CameraError(
                .outOfRange, operation: "set control", "\(name) cannot be set to \(value)",
                hint: "choose a value in \(range.minimum)...\(range.maximum)")
        }
        settings[name] = value
        return control(range)
    }

    private func control(_ range: Range) -> CameraControl {
        CameraControl(
            name: range.name, kind: .integer, minimum: range.minimum, maximum: range.maximum, step: 1,
            defaultValue: range.preset, value: settings[range.name]!)
    }

    package func close() {
        isClosed = true
        latest = nil
    }

    private func checkOpen(_ operation: String) throws(CameraError) {
        if isClosed {
            throw CameraError(
                .closed, operation: operation, "the simulated microscope was closed", hint: "open it again")
        }
    }
}
