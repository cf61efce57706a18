internal import Camera
package import ControlAPI
internal import Logging
internal import SlideStore

/// Format, size and rate of a camera: set, remembered, and what they mean for the scale.
extension Microscope {
    package func cameraModes() async throws(Problem) -> [CameraModeReport] {
        do {
            return try await source.modes().map { CameraModeReport($0) }
        } catch {
            throw Problem(error)
        }
    }

    /// Orders follow each other, each to its end: what is remembered is what is in force, and who gave an order is told
    /// what came of that one.
    package func setCameraMode(_ choice: CameraModeChoice, by peer: Peer) async throws(Problem) -> CameraReport {
        let previous = lastModeChange
        let task = Task { () -> Result<CameraReport, Problem> in
            _ = await previous?.value
            do throws(Problem) {
                return .success(try await self.changeCameraMode(choice, by: peer))
            } catch {
                return .failure(error)
            }
        }
        lastModeChange = task
        return try await task.value.get()
    }

    private func changeCameraMode(_ choice: CameraModeChoice, by peer: Peer) async throws(Problem) -> CameraReport {
        let mode = CameraMode(choice)
        let (source, camera, former) = (source, configuration.camera, await source.chosenMode())
        do {
            try await source.setMode(mode)
        } catch {
            throw Problem(error)
        }
        do {
            try await store.setCameraMode(mode.map { StoredCameraMode($0) }, ofCamera: camera, by: Agent(peer))
        } catch {
            // What is not remembered is not in force either.
            try? await source.setMode(former)
            throw Problem(error)
        }
        logger.notice(
            "camera mode set", metadata: ["mode": "\(mode?.notation ?? "automatic")", "peer": "\(peer)"])
        return try await cameraReport()
    }

    /// As it was set last, in this or an earlier run. A store that does not answer leaves the choice to the program.
    static func rememberedMode(of camera: String, in store: SlideStore, _ logger: Logger) async -> CameraMode? {
        do {
            return try await store.cameraMode(ofCamera: camera).map { CameraMode($0) }
        } catch {
            logger.error("the camera's mode is not known", metadata: ["camera": "\(camera)", "error": "\(error)"])
            return nil
        }
    }

    // MARK: Scale

    /// What is stated about the scale of frames of a size.
    struct ScaleInForce: Sendable {
        var objective: String?
        /// Of the objective in use, for frames of this size.
        var calibration: Calibration?
        /// Of the configuration, where it holds for frames of this size and no objective is in use.
        var setting: Double?
        /// Why what is stated does not hold for this size; one sentence.
        var remark: String?
    }

    /// - Parameter size: of a frame, or of frames as they are now; nil for any.
    func scaleInForce(ofFrames size: FrameSize?) async throws(StoreError) -> ScaleInForce {
        guard let objective = try await store.objectiveInUse() else { return await scaleBySetting(ofFrames: size) }
        let (size, usual) = (source.hasSettableMode ? size : nil, await usualFrameSize())
        var scale = ScaleInForce(objective: objective)
        scale.calibration = try await store.calibrationInForce(forFrames: size, usual: usual)
        if scale.calibration == nil, let size, let latest = try await store.calibrationInForce() {
            scale.remark = Self.remark(
                size, "the objective \(objective) is calibrated for frames of \(Self.text(latest.frameSize ?? usual))",
                "calibrate it at this size too")
        }
        return scale
    }

    /// What the configuration says, where no objective is in use.
    func scaleBySetting(ofFrames size: FrameSize?) async -> ScaleInForce {
        guard let nmPerPixel = configuration.nmPerPixel else { return ScaleInForce() }
        let usual = await usualFrameSize()
        guard source.hasSettableMode, let size, size != usual else { return ScaleInForce(setting: nmPerPixel) }
        return ScaleInForce(
            remark: Self.remark(
                size,
                "nm_per_pixel of the configuration is of frames of \(Self.text(usual)), which the camera gives by itself",
                "state it at this size with `neurallens camera calibrate`"))
    }

    /// Whoever stated a scale without a size meant frames as they come where nothing is set.
    func usualFrameSize() async -> FrameSize? { await source.automaticMode().map { FrameSize($0) } }

    private static func remark(_ size: FrameSize, _ what: String, _ remedy: String) -> String {
        "\(what), and the camera gives \(size) now: their scale is not known, and nothing is counted in them; \(remedy)"
    }

    private static func text(_ size: FrameSize?) -> String { size?.description ?? "another size" }

    /// Of frames as the camera gives them now; nil for sources whose frames have one scale, and while there is no camera.
    func frameSize() async -> FrameSize? {
        guard source.hasSettableMode else { return nil }
        let mode = await source.mode()
        if let mode { return FrameSize(mode) }
        return await source.chosenMode().map { FrameSize($0) }
    }
}

extension CameraModeReport {
    init(_ mode: CameraMode) {
        self.init(
            format: mode.fourcc, width: mode.width, height: mode.height, framesPerSecond: mode.framesPerSecond,
            strideBytes: mode.strideBytes)
    }
}

extension CameraMode {
    /// Nil for the choice that leaves it to the program.
    fileprivate init?(_ choice: CameraModeChoice) {
        guard let format = choice.format, let width = choice.width, let height = choice.height else { return nil }
        self.init(
            fourcc: FourCC(format)?.description ?? format, width: width, height: height,
            framesPerSecond: choice.framesPerSecond)
    }

    fileprivate init(_ stored: StoredCameraMode) {
        self.init(
            fourcc: stored.format, width: stored.size.width, height: stored.size.height,
            framesPerSecond: stored.framesPerSecond)
    }
}

extension StoredCameraMode {
    fileprivate init(_ mode: CameraMode) {
        self.init(format: mode.fourcc, size: FrameSize(mode), framesPerSecond: mode.framesPerSecond)
    }
}

extension FrameSize {
    init(_ mode: CameraMode) { self.init(width: mode.width, height: mode.height) }

    init(_ frame: Frame) { self.init(width: frame.width, height: frame.height) }
}
