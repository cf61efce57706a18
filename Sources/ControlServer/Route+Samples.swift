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
        Route(.GET, "/v1/traps") { instrument, _, _ throws(Problem) in try .json(await instrument.traps()) },
        Route(.GET, "/v1/season") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.season(parameters.season()))
        },
        Route(.GET, "/v1/season/{format}") { instrument, parameters, _ throws(Problem) in
            guard let format = SeasonFormat(rawValue: parameters["format"]) else {
                let formats = SeasonFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw Problem(
                    .invalidExportFormat, "a season is not written as \"\(parameters["format"])\"",
                    hint: "formats are \(formats)")
            }
            let bytes = try await instrument.season(parameters.season(), as: format)
            return Reply(status: .ok, contentType: format.contentType, body: bytes)
        },
    ]
}

extension Route.Parameters {
    fileprivate func season() throws(Problem) -> SeasonRequest {
        SeasonRequest(
            station: query["station"], trapName: query["trap_name"], from: query["from"], to: query["to"],
            firstMonth: try number("first_month", Int.self) ?? 1)
    }
}
