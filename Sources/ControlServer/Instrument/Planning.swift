package import ControlAPI

/// Captures at equal intervals.
package protocol Planning: Sendable {
    /// Oldest first.
    func plans() async throws(Problem) -> [CapturePlan]
    func plan(_ id: Int64) async throws(Problem) -> CapturePlan
    func createPlan(_ request: CapturePlanRequest, by peer: Peer) async throws(Problem) -> CapturePlan
    func change(plan id: Int64, _ action: PlanAction, by peer: Peer) async throws(Problem) -> CapturePlan
}
