import ControlAPI
import NIOHTTP1

extension Route {
    static let captures: [Route] =
        [
            Route(.POST, "/v1/captures") { instrument, _, call throws(Problem) in
                let job = try await instrument.startCaptures(call.decoded(CaptureRequest.self), by: call.peer)
                return try .accepted(job, at: "/v1/jobs/\(job.id)")
            },
            Route(.GET, "/v1/jobs") { instrument, _, _ throws(Problem) in try .json(await instrument.openJobs()) },
            Route(.POST, "/v1/jobs/{job}/stop") { instrument, parameters, call throws(Problem) in
                try .json(await instrument.stopJob(parameters["job"], by: call.peer))
            },
            Route(.GET, "/v1/jobs/{job}") { instrument, parameters, _ throws(Problem) in
                let (revision, timeout) = try patience(parameters)
                return try .json(await instrument.job(parameters["job"], after: revision, timeout: timeout))
            },
            Route(.GET, "/v1/captures/{capture}/grains") { instrument, parameters, _ throws(Problem) in
                let all = try parameters.flag("all")
                return try .json(await instrument.grains(ofCapture: parameters.capture(), includingRejected: all))
            },
            Route(.PUT, "/v1/captures/{capture}/exclusion") { instrument, parameters, call throws(Problem) in
                let request = try call.decoded(ExclusionRequest.self)
                return try .json(await instrument.exclude(capture: parameters.capture(), request, by: call.peer))
            },
            Route(.DELETE, "/v1/captures/{capture}/exclusion") { instrument, parameters, call throws(Problem) in
                try .json(await instrument.include(capture: parameters.capture(), by: call.peer))
            },
            Route(.GET, "/v1/captures/{capture}/images/{kind}") { instrument, parameters, _ throws(Problem) in
                guard let kind = ImageKind(rawValue: parameters["kind"]) else {
                    throw Problem(
                        .invalidImageKind, "there is no kind of picture \"\(parameters["kind"])\"",
                        hint:
                            "kinds are input, raw, sharpest, heights, map, magnified, sureness, labelled and only-KEY, as in "
                            + "only-iva")
                }
                return .png(try await instrument.image(ofCapture: parameters.capture(), kind: kind))
            },
        ]
        + CaptureFormat.allCases.map { format in
            Route(.GET, "/v1/captures/{capture}/\(format.rawValue)") { instrument, parameters, _ throws(Problem) in
                let bytes = try await instrument.export(capture: parameters.capture(), as: format)
                return Reply(status: .ok, contentType: format.contentType, body: bytes)
            }
        }
}
