import ControlAPI
import ControlServer

extension StandInInstrument {
    private static func scan(_ id: Int64, _ state: ScanReport.State) -> ScanReport {
        ScanReport(
            id: id, slide: "a", state: state, columns: 3, rows: 2, taken: state == .done ? 6 : 2, fromXUm: 0,
            fromYUm: 0,
            stepXUm: 207, stepYUm: 166, nextXUm: 414, nextYUm: 0, createdAt: "2026-11-22T19:50:00Z",
            reason: state == .paused ? "the line to the motor was cut" : nil)
    }

    func focus(_ request: FocusRequest, by peer: Peer) async throws(Problem) -> FocusReport {
        FocusReport(
            heightUm: 12.5, startedAtUm: 0, atLimit: false,
            curve: [.init(heightUm: 0, sharpness: 0.5), .init(heightUm: 12, sharpness: 1)])
    }

    func scans() async throws(Problem) -> [ScanReport] { [Self.scan(1, .done), Self.scan(2, .paused)] }

    func scan(_ id: Int64) async throws(Problem) -> ScanReport {
        guard id < 3 else { throw Problem(.scanNotFound, "there is no scan \(id)", hint: "list the scans") }
        return Self.scan(id, id == 1 ? .done : .paused)
    }

    func startScan(_ request: ScanRequest, by peer: Peer) async throws(Problem) -> ScanReport { Self.scan(1, .done) }

    func resumeScan(_ id: Int64, _ request: ScanResumption, by peer: Peer) async throws(Problem) -> ScanReport {
        Self.scan(id, .done)
    }

    func stopScan(_ id: Int64, by peer: Peer) async throws(Problem) -> ScanReport { Self.scan(id, .paused) }

    func cancelScan(_ id: Int64, by peer: Peer) async throws(Problem) -> ScanReport { Self.scan(id, .cancelled) }
}
