import ControlAPI
import NIOHTTP1

extension Route {
    static let reviews: [Route] = [
        Route(.GET, "/v1/grains/{grain}") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.grain(parameters.grain()))
        },
        Route(.GET, "/v1/grains/{grain}/crop") { instrument, parameters, _ throws(Problem) in
            .png(try await instrument.crop(ofGrain: parameters.grain()))
        },
        Route(.GET, "/v1/grains/{grain}/vignette") { instrument, parameters, _ throws(Problem) in
            .png(try await instrument.vignette(ofGrain: parameters.grain()))
        },
        Route(.GET, "/v1/slides/{slide}/review") { instrument, parameters, _ throws(Problem) in
            let limit = try parameters.number("limit", Int.self) ?? 10
            guard ReviewList.limits.contains(limit) else {
                throw Problem(
                    .invalidReview, "\(limit) grains cannot be looked at in one go",
                    hint: "give a limit from \(ReviewList.limits.lowerBound) to \(ReviewList.limits.upperBound)")
            }
            return try .json(
                await instrument.nextForReview(
                    ofSlide: parameters["slide"], species: parameters.query["species"], limit: limit))
        },
        Route(.GET, "/v1/slides/{slide}/groups") { instrument, parameters, _ throws(Problem) in
            let threshold = try parameters.number("threshold", Double.self)
            guard threshold.map({ GrainGroups.thresholds.contains($0) }) ?? true else {
                throw Problem(
                    .invalidReview, "a threshold of \(threshold ?? 0) groups nothing",
                    hint: "give one from \(GrainGroups.thresholds.lowerBound) to \(GrainGroups.thresholds.upperBound); "
                        + "higher ones make fewer groups")
            }
            let (_, timeout) = try patience(parameters)
            return try .json(
                await instrument.grainGroups(ofSlide: parameters["slide"], threshold: threshold, timeout: timeout))
        },
        Route(.GET, "/v1/slides/{slide}/reviews") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.reviews(ofSlide: parameters["slide"]))
        },
        Route(.GET, "/v1/slides/{slide}/labels") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.labels(ofSlide: parameters["slide"]))
        },
        Route(.PUT, "/v1/captures/{capture}/finish") { instrument, parameters, call throws(Problem) in
            let request = try call.decoded(FinishRequest.self)
            return try .json(await instrument.finish(capture: parameters.capture(), request, by: call.peer))
        },
        Route(.DELETE, "/v1/captures/{capture}/finish") { instrument, parameters, call throws(Problem) in
            let request = call.body.isEmpty ? FinishRequest() : try call.decoded(FinishRequest.self)
            return try .json(await instrument.reopen(capture: parameters.capture(), request, by: call.peer))
        },
        Route(.GET, "/v1/species") { instrument, _, _ throws(Problem) in try .json(await instrument.knownSpecies) },
        Route(.POST, "/v1/species") { instrument, _, call throws(Problem) in
            let species = try await instrument.addSpecies(call.decoded(SpeciesRequest.self), by: call.peer)
            return try .json(species, status: .created)
        },
        Route(.POST, "/v1/reviews") { instrument, _, call throws(Problem) in
            let result = try await instrument.review(call.decoded(ReviewRequest.self), by: call.peer)
            return try .json(result, status: .created)
        },
    ]
}
