import ControlAPI
import NIOHTTP1

extension Route {
    static let store: [Route] = [
        Route(.POST, "/v1/store/snapshots") { instrument, _, call throws(Problem) in
            try .json(await instrument.snapshot(by: call.peer))
        },
        Route(.POST, "/v1/store/snapshots/{snapshot}/slides/{slide}") { instrument, parameters, call throws(Problem) in
            guard let slide = Int64(parameters["slide"]) else {
                throw Problem(
                    .malformedRequest, "there is no slide number \"\(parameters["slide"])\"",
                    hint: "name a slide of the snapshot by its number")
            }
            return try .json(await instrument.snapshot(ofSlide: slide, in: parameters["snapshot"], by: call.peer))
        },
        Route(.GET, "/v1/store/snapshots/{snapshot}/hashes") { instrument, parameters, _ throws(Problem) in
            let from = try parameters.number("from", Int.self) ?? 0
            let count = try parameters.number("count", Int.self) ?? BlockHashes.limit
            guard from >= 0, (1...BlockHashes.limit).contains(count) else {
                throw Problem(
                    .malformedRequest, "hashes of \(count) pieces from \(from) cannot be asked for",
                    hint: "ask for 1 to \(BlockHashes.limit) from 0 on")
            }
            return try .json(
                await instrument.hashes(from: from, count: count, ofSnapshot: parameters["snapshot"]))
        },
        Route(.GET, "/v1/store/snapshots/{snapshot}/blocks/{block}") { instrument, parameters, _ throws(Problem) in
            guard let number = Int(parameters["block"]) else {
                throw Problem(
                    .malformedRequest, "there is no piece \"\(parameters["block"])\"",
                    hint: "pieces are numbered from 0")
            }
            let bytes = try await instrument.block(number, ofSnapshot: parameters["snapshot"])
            return Reply(status: .ok, contentType: "application/octet-stream", body: bytes)
        },
        Route(.DELETE, "/v1/store/snapshots/{snapshot}") { instrument, parameters, call throws(Problem) in
            try await instrument.endSnapshot(parameters["snapshot"], by: call.peer)
            return Reply(status: .noContent, contentType: "text/plain", body: [])
        },
        Route(.GET, "/v1/store/transfers/{transfer}") { instrument, parameters, _ throws(Problem) in
            let (revision, timeout) = try patience(parameters)
            return try .json(
                await instrument.slideTransfer(parameters["transfer"], after: revision, timeout: timeout))
        },
        Route(.POST, "/v1/store/checks") { instrument, _, call throws(Problem) in
            let job = try await instrument.checkStore(call.decoded(StoreCheckRequest.self), by: call.peer)
            return try .accepted(job, at: "/v1/store/checks/\(job.id)")
        },
        Route(.GET, "/v1/store/checks/{check}") { instrument, parameters, _ throws(Problem) in
            let (revision, timeout) = try patience(parameters)
            return try .json(await instrument.storeCheck(parameters["check"], after: revision, timeout: timeout))
        },
    ]
}
