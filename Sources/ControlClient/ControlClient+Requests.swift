package import ControlAPI

extension ControlClient {
    /// What a map, a report or a measurement may take beyond an ordinary answer.
    static let drawing = Duration.seconds(270)

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

    package func startCaptures(_ request: CaptureRequest) throws(ControlClientError) -> CaptureJob {
        try send("POST", RequestPath("captures"), checked: request)
    }

    package func exclude(capture id: Int64, _ request: ExclusionRequest) throws(ControlClientError) -> CaptureReport {
        try send("PUT", RequestPath("captures", String(id), "exclusion"), checked: request)
    }

    package func include(capture id: Int64) throws(ControlClientError) -> CaptureReport {
        try send(
            "DELETE", RequestPath("captures", String(id), "exclusion"), bytes: [], contentType: "application/json")
    }

    /// Returns at once without a revision, else when the job is past it, has ended, or `wait` is over (30 s at most).
    package func job(
        _ id: String, after revision: Int? = nil, wait: Duration = .zero
    ) throws(ControlClientError) -> CaptureJob {
        try get(RequestPath("jobs", id, query: patience(revision, wait)), waiting: wait)
    }

    /// Jobs that are not at their end, oldest first.
    package func openJobs() throws(ControlClientError) -> [CaptureJob] { try get(RequestPath("jobs")) }

    /// - Parameter id: as it was printed; an empty one would ask for another path.
    package func stopJob(_ id: String) throws(ControlClientError) -> CaptureJob {
        guard !id.isEmpty else {
            throw ControlClientError(
                Problem(
                    .jobNotFound, "a job's number cannot be empty", hint: "give it as neurallens capture printed it"))
        }
        return try send("POST", RequestPath("jobs", id, "stop"), bytes: [], contentType: "application/json")
    }

    /// Waits for a job's end and reports its state at every change.
    package func follow(
        _ job: CaptureJob, onChange: (CaptureJob) -> Void
    ) throws(ControlClientError) -> CaptureJob {
        try follow(job, onChange: onChange) { job, revision, wait throws(ControlClientError) in
            try self.job(job, after: revision, wait: wait)
        }
    }

    func follow<Job: FollowedJob>(
        _ job: Job, onChange: (Job) -> Void,
        next: (_ id: String, _ revision: Int, _ wait: Duration) throws(ControlClientError) -> Job
    ) throws(ControlClientError) -> Job {
        var job = job
        onChange(job)
        while !job.isFinal {
            let revision = job.revision
            job = try next(job.id, revision, .seconds(20))
            if job.revision != revision { onChange(job) }
        }
        return job
    }

    func patience(_ revision: Int?, _ wait: Duration) -> KeyValuePairs<String, String?> {
        ["after": revision.map(String.init), "timeout": wait > .zero ? String(wait / .seconds(1)) : nil]
    }

    /// What counts; rejected objects and doubles too where asked for.
    package func grains(
        ofCapture id: Int64, includingRejected: Bool = false
    ) throws(ControlClientError) -> GrainList {
        try get(RequestPath("captures", String(id), "grains", query: ["all": includingRejected ? "true" : nil]))
    }

    /// The PNG file's bytes.
    package func image(ofCapture id: Int64, kind: ImageKind) throws(ControlClientError) -> [UInt8] {
        try bytes(RequestPath("captures", String(id), "images", kind.rawValue))
    }

    /// A file of the capture with its pictures.
    package func export(capture id: Int64, as format: CaptureFormat) throws(ControlClientError) -> [UInt8] {
        try bytes(RequestPath("captures", String(id), format.rawValue), waiting: Self.drawing)
    }

    package func camera() throws(ControlClientError) -> CameraReport { try get(RequestPath("camera")) }

    package func cameraModes() throws(ControlClientError) -> [CameraModeReport] {
        try get(RequestPath("camera", "modes"))
    }

    package func setCameraMode(_ choice: CameraModeChoice) throws(ControlClientError) -> CameraReport {
        try send("PUT", RequestPath("camera", "mode"), checked: choice)
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

    /// In order of calibration.
    package func calibrations() throws(ControlClientError) -> [CalibrationReport] {
        try get(RequestPath("camera", "calibrations"))
    }

    /// Oldest first.
    package func flatFields() throws(ControlClientError) -> [FlatFieldReport] {
        try get(RequestPath("camera", "flat-fields"))
    }

    package func takeFlatField(_ request: FlatFieldRequest) throws(ControlClientError) -> FlatFieldReport {
        try send("POST", RequestPath("camera", "flat-fields"), checked: request, waiting: Self.drawing)
    }

    package func instrument() throws(ControlClientError) -> InstrumentReport { try get(RequestPath("instrument")) }

    package func calibrate(_ request: CalibrationRequest) throws(ControlClientError) -> CalibrationReport {
        try send("POST", RequestPath("camera", "calibrations"), checked: request, waiting: Self.drawing)
    }

    package func use(objective: String) throws(ControlClientError) -> CalibrationReport {
        try send("PUT", RequestPath("camera", "objective"), ObjectiveChoice(objective: objective))
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
    func checked(_ name: String) throws(ControlClientError) -> String {
        guard !name.isEmpty else {
            throw ControlClientError(
                Problem(
                    .invalidSlideName, "a slide's name cannot be empty",
                    hint: "list the slides with neurallens slide list"))
        }
        return name
    }
}
