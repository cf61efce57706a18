package import ControlAPI

extension ControlClient {
    /// Oldest first.
    package func plans() throws(ControlClientError) -> [CapturePlan] { try get(RequestPath("plans")) }

    package func plan(_ id: Int64) throws(ControlClientError) -> CapturePlan {
        try get(RequestPath("plans", String(id)))
    }

    package func createPlan(_ request: CapturePlanRequest) throws(ControlClientError) -> CapturePlan {
        try send("POST", RequestPath("plans"), checked: request)
    }

    package func change(plan id: Int64, _ action: PlanAction) throws(ControlClientError) -> CapturePlan {
        try send(
            "POST", RequestPath("plans", String(id), action.rawValue), bytes: [], contentType: "application/json")
    }

    /// The addresses that open the page in a browser.
    package func pageLinks() throws(ControlClientError) -> PageLinks { try get(RequestPath("page")) }
}
