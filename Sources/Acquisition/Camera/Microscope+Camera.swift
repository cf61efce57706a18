internal import Camera
package import ControlAPI
internal import Logging
internal import SlideStore

/// The camera as clients see it.
extension Microscope {
    package func cameraReport() async throws(Problem) -> CameraReport {
        let mode = await source.mode()
        // What a database that is gone would say of the scale is not known; the camera is there all the same.
        let frameSize = await frameSize()
        let scale =
            store.fault == nil
            ? try await asProblems { () throws(StoreError) in try await scaleInForce(ofFrames: frameSize) }
            : await scaleBySetting(ofFrames: frameSize)
        let (state, reason): (CameraReport.State, String?) =
            switch await source.state() {
            case .streaming: (.streaming, nil)
            case .idle: (.idle, nil)
            case .unavailable(let reason): (.unavailable, reason)
            }
        return CameraReport(
            source: source.name, state: state, reason: reason, mode: mode.map { CameraModeReport($0) },
            modeChosen: await source.chosenMode().map { CameraModeReport($0) },
            nmPerPixel: source.nmPerPixel ?? scale.setting ?? scale.calibration?.nmPerPixel,
            objective: scale.objective, remarks: await source.remarks() + [scale.remark].compactMap(\.self))
    }

    package func cameraControls() async throws(Problem) -> [CameraControlReport] {
        do {
            return try await source.controls().map(wire)
        } catch {
            throw Problem(error)
        }
    }

    package func setControl(_ name: String, to value: Int64, by peer: Peer) async throws(Problem) -> CameraControlReport
    {
        let control: CameraControl
        do {
            control = try await source.setControl(name, to: value)
        } catch {
            throw Problem(error)
        }
        logger.notice(
            "camera control set", metadata: ["control": "\(name)", "value": "\(control.value)", "peer": "\(peer)"])
        try await asProblems { () throws(StoreError) in
            try await store.log(
                "camera control set", by: Agent(peer), detail: ["control": name, "value": "\(control.value)"])
        }
        return wire(control)
    }

    private func wire(_ control: CameraControl) -> CameraControlReport {
        CameraControlReport(
            name: control.name, kind: control.kind.rawValue, minimum: control.minimum, maximum: control.maximum,
            step: control.step, defaultValue: control.defaultValue, value: control.value,
            menu: control.menu.map { .init(value: $0.value, label: $0.label) },
            flags: (control.isReadOnly ? ["read-only"] : []) + (control.isInactive ? ["inactive"] : []))
    }
}
