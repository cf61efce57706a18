/// What can be done with a plan: `POST /v1/plans/ID/ACTION`.
package enum PlanAction: String, Sendable, CaseIterable {
    case pause, resume, cancel
}
