import ControlAPI
import NIOHTTP1

extension Route {
    static let stage: [Route] = [
        Route(.POST, "/v1/focus") { instrument, _, call throws(Problem) in
            try .json(await instrument.focus(call.decoded(FocusRequest.self), by: call.peer))
        },
        Route(.GET, "/v1/scans") { instrument, _, _ throws(Problem) in try .json(await instrument.scans()) },
        Route(.POST, "/v1/scans") { instrument, _, call throws(Problem) in
            let scan = try await instrument.startScan(call.decoded(ScanRequest.self), by: call.peer)
            return try .json(scan, status: .created)
        },
        Route(.GET, "/v1/scans/{scan}") { instrument, parameters, _ throws(Problem) in
            try .json(await instrument.scan(parameters.scan()))
        },
        Route(.POST, "/v1/scans/{scan}/resume") { instrument, parameters, call throws(Problem) in
            let resumption = try call.decoded(ScanResumption.self)
            return try .json(await instrument.resumeScan(parameters.scan(), resumption, by: call.peer))
        },
        Route(.POST, "/v1/scans/{scan}/stop") { instrument, parameters, call throws(Problem) in
            try .json(await instrument.stopScan(parameters.scan(), by: call.peer))
        },
        Route(.POST, "/v1/scans/{scan}/cancel") { instrument, parameters, call throws(Problem) in
            try .json(await instrument.cancelScan(parameters.scan(), by: call.peer))
        },
    ]
}

extension Route.Parameters {
    /// A scan's number.
    fileprivate func scan() throws(Problem) -> Int64 {
        guard let id = Int64(self["scan"]) else {
            throw Problem(
                .scanNotFound, "there is no scan \"\(self["scan"])\"",
                hint: "scans have numbers; list them with neurallens scan list")
        }
        return id
    }
}
