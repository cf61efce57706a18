package import ControlAPI

/// The motor: focus, and scans over a rectangle.
package protocol StageMoving: Sendable {
    /// Returns once the focus is found; whoever leaves meanwhile stops the motor.
    func focus(_ request: FocusRequest, by peer: Peer) async throws(Problem) -> FocusReport
    /// Oldest first.
    func scans() async throws(Problem) -> [ScanReport]
    func scan(_ id: Int64) async throws(Problem) -> ScanReport
    /// Begins and returns at once.
    func startScan(_ request: ScanRequest, by peer: Peer) async throws(Problem) -> ScanReport
    func resumeScan(_ id: Int64, _ request: ScanResumption, by peer: Peer) async throws(Problem) -> ScanReport
    /// The motor stops, the scan rests.
    func stopScan(_ id: Int64, by peer: Peer) async throws(Problem) -> ScanReport
    /// Ends it for good; what it captured stays.
    func cancelScan(_ id: Int64, by peer: Peer) async throws(Problem) -> ScanReport
}
