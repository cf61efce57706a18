package import ControlAPI

extension ControlClient {
    package func status() throws(ControlClientError) -> ServiceStatus { try get(RequestPath("status")) }

    package func createSlide(_ creation: SlideCreation) throws(ControlClientError) -> SlideSummary {
        try send("POST", RequestPath("slides"), creation)
    }

    package func slides() throws(ControlClientError) -> [SlideSummary] { try get(RequestPath("slides")) }

    package func slide(_ name: String) throws(ControlClientError) -> SlideSummary {
        try get(RequestPath("slides", checked(name)))
    }

    package func captures(ofSlide name: String) throws(ControlClientError) -> [CaptureReport] {
        try get(RequestPath("slides", checked(name), "captures"))
    }

    package func counts(ofSlide name: String) throws(ControlClientError) -> SlideCounts {
        try get(RequestPath("slides", checked(name), "counts"))
    }

    package func startCaptures(_ request: CaptureRequest) throws(ControlClientError) -> CaptureJob {
        try send("POST", RequestPath("captures"), request)
    }

    /// Returns at once without a revision, else when the job is past it, has ended, or `wait` is over (30 s at most).
    package func job(
        _ id: String, after revision: Int? = nil, wait: Duration = .zero
    ) throws(ControlClientError) -> CaptureJob {
        let query: KeyValuePairs = [
            "after": revision.map(String.init), "timeout": wait > .zero ? String(wait / .seconds(1)) : nil,
        ]
        return try get(RequestPath("jobs", id, query: query), waiting: wait)
    }

    /// Waits for a job's end and reports its state at every change.
    package func follow(
        _ job: CaptureJob, onChange: (CaptureJob) -> Void
    ) throws(ControlClientError) -> CaptureJob {
        var job = job
        onChange(job)
        while !job.state.isFinal {
            let revision = job.revision
            job = try self.job(job.id, after: revision, wait: .seconds(20))
            if job.revision != revision { onChange(job) }
        }
        return job
    }

    package func grains(ofCapture id: Int64) throws(ControlClientError) -> GrainList {
        try get(RequestPath("captures", String(id), "grains"))
    }

    /// The PNG file's bytes.
    package func image(ofCapture id: Int64, kind: ImageKind) throws(ControlClientError) -> [UInt8] {
        try bytes(RequestPath("captures", String(id), "images", kind.rawValue))
    }

    package func camera() throws(ControlClientError) -> CameraReport { try get(RequestPath("camera")) }

    package func cameraModes() throws(ControlClientError) -> [CameraModeReport] {
        try get(RequestPath("camera", "modes"))
    }

    package func cameraControls() throws(ControlClientError) -> [CameraControlReport] {
        try get(RequestPath("camera", "controls"))
    }

    /// - Parameter value: a number, `on` or `off`, or the label of a menu's item.
    package func setCameraControl(_ name: String, to value: String) throws(ControlClientError) -> CameraControlReport {
        let number: Int64
        if let given = Int64(value) {
            number = given
        } else {
            number = try named(value, of: name)
        }
        return try send("PUT", RequestPath("camera", "controls", name), CameraControlChange(value: number))
    }

    private func named(_ value: String, of name: String) throws(ControlClientError) -> Int64 {
        guard let control = try cameraControls().first(where: { $0.name == name }) else {
            throw ControlClientError(
                Problem(
                    .controlNotFound, "the camera has no control \(visible(name))",
                    hint: "list them with neurallens camera controls"))
        }
        if let item = control.menu.first(where: { $0.label.lowercased() == value.lowercased() }) { return item.value }
        let switches: [String: Int64] = ["on": 1, "true": 1, "yes": 1, "off": 0, "false": 0, "no": 0]
        if control.kind == "boolean", let number = switches[value.lowercased()] { return number }
        let choices = control.menu.map(\.label).joined(separator: ", ")
        throw ControlClientError(
            Problem(
                .controlOutOfRange, "\(visible(value)) is no value of \(control.name)",
                hint: choices.isEmpty
                    ? "give a number from \(control.minimum) to \(control.maximum)" : "choose one of \(choices)"))
    }

    /// An empty name would ask for another path.
    private func checked(_ name: String) throws(ControlClientError) -> String {
        guard !name.isEmpty else {
            throw ControlClientError(
                Problem(
                    .invalidSlideName, "a slide's name cannot be empty",
                    hint: "list the slides with neurallens slide list"))
        }
        return name
    }
}
