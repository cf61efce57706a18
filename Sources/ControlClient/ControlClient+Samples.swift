package import ControlAPI

extension ControlClient {
    package func sample(ofSlide name: String) throws(ControlClientError) -> SampleReport {
        try get(RequestPath("slides", checked(name), "sample"))
    }

    package func changeSample(
        ofSlide name: String, _ change: SampleChange
    ) throws(ControlClientError) -> SampleReport {
        try send("PATCH", RequestPath("slides", checked(name), "sample"), checked: change)
    }

    package func clearSample(ofSlide name: String) throws(ControlClientError) -> SlideSummary {
        try send("DELETE", RequestPath("slides", checked(name), "sample"), bytes: [], contentType: "application/json")
    }

    package func samplePlan(ofSlide name: String) throws(ControlClientError) -> SamplePlanReport {
        try get(RequestPath("slides", checked(name), "sample", "plan"))
    }

    /// In the order of the way.
    package func plannedFields(ofSlide name: String) throws(ControlClientError) -> [SamplePlanReport.Field] {
        try get(RequestPath("slides", checked(name), "sample", "fields"))
    }

    package func sampleValues(ofSlide name: String) throws(ControlClientError) -> SampleValues {
        try get(RequestPath("slides", checked(name), "sample", "values"), waiting: Self.drawing)
    }

    package func traps() throws(ControlClientError) -> [TrapSummary] { try get(RequestPath("traps")) }

    package func season(_ request: SeasonRequest) throws(ControlClientError) -> SeasonReport {
        try get(RequestPath("season", query: Self.query(request)), waiting: Self.drawing)
    }

    package func season(_ request: SeasonRequest, as format: SeasonFormat) throws(ControlClientError) -> [UInt8] {
        try bytes(RequestPath("season", format.rawValue, query: Self.query(request)), waiting: Self.drawing)
    }

    private static func query(_ request: SeasonRequest) -> KeyValuePairs<String, String?> {
        [
            "station": request.station, "trap_name": request.trapName, "from": request.from, "to": request.to,
            "first_month": request.firstMonth == 1 ? nil : "\(request.firstMonth)",
        ]
    }
}
