/// `GET /v1/status`: what the daemon has and what it is doing.
package struct ServiceStatus: Codable, Sendable, Equatable {
    package var version: String
    package var uptimeSeconds: Double
    package var camera: CameraReport
    package var lens: LensReport
    /// What a grain may be called: the species of the lens, then those that people added.
    package var species: [SpeciesReport]
    package var queue: QueueReport
    package var store: StoreReport

    package init(
        version: String, uptimeSeconds: Double, camera: CameraReport, lens: LensReport,
        species: [SpeciesReport] = [], queue: QueueReport, store: StoreReport
    ) {
        self.version = version
        self.uptimeSeconds = uptimeSeconds
        self.camera = camera
        self.lens = lens
        self.species = species
        self.queue = queue
        self.store = store
    }
}
