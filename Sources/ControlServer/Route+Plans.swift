import ControlAPI
import NIOHTTP1

extension Route {
    static let plans: [Route] =
        [
            Route(.GET, "/v1/plans") { instrument, _, _ throws(Problem) in try .json(await instrument.plans()) },
            Route(.POST, "/v1/plans") { instrument, _, call throws(Problem) in
                let plan = try await instrument.createPlan(call.decoded(CapturePlanRequest.self), by: call.peer)
                return try .json(plan, status: .created)
            },
            Route(.GET, "/v1/plans/{plan}") { instrument, parameters, _ throws(Problem) in
                try .json(await instrument.plan(parameters.plan()))
            },
        ]
        + PlanAction.allCases.map { action in
            Route(.POST, "/v1/plans/{plan}/\(action.rawValue)") { instrument, parameters, call throws(Problem) in
                try .json(await instrument.change(plan: parameters.plan(), action, by: call.peer))
            }
        }
}

extension Route.Parameters {
    /// A plan's number.
    func plan() throws(Problem) -> Int64 {
        guard let id = Int64(self["plan"]) else {
            throw Problem(
                .planNotFound, "there is no plan \"\(self["plan"])\"",
                hint: "plans have numbers; list them with neurallens plan list")
        }
        return id
    }
}
