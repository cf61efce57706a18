import ControlAPI
import NIOHTTP1

extension Route {
    /// Samples of traps: stated, planned, valued.
    static let samples: [Route] = [
        Route(.GET, "/v1/slides/{slide}/sample") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.sample(ofSlide: parameters["slide"]))
        },
        Route(.PATCH, "/v1/slides/{slide}/sample") { instrument, parameters, call throws(Problem) in
            let change = try call.decoded(SampleChange.self)
            return try .json(await instrument.changeSample(ofSlide: parameters["slide"], change, by: call.peer))
        },
        Route(.DELETE, "/v1/slides/{slide}/sample") { instrument, parameters, call throws(Problem) in
            try .json(await instrument.clearSample(ofSlide: parameters["slide"], by: call.peer))
        },
        Route(.GET, "/v1/slides/{slide}/sample/plan") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.samplePlan(ofSlide: parameters["slide"]))
        },
        Route(.GET, "/v1/slides/{slide}/sample/fields") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.plannedFields(ofSlide: parameters["slide"]))
        },
        Route(.GET, "/v1/slides/{slide}/sample/values") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.sampleValues(ofSlide: parameters["slide"]))
        },
        Route(.GET, "/v1/season") { instrument, parameters, _ throws(Problem) in
            let query = parameters.query
            return try .json(
                await instrument.season(
                    station: query["station"], trapName: query["trap_name"], from: query["from"], to: query["to"]))
        },
    ]
}
