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
    /// The field that was exposed last, and how often.
    private var exposedField: Int?
    private var exposuresOfField = 0
    private var settings: [String: Int64] = [:]
    private var latest: Frame?
    /// What the live picture shows, without noise.
    private var scene: LiveScene?
    /// The drawing of another one, which takes seconds.
    private var drawing: Task<Void, Never>?
    /// Fields that are being drawn for captures.
    private var exposures = 0
    private let openedAt = MonotonicInstant.now
    private let noise: [Float]
    private var isClosed = false

    /// A field in focus or out of it, before the sensor.
    private struct LiveScene {
        let index: Int
        let focus: Int64
        /// Mosaic at an exposure of 1, 1 is full scale.
        let shares: [Float]
    }

    /// Of the live picture.
    package static let framesPerSecond = 25.0

    package init(seed: UInt64, density: FieldDensity = FieldDensity()) {
        self.seed = seed
        self.density = density
        noise = Sensor.noiseTable(seed: seed)
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

    package func focalPlane(movedTo heightMicrometres: Double) {
        let range = Self.ranges.first { $0.name == "focus" }!
        let tenths = Int64(max(-1e6, min(1e6, (heightMicrometres * 10).rounded())))
        settings["focus"] = min(max(tenths, range.minimum), range.maximum)
    }

    package func furtherFrame() async throws(CameraError) -> Frame {
        try checkOpen("trigger")
        return await expose(max(0, nextField - 1))
    }

    /// Looks at the field of the last capture again; before any, at field 0.
    package func newestFrame() async throws(CameraError) -> Frame {
        try checkOpen("preview")
        let index = max(0, nextField - 1)
        if let latest, latest.origin == "\(index)", latest.controls == settings { return latest }
        return await expose(index)
    }

    /// A camera's live picture of the field of the last capture: 25 frames a second, each with noise of its own. The
    /// field is drawn once; while the focus changes the old picture stays, and exposure acts at once. The live picture
    /// counts its frames by the clock.
    package func liveFrame(after sequence: UInt32?) async throws(CameraError) -> Frame {
        while true {
            try checkOpen("live view")
            let index = max(0, nextField - 1)
            if scene?.index != index || scene?.focus != settings["focus"]! {
                draw(index)
                if scene == nil { await drawing?.value }
            }
            let period = Int64(1e9 / Self.framesPerSecond)
            let elapsed = MonotonicInstant.now.nanoseconds - openedAt.nanoseconds
            let number = UInt32(truncatingIfNeeded: elapsed / period)
            guard let scene, number != sequence else {
                do {
                    try await Task.sleep(for: .nanoseconds(period - elapsed % period))
                } catch {
                    throw .closed(name)
                }
                continue
            }
            let exposure = Float(settings["exposure"]!) / 1000
            let noise = noise
            let exposedAt = MonotonicInstant(nanoseconds: openedAt.nanoseconds + elapsed / period * period)
            let mosaic = await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(
                        returning: Sensor().read(
                            scene.shares, width: Self.onlyMode.width, height: Self.onlyMode.height, exposure: exposure,
                            table: noise, stream: UInt64(number)))
                }
            }
            return Frame(
                pixels: .mosaic(mosaic, SimulatedField.pattern), bitDepth: 8, exposedAt: exposedAt, sequence: number,
                format: "simulated BA81", nmPerPixel: nmPerPixel, origin: "\(scene.index)", controls: settings)
        }
    }

    /// Starts to draw a field at the present focus, unless a drawing is under way.
    private func draw(_ index: Int) {
        guard drawing == nil, exposures == 0 || scene == nil else { return }
        let focus = settings["focus"]!
        let field = field(index, exposure: 1)
        drawing = Task {
            let shares = await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    let (width, height) = field.cameraSize
                    continuation.resume(
                        returning: Sensor().shares(field.light(field.prepare()), width: width, height: height))
                }
            }
            scene = LiveScene(index: index, focus: focus, shares: shares)
            drawing = nil
        }
    }

    private func field(_ index: Int, exposure: Float, number: Int = 0) -> SimulatedField {
        var field = SimulatedField(seed: seed, index: index, view: .camera, density: density)
        field.exposure = exposure
        field.exposureNumber = number
        field.focusOffset = Float(settings["focus"]!) / 10
        return field
    }

    private func expose(_ index: Int) async -> Frame {
        // The first picture of a field is that of the data set.
        if exposedField != index { (exposedField, exposuresOfField) = (index, 0) }
        let field = field(index, exposure: Float(settings["exposure"]!) / 1000, number: exposuresOfField)
        exposuresOfField += 1
        let controls = settings
        let number = sequence
        sequence &+= 1
        let exposedAt = MonotonicInstant.now
        exposures += 1
        let (mosaic, shares) = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let (width, height) = field.cameraSize
                let light = field.light(field.prepare())
                let sensor = Sensor()
                continuation.resume(
                    returning: (
                        field.mosaic(light),
                        sensor.shares(light, width: width, height: height)
                    ))
            }
        }
        exposures -= 1
        // The live picture moves on to this field without drawing it once more.
        if scene != nil, field.exposure > 0 {
            let scale = 1 / field.exposure
            scene = LiveScene(index: index, focus: controls["focus"]!, shares: shares.map { $0 * scale })
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

    private static let onlyMode = CameraMode(
        fourcc: "BA81", width: 1280, height: 1024, framesPerSecond: framesPerSecond, strideBytes: 1280)

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
        scene = nil
    }

    private func checkOpen(_ operation: String) throws(CameraError) {
        if isClosed {
            throw CameraError(
                .closed, operation: operation, "the simulated microscope was closed", hint: "open it again")
        }
    }
}
