package import ControlAPI

extension ControlClient {
    package func focus(_ request: FocusRequest) throws(ControlClientError) -> FocusReport {
        // Some twenty moves and frames.
        try send("POST", RequestPath("focus"), checked: request, waiting: .seconds(300))
    }

    /// Oldest first.
    package func scans() throws(ControlClientError) -> [ScanReport] { try get(RequestPath("scans")) }

    package func scan(_ id: Int64) throws(ControlClientError) -> ScanReport {
        try get(RequestPath("scans", String(id)))
    }

    package func startScan(_ request: ScanRequest) throws(ControlClientError) -> ScanReport {
        try send("POST", RequestPath("scans"), checked: request)
    }

    package func resumeScan(_ id: Int64, _ request: ScanResumption) throws(ControlClientError) -> ScanReport {
        try send("POST", RequestPath("scans", String(id), "resume"), checked: request)
    }

    package func stopScan(_ id: Int64) throws(ControlClientError) -> ScanReport {
        try send("POST", RequestPath("scans", String(id), "stop"), bytes: [], contentType: "application/json")
    }

    package func cancelScan(_ id: Int64) throws(ControlClientError) -> ScanReport {
        try send("POST", RequestPath("scans", String(id), "cancel"), bytes: [], contentType: "application/json")
    }
}
