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

    /// Daily values of one trap; what is nil is not narrowed down.
    package func season(
        station: String?, trapName: String?, from first: String?, to last: String?
    ) throws(ControlClientError) -> SeasonReport {
        let query: KeyValuePairs = ["station": station, "trap_name": trapName, "from": first, "to": last]
        return try get(RequestPath("season", query: query), waiting: Self.drawing)
    }
}
