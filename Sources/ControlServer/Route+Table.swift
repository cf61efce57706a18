import ControlAPI
import NIOHTTP1

extension Route {
    /// The longest that a request for a job waits for news of it.
    static let longestWait = Duration.seconds(30)

    /// Everything that the daemon answers.
    static let table: [Route] = [
        Route(.GET, "/v1/status") { instrument, _, _ throws(Problem) in
            try .json(await instrument.status())
        },

        Route(.GET, "/v1/slides") { instrument, _, _ throws(Problem) in
            try .json(await instrument.slides())
        },
        Route(.POST, "/v1/slides") { instrument, _, call throws(Problem) in
            let slide = try await instrument.createSlide(call.decoded(SlideCreation.self), by: call.peer)
            return try .json(slide, status: .created)
        },
        Route(.GET, "/v1/slides/{slide}") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.slide(parameters["slide"]))
        },
        Route(.GET, "/v1/slides/{slide}/captures") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.captures(ofSlide: parameters["slide"]))
        },
        Route(.GET, "/v1/slides/{slide}/counts") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.counts(ofSlide: parameters["slide"]))
        },

        Route(.POST, "/v1/captures") { instrument, _, call throws(Problem) in
            let job = try await instrument.startCaptures(call.decoded(CaptureRequest.self), by: call.peer)
            var reply = try Reply.json(job, status: .accepted)
            reply.headers.append(("Location", "/v1/jobs/\(job.id)"))
            return reply
        },
        Route(.GET, "/v1/jobs/{job}") { instrument, parameters, _ throws(Problem) in
            let seconds = try parameters.number("timeout", Double.self) ?? 0
            let wait = seconds > 0 ? min(.seconds(min(seconds, 3600)), longestWait) : .zero
            let revision = try parameters.number("after", Int.self)
            return try .json(await instrument.job(parameters["job"], after: revision, timeout: wait))
        },
        Route(.GET, "/v1/captures/{capture}/grains") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.grains(ofCapture: parameters.capture()))
        },
        Route(.GET, "/v1/captures/{capture}/images/{kind}") { instrument, parameters, _ throws(Problem) in
            guard let kind = ImageKind(rawValue: parameters["kind"]) else {
                throw Problem(
                    .invalidImageKind, "there is no kind of picture \"\(parameters["kind"])\"",
                    hint: "kinds are input, map, magnified, labelled and only-KEY, as in only-iva")
            }
            return .png(try await instrument.image(ofCapture: parameters.capture(), kind: kind))
        },

        Route(.GET, "/v1/camera") { instrument, _, _ throws(Problem) in
            try .json(await instrument.cameraReport())
        },
        Route(.GET, "/v1/camera/modes") { instrument, _, _ throws(Problem) in
            try .json(await instrument.cameraModes())
        },
        Route(.GET, "/v1/camera/controls") { instrument, _, _ throws(Problem) in
            try .json(await instrument.cameraControls())
        },
        Route(.PUT, "/v1/camera/controls/{control}") { instrument, parameters, call throws(Problem) in
            let change = try call.decoded(CameraControlChange.self)
            return try .json(await instrument.setControl(parameters["control"], to: change.value, by: call.peer))
        },
    ]
}
