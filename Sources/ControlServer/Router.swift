import ControlAPI
import NIOHTTP1

/// Finds the route of a request; every failure becomes problem details.
struct Router: Sendable {
    let instrument: any Instrument
    let routes: [Route]

    func reply(to call: Call) async -> Reply {
        do throws(Problem) {
            return try await find(call)
        } catch {
            return .problem(error)
        }
    }

    /// What the body of a request with this head may hold.
    func body(_ method: HTTPMethod, _ target: String) -> Route.Body {
        guard let path = try? path(split(target)[0]) else { return .object }
        return routes.first { $0.method == method && $0.match(path) != nil }?.body ?? .object
    }

    /// Path and query.
    private func split(_ target: String) -> [Substring] {
        target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    }

    private func path(_ text: Substring) throws(Problem) -> [String] {
        try text.split(separator: "/", omittingEmptySubsequences: false).map { part throws(Problem) in
            try decoded(part)
        }
    }

    private func find(_ call: Call) async throws(Problem) -> Reply {
        let parts = split(call.target)
        let path = try path(parts[0])
        var parameters = Route.Parameters()
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            parameters.query[try decoded(sides[0])] = sides.count > 1 ? try decoded(sides[1]) : ""
        }

        var allowed: [String] = []
        for route in routes {
            guard let match = route.match(path) else { continue }
            guard route.method == call.method else {
                allowed.append(route.method.rawValue)
                continue
            }
            parameters.path = match
            return try await route.answer(instrument, parameters, call)
        }
        guard !allowed.isEmpty else {
            throw Problem(.unknownRoute, "there is nothing at \(parts[0])", hint: "compare the path with /v1/status")
        }
        let methods = allowed.joined(separator: ", ")
        var reply = Reply.problem(
            Problem(.methodNotAllowed, "\(parts[0]) does not take \(call.method.rawValue)", hint: "use \(methods)"))
        reply.headers.append(("Allow", methods))
        return reply
    }

    private func decoded(_ part: Substring) throws(Problem) -> String {
        guard let text = percentDecoded(part) else {
            throw Problem(
                .malformedRequest, "\"\(part)\" in the request's path is not percent-encoded UTF-8",
                hint: "encode names as RFC 3986 says")
        }
        return text
    }
}
