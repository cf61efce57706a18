package import ControlAPI

extension ControlClient {
    /// Holds the database as it is now, to be fetched in pieces.
    package func snapshot() throws(ControlClientError) -> SnapshotReport {
        try send(
            "POST", RequestPath("store", "snapshots"), bytes: Array("{}".utf8), contentType: "application/json",
            waiting: Self.drawing)
    }

    /// Holds the file of a slide's pictures as it is now, to be fetched in pieces.
    func snapshot(ofSlide slide: Int64, in id: String) throws(ControlClientError) -> SnapshotReport {
        try send(
            "POST", RequestPath("store", "snapshots", id, "slides", String(slide)), bytes: Array("{}".utf8),
            contentType: "application/json", waiting: Self.drawing)
    }

    package func hashes(
        from: Int, count: Int, ofSnapshot id: String
    ) throws(ControlClientError) -> BlockHashes {
        let query: KeyValuePairs<String, String?> = ["from": String(from), "count": String(count)]
        return try get(RequestPath("store", "snapshots", id, "hashes", query: query), waiting: Self.drawing)
    }

    package func block(_ number: Int, ofSnapshot id: String) throws(ControlClientError) -> [UInt8] {
        try bytes(RequestPath("store", "snapshots", id, "blocks", String(number)), waiting: Self.drawing)
    }

    package func endSnapshot(_ id: String) throws(ControlClientError) {
        try delete(RequestPath("store", "snapshots", id))
    }

    package func checkStore(repair: Bool) throws(ControlClientError) -> StoreCheckJob {
        try send("POST", RequestPath("store", "checks"), StoreCheckRequest(repair: repair))
    }

    /// Waits for the check's end and reports its state at every change.
    package func follow(
        _ job: StoreCheckJob, onChange: (StoreCheckJob) -> Void
    ) throws(ControlClientError) -> StoreCheckJob {
        try follow(job, onChange: onChange) { job, revision, wait throws(ControlClientError) in
            try get(RequestPath("store", "checks", job, query: patience(revision, wait)), waiting: wait)
        }
    }
}
