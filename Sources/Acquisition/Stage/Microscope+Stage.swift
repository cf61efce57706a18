internal import Camera
package import ControlAPI
internal import Logging
internal import SlideStore

/// What the motor does, as clients ask for it.
extension Microscope {
    package func focus(_ request: FocusRequest, by peer: Peer) async throws(Problem) -> FocusReport {
        try requireStore()
        let report = try await captures.focused(request)
        logger.notice(
            "focused",
            metadata: ["height_um": "\(report.heightUm)", "frames": "\(report.curve.count)", "peer": "\(peer)"])
        return report
    }

    package func scans() async throws(Problem) -> [ScanReport] { try await scanning.scans() }

    package func scan(_ id: Int64) async throws(Problem) -> ScanReport { try await scanning.scan(id) }

    package func startScan(_ request: ScanRequest, by peer: Peer) async throws(Problem) -> ScanReport {
        try requireStore()
        guard !isStopping else {
            throw Problem(.shuttingDown, "no scan was begun", hint: "try again when the daemon runs again")
        }
        let camera = try await cameraReport()
        guard let size = await sizeOfFrames(camera), let nmPerPixel = camera.nmPerPixel else {
            throw Problem(
                .scanRefused,
                "how large a field is is not known: the camera's \(camera.nmPerPixel == nil ? "scale" : "size") is not",
                hint: "connect the camera, and state the scale with neurallens camera calibrate")
        }
        return try await scanning.start(
            request,
            field: (Double(size.width) * nmPerPixel / 1000, Double(size.height) * nmPerPixel / 1000), by: peer)
    }

    /// A source that has no modes shows it by a frame.
    private func sizeOfFrames(_ camera: CameraReport) async -> (width: Int, height: Int)? {
        if let mode = camera.mode { return (mode.width, mode.height) }
        return (try? await source.newestFrame()).map { ($0.width, $0.height) }
    }

    package func resumeScan(_ id: Int64, _ request: ScanResumption, by peer: Peer) async throws(Problem) -> ScanReport {
        try requireStore()
        return try await scanning.resume(id, request, by: peer)
    }

    package func stopScan(_ id: Int64, by peer: Peer) async throws(Problem) -> ScanReport {
        try await scanning.pause(id, by: peer)
    }

    package func cancelScan(_ id: Int64, by peer: Peer) async throws(Problem) -> ScanReport {
        try await scanning.cancel(id, by: peer)
    }
}
