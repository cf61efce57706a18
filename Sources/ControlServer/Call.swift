import ControlAPI
import FoundationEssentials
import NIOHTTP1

/// A complete request.
struct Call: Sendable {
    let method: HTTPMethod
    /// Percent-encoded, with its query.
    let target: String
    let headers: HTTPHeaders
    let body: [UInt8]
    let peer: Peer
    /// What the client may do.
    let session: SessionReport
    /// Nil where the page is not to be served over TCP; the reason where it cannot be.
    let pageLinks: Result<PageLinks, PageError>?

    func decoded<Value: Decodable>(_ type: Value.Type) throws(Problem) -> Value { try parsed() }

    /// Refuses what is wrong whatever it is asked of.
    func decoded<Value: CheckedRequest>(_ type: Value.Type) throws(Problem) -> Value {
        let value: Value = try parsed()
        if let fault = value.fault { throw fault }
        return value
    }

    private func parsed<Value: Decodable>() throws(Problem) -> Value {
        do {
            return try WireFormat.decode(Value.self, from: Data(body))
        } catch {
            throw Problem(
                .malformedRequest, "the request's body cannot be used: \(Self.explanation(of: error))",
                hint: "send one JSON object with the documented members")
        }
    }

    private static func explanation(of error: any Error) -> String {
        func member(_ path: [any CodingKey]) -> String {
            path.isEmpty ? "the whole" : "member \"\(path.map { snakeCase($0.stringValue) }.joined(separator: "."))\""
        }
        switch error as? DecodingError {
        case .keyNotFound(let key, let context): return "\(member(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context): return "\(member(context.codingPath)) has the wrong type"
        case .valueNotFound(_, let context): return "\(member(context.codingPath)) is null"
        // Foundation says the same of a fraction for a whole number and of bytes that are no JSON at all.
        default: return "it is not JSON, or a number in it does not fit its member"
        }
    }

    private static func snakeCase(_ key: String) -> String {
        key.reduce(into: "") { $0 += $1.isUppercase ? "_" + $1.lowercased() : String($1) }
    }
}
