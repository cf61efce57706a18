/// `GET /v1/status`: what the daemon has and what it is doing.
package struct ServiceStatus: Codable, Sendable, Equatable {
    package var version: String
    package var uptimeSeconds: Double
    package var camera: CameraReport
    package var lens: LensReport
    package var queue: QueueReport
    package var store: StoreReport

    package init(
        version: String, uptimeSeconds: Double, camera: CameraReport, lens: LensReport, queue: QueueReport,
        store: StoreReport
    ) {
        self.version = version
        self.uptimeSeconds = uptimeSeconds
        self.camera = camera
        self.lens = lens
        self.queue = queue
        self.store = store
    }
}
