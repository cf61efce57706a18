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

        /// A grain's number.
        func grain() throws(Problem) -> Int64 {
            guard let id = Int64(self["grain"]) else {
                throw Problem(
                    .grainNotFound, "there is no grain \"\(self["grain"])\"",
                    hint: "grains have numbers; list them with neurallens grains CAPTURE")
            }
            return id
        }

        /// A run's number in the query.
        func run(_ name: String) throws(Problem) -> Int64 {
            let text = try text(name)
            guard let id = Int64(text) else {
                throw Problem(
                    .runNotFound, "there is no run \"\(text)\"",
                    hint: "runs have numbers; list them with neurallens slide runs NAME")
            }
            return id
        }

        /// A text in the query that must be there.
        func text(_ name: String) throws(Problem) -> String {
            guard let text = query[name], !text.isEmpty else {
                throw Problem(.malformedRequest, "the query's \(name) is missing", hint: "add ?\(name)=...")
            }
            return text
        }

        /// True or false in the query; false where it was left out.
        func flag(_ name: String) throws(Problem) -> Bool {
            guard let text = query[name] else { return false }
            guard let value = Bool(text) else {
                throw Problem(
                    .malformedRequest, "the query's \(name) is \"\(text)\", which is neither true nor false",
                    hint: "leave it out or give true")
            }
            return value
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

    /// What a request's body may hold.
    enum Body: Sendable {
        /// A small JSON object.
        case object
        /// The weights of a network.
        case lensFile
    }

    typealias Answer = @Sendable (any Instrument, Parameters, Call) async throws(Problem) -> Reply

    let method: HTTPMethod
    /// As in `/v1/slides/{slide}/counts`.
    let pattern: String
    private let components: [Substring]
    let body: Body
    let answer: Answer

    init(_ method: HTTPMethod, _ pattern: String, body: Body = .object, _ answer: @escaping Answer) {
        self.method = method
        self.pattern = pattern
        self.body = body
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
