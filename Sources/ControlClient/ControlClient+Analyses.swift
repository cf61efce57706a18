package import ControlAPI

extension ControlClient {
    package func reanalyse(_ request: ReanalysisRequest) throws(ControlClientError) -> ReanalysisJob {
        try send("POST", RequestPath("reanalyses"), checked: request)
    }

    /// Returns at once without a revision, else when the job is past it, has ended, or `wait` is over (30 s at most).
    package func reanalysis(
        _ id: String, after revision: Int? = nil, wait: Duration = .zero
    ) throws(ControlClientError) -> ReanalysisJob {
        try get(RequestPath("reanalyses", id, query: patience(revision, wait)), waiting: wait)
    }

    /// Waits for a job's end and reports its state at every change.
    package func follow(
        _ job: ReanalysisJob, onChange: (ReanalysisJob) -> Void
    ) throws(ControlClientError) -> ReanalysisJob {
        try follow(job, onChange: onChange) { job, revision, wait throws(ControlClientError) in
            try reanalysis(job, after: revision, wait: wait)
        }
    }

    package func stopReanalysis(_ id: String) throws(ControlClientError) -> ReanalysisJob {
        try send("POST", RequestPath("reanalyses", id, "stop"), bytes: [], contentType: "application/json")
    }

    /// Oldest first.
    package func runs(ofSlide name: String) throws(ControlClientError) -> [RunReport] {
        try get(RequestPath("slides", checked(name), "runs"))
    }

    package func difference(
        ofSlide name: String, run: Int64, to other: Int64
    ) throws(ControlClientError) -> RunDifference {
        let query: KeyValuePairs<String, String?> = ["run": String(run), "to": String(other)]
        return try get(RequestPath("slides", checked(name), "difference", query: query), waiting: Self.drawing)
    }
}
