import ControlAPI
import NIOHTTP1

/// One method on one pattern of paths, and what answers it.
struct Route: Sendable {
    /// What a request's path and query gave the route.
    struct Parameters: Sendable {
        /// By name, decoded; never empty strings.
        var path: [String: String] = [:]
        var query: [String: String] = [:]

        subscript(_ name: String) -> String { path[name] ?? "" }

        /// A capture's number.
        func capture() throws(Problem) -> Int64 {
            guard let id = Int64(self["capture"]) else {
                throw Problem(
                    .captureNotFound, "there is no capture \"\(self["capture"])\"",
                    hint: "captures have numbers; list them with neurallens captures --slide NAME")
            }
            return id
        }

        /// A number in the query, or nil where it was left out.
        func number<Value: LosslessStringConvertible>(_ name: String, _ type: Value.Type) throws(Problem) -> Value? {
            guard let text = query[name] else { return nil }
            guard let value = Value(text) else {
                throw Problem(
                    .malformedRequest, "the query's \(name) is \"\(text)\", which is not a number of its kind",
                    hint: "leave it out or give a number")
            }
            return value
        }
    }

    typealias Answer = @Sendable (any Instrument, Parameters, Call) async throws(Problem) -> Reply

    let method: HTTPMethod
    /// As in `/v1/slides/{slide}/counts`.
    let pattern: String
    private let components: [Substring]
    let answer: Answer

    init(_ method: HTTPMethod, _ pattern: String, _ answer: @escaping Answer) {
        self.method = method
        self.pattern = pattern
        components = pattern.split(separator: "/", omittingEmptySubsequences: false)
        self.answer = answer
    }

    /// The path's parameters, or nil where the pattern is another. `path` is decoded, split at its slashes.
    func match(_ path: [String]) -> [String: String]? {
        guard path.count == components.count else { return nil }
        var parameters: [String: String] = [:]
        for (component, part) in zip(components, path) {
            if component.hasPrefix("{") {
                guard !part.isEmpty else { return nil }
                parameters[String(component.dropFirst().dropLast())] = part
            } else if component != part {
                return nil
            }
        }
        return parameters
    }
}
