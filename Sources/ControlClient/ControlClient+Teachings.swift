package import ControlAPI

extension ControlClient {
    package func teach(_ request: TeachingRequest) throws(ControlClientError) -> TeachingJob {
        try send("POST", RequestPath("teachings"), checked: request, waiting: Self.drawing)
    }

    /// Oldest first, without curves.
    package func teachings() throws(ControlClientError) -> [TeachingJob] { try get(RequestPath("teachings")) }

    /// Returns at once without a revision, else when the job is past it, has ended, or `wait` is over (30 s at most).
    package func teaching(
        _ id: String, after revision: Int? = nil, wait: Duration = .zero
    ) throws(ControlClientError) -> TeachingJob {
        try get(RequestPath("teachings", checked(teaching: id), query: patience(revision, wait)), waiting: wait)
    }

    /// Waits for a job's end and reports its state at every change.
    package func follow(
        _ job: TeachingJob, onChange: (TeachingJob) -> Void
    ) throws(ControlClientError) -> TeachingJob {
        try follow(job, onChange: onChange) { job, revision, wait throws(ControlClientError) in
            try teaching(job, after: revision, wait: wait)
        }
    }

    package func stopTeaching(_ id: String) throws(ControlClientError) -> TeachingJob {
        try send(
            "POST", RequestPath("teachings", checked(teaching: id), "stop"), bytes: [], contentType: "application/json",
            waiting: Self.drawing)
    }

    package func resumeTeaching(_ id: String) throws(ControlClientError) -> TeachingJob {
        try send(
            "POST", RequestPath("teachings", checked(teaching: id), "resume"), bytes: [],
            contentType: "application/json")
    }

    /// - Returns: as it was.
    package func deleteTeaching(_ id: String) throws(ControlClientError) -> TeachingJob {
        try send(
            "DELETE", RequestPath("teachings", checked(teaching: id)), bytes: [], contentType: "application/json",
            waiting: Self.drawing)
    }

    /// An empty one would ask for another path.
    private func checked(teaching id: String) throws(ControlClientError) -> String {
        guard !id.isEmpty else {
            throw ControlClientError(
                Problem(
                    .teachingNotFound, "a teaching's number cannot be empty",
                    hint: "neurallens lens teachings lists them"))
        }
        return id
    }
}
