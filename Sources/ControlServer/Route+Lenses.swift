import ControlAPI
import NIOHTTP1

extension Route {
    /// Lenses: brought, listed, put in force, taken away.
    static let lenses: [Route] = [
        Route(.GET, "/v1/lenses") { instrument, _, _ throws(Problem) in
            try .json(await instrument.lensDescriptions())
        },
        Route(.POST, "/v1/lenses") { instrument, _, call throws(Problem) in
            try .json(await instrument.offerLens(manifest: call.body, by: call.peer))
        },
        Route(.GET, "/v1/lenses/activations") { instrument, _, _ throws(Problem) in
            try .json(await instrument.lensActivations())
        },
        Route(.GET, "/v1/lenses/{digest}") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.lensDetails(parameters["digest"]))
        },
        Route(.DELETE, "/v1/lenses/{digest}") { instrument, parameters, call throws(Problem) in
            try .json(await instrument.deleteLens(parameters["digest"], by: call.peer))
        },
        Route(.POST, "/v1/lenses/{lens}/activate") { instrument, parameters, call throws(Problem) in
            let request = call.body.isEmpty ? LensActivationRequest() : try call.decoded(LensActivationRequest.self)
            return try .json(await instrument.activateLens(parameters["lens"], request, by: call.peer))
        },
        Route(.PUT, "/v1/lenses/{digest}/card", body: .lensFile) { instrument, parameters, call throws(Problem) in
            try .json(await instrument.storeLensCard(digest: parameters["digest"], text: call.body, by: call.peer))
        },
        Route(.PUT, "/v1/lenses/{digest}/files/{name}", body: .lensFile) {
            instrument, parameters, call throws(Problem) in
            let total = try parameters.number("total", Int64.self)
            let piece = try total.map { total throws(Problem) in
                LensFilePiece(offset: try parameters.number("offset", Int64.self) ?? 0, total: total)
            }
            let offer = try await instrument.storeLensFile(
                digest: parameters["digest"], name: parameters["name"], bytes: call.body, piece: piece, by: call.peer)
            return try .json(offer)
        },
        Route(.GET, "/v1/lenses/{digest}/files/{name}") { instrument, parameters, _ throws(Problem) in
            let offset = try parameters.number("offset", Int64.self) ?? 0
            return Reply(
                status: .ok, contentType: "application/octet-stream",
                body: try await instrument.lensFile(
                    digest: parameters["digest"], name: parameters["name"], offset: offset))
        },
    ]
}
