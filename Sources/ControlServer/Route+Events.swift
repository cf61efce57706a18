import ControlAPI
import NIOHTTP1

extension Route {
    static let events: [Route] = [
        Route(.GET, "/v1/events") { instrument, parameters, call throws(Problem) in
            var reply = Reply(status: .ok, contentType: "text/event-stream", body: [])
            reply.headers = [("Cache-Control", "no-store")]
            reply.feed = EventFeed(
                instrument: instrument, lastID: call.headers.first(name: "last-event-id") ?? parameters.query["after"])
            return reply
        },
        Route(.GET, "/v1/log") { instrument, parameters, _ throws(Problem) in
            let limit = try parameters.number("limit", Int.self) ?? 100
            guard limit >= 0 else {
                throw Problem(.malformedRequest, "\(limit) lines cannot be shown", hint: "give a number of at least 0")
            }
            return try .json(await instrument.logLines(limit: limit))
        },
        Route(.GET, "/v1/session") { _, _, call throws(Problem) in try .json(call.session) },
    ]
}
