package import ControlAPI

/// The camera, its modes and controls, and the scale of its pixels.
package protocol CameraControlling: Sendable {
    func cameraReport() async throws(Problem) -> CameraReport
    func cameraModes() async throws(Problem) -> [CameraModeReport]
    /// Sets the mode for now and for later, until another is set; the camera as it then is.
    func setCameraMode(_ choice: CameraModeChoice, by peer: Peer) async throws(Problem) -> CameraReport
    func cameraControls() async throws(Problem) -> [CameraControlReport]
    /// The control as it reads back.
    func setControl(_ name: String, to value: Int64, by peer: Peer) async throws(Problem) -> CameraControlReport
    /// Oldest first.
    func calibrations() async throws(Problem) -> [CalibrationReport]
    /// Records a calibration and puts its objective in use.
    func calibrate(_ request: CalibrationRequest, by peer: Peer) async throws(Problem) -> CalibrationReport
    /// Oldest first.
    func flatFields() async throws(Problem) -> [FlatFieldReport]
    /// Takes one of what the camera shows now, by which new captures are divided.
    func takeFlatField(_ request: FlatFieldRequest, by peer: Peer) async throws(Problem) -> FlatFieldReport
    /// What the fields of late say of the instrument.
    func instrumentReport() async throws(Problem) -> InstrumentReport
    /// From here on captures get the scale of the objective's last calibration.
    func use(objective: String, by peer: Peer) async throws(Problem) -> CalibrationReport
}
