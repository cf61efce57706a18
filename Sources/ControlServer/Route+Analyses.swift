import ControlAPI
import NIOHTTP1

extension Route {
    /// Reanalyses and their runs.
    static let analyses: [Route] = [
        Route(.POST, "/v1/reanalyses") { instrument, _, call throws(Problem) in
            let job = try await instrument.reanalyse(call.decoded(ReanalysisRequest.self), by: call.peer)
            return try .accepted(job, at: "/v1/reanalyses/\(job.id)")
        },
        Route(.GET, "/v1/reanalyses/{job}") { instrument, parameters, _ throws(Problem) in
            let (revision, timeout) = try patience(parameters)
            return try .json(await instrument.reanalysis(parameters["job"], after: revision, timeout: timeout))
        },
        Route(.POST, "/v1/reanalyses/{job}/stop") { instrument, parameters, call throws(Problem) in
            try .json(await instrument.stopReanalysis(parameters["job"], by: call.peer))
        },
        Route(.GET, "/v1/slides/{slide}/runs") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.runs(ofSlide: parameters["slide"]))
        },
        Route(.GET, "/v1/slides/{slide}/difference") { instrument, parameters, _ throws(Problem) in
            let (run, other) = (try parameters.run("run"), try parameters.run("to"))
            return try .json(await instrument.difference(ofSlide: parameters["slide"], run: run, to: other))
        },
    ]
}
