import ControlAPI
import Digest
import Glibc
import NIOHTTP1

/// Decides what a request over TCP may do, before anything else looks at it.
///
/// The token in the opening address is exchanged for a cookie, as Jupyter does, so that it does not stay in the address
/// line. Host is checked against DNS rebinding, Origin and Sec-Fetch-Site against other sites' pages.
struct PageGate: Sendable {
    enum Admission: Sendable {
        case admitted(SessionReport, Peer)
        /// Refused, or sent on.
        case answered(Reply)
    }

    private let address: PageAddress
    private let tokens: PageTokens
    private let cookieName: String

    init(_ listener: PageListener) {
        address = listener.address
        tokens = listener.tokens
        // Cookies do not tell ports of one host apart.
        cookieName = "neurallens-\(listener.address.port)"
    }

    func admit(_ head: HTTPRequestHead) -> Admission {
        do throws(Problem) {
            try checkOrigin(head)
            if let reply = try exchange(head) { return .answered(reply) }
            let mayChange = try session(head)
            let isChange = head.method != .GET
            if isChange, !mayChange {
                throw Problem(
                    .readOnly, "this page was opened for looking only",
                    hint: "open it with the other address that neurallens page prints")
            }
            if isChange, !isJSON(head) {
                throw Problem(
                    .unsupportedMediaType, "a change must be sent as application/json",
                    hint: "set Content-Type: application/json")
            }
            let token = mayChange ? "change token" : "read-only token"
            return .admitted(
                SessionReport(mayChange: mayChange, user: token),
                Peer(uid: getuid(), gid: getgid(), pid: 0, token: token))
        } catch {
            if error.isKind(.notSignedIn), head.method == .GET, path(head) == "/" {
                return .answered(.signIn(error))
            }
            return .answered(.problem(error))
        }
    }

    private func path(_ head: HTTPRequestHead) -> Substring {
        head.uri.prefix { $0 != "?" }
    }

    private func checkOrigin(_ head: HTTPRequestHead) throws(Problem) {
        let hosts = head.headers["host"]
        guard hosts.count == 1, address.isNamed(by: hosts[0]) else {
            throw Problem(
                .hostRefused, "the page is not served under the name that was asked for",
                hint: "open it as \(address.origin)")
        }
        for origin in head.headers["origin"] {
            guard origin.hasPrefix("http://"), address.isNamed(by: String(origin.dropFirst("http://".count))),
                origin.dropFirst("http://".count).lowercased() == hosts[0].lowercased()
            else { throw crossSite }
        }
        if head.method != .GET {
            for site in head.headers["sec-fetch-site"] where site != "same-origin" && site != "none" { throw crossSite }
        }
    }

    private var crossSite: Problem {
        Problem(.originRefused, "the request comes from another site's page", hint: "use the page at \(address.origin)")
    }

    /// The answer to an opening address: the cookie, and the page without the token.
    private func exchange(_ head: HTTPRequestHead) throws(Problem) -> Reply? {
        guard head.method == .GET, path(head) == "/" else { return nil }
        let query = head.uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        guard
            let given = query.split(separator: "&").first(where: { $0.hasPrefix("token=") })?.dropFirst("token=".count)
        else { return nil }
        for token in [tokens.change, tokens.read] where Self.isEqual(String(given), token) {
            var reply = Reply(status: .seeOther, contentType: "text/plain; charset=utf-8", body: [])
            reply.headers = [
                ("Location", "/"), ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"),
                ("Set-Cookie", "\(cookieName)=\(Self.cookie(of: token)); Path=/; HttpOnly; SameSite=Strict"),
            ]
            return reply
        }
        throw Problem(.notSignedIn, "the token in the address is not this daemon's", hint: Self.howToOpen)
    }

    private static let howToOpen = "open the page with the address that neurallens page prints"

    /// Whether the session may change; throws where there is none.
    private func session(_ head: HTTPRequestHead) throws(Problem) -> Bool {
        for field in head.headers["cookie"] {
            for pair in field.split(separator: ";") {
                let sides = pair.split(separator: "=", maxSplits: 1)
                guard sides.count == 2, sides[0].filter({ $0 != " " }) == cookieName else { continue }
                let value = String(sides[1])
                if Self.isEqual(value, Self.cookie(of: tokens.change)) { return true }
                if Self.isEqual(value, Self.cookie(of: tokens.read)) { return false }
            }
        }
        throw Problem(.notSignedIn, "this browser has not opened the page with a token", hint: Self.howToOpen)
    }

    /// The cookie stands for the token and does not tell it.
    private static func cookie(of token: String) -> String { sha256Hex(Array("neurallens cookie \(token)".utf8)) }

    /// Takes the same time wherever the texts differ.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
        let (one, other) = (Array(one.utf8), Array(other.utf8))
        guard one.count == other.count else { return false }
        return zip(one, other).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private func isJSON(_ head: HTTPRequestHead) -> Bool {
        let types = head.headers["content-type"]
        let type = types.first?.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return types.count == 1 && type == "application/json"
    }
}
