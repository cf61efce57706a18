import ControlAPI
import NIOHTTP1

extension Route {
    /// Lenses that are taught from labels.
    static let teachings: [Route] = [
        Route(.POST, "/v1/teachings") { instrument, _, call throws(Problem) in
            let job = try await instrument.teach(call.decoded(TeachingRequest.self), by: call.peer)
            return try .accepted(job, at: "/v1/teachings/\(job.id)")
        },
        Route(.GET, "/v1/teachings") { instrument, _, _ throws(Problem) in try .json(await instrument.teachings()) },
        Route(.GET, "/v1/teachings/{teaching}") { instrument, parameters, _ throws(Problem) in
            let (revision, timeout) = try patience(parameters)
            return try .json(await instrument.teaching(parameters["teaching"], after: revision, timeout: timeout))
        },
        Route(.POST, "/v1/teachings/{teaching}/stop") { instrument, parameters, call throws(Problem) in
            try .json(await instrument.stopTeaching(parameters["teaching"], by: call.peer))
        },
        Route(.POST, "/v1/teachings/{teaching}/resume") { instrument, parameters, call throws(Problem) in
            try .json(await instrument.resumeTeaching(parameters["teaching"], by: call.peer))
        },
        Route(.DELETE, "/v1/teachings/{teaching}") { instrument, parameters, call throws(Problem) in
            try .json(await instrument.deleteTeaching(parameters["teaching"], by: call.peer))
        },
    ]
}
