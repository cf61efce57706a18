import CPage
import ControlAPI
import Digest
import NIOHTTP1

/// The page's files, which the program holds itself.
struct Page: Sendable {
    struct File: Sendable {
        let contentType: String
        let bytes: [UInt8]
        /// In quotes, of the content.
        let etag: String
    }

    static let shared = Page()

    private let files: [String: File]

    private init() {
        var files: [String: File] = [:]
        var count = 0
        let table = UnsafeBufferPointer(start: cpage_files(&count), count: count)
        for entry in table {
            let bytes = Array(UnsafeBufferPointer(start: entry.bytes, count: entry.count))
            files[String(cString: entry.name)] = File(
                contentType: String(cString: entry.content_type), bytes: bytes, etag: "\"\(sha256Hex(bytes))\"")
        }
        self.files = files
    }

    /// Scripts, styles and pictures come from the page itself and from nowhere else; nothing may frame it.
    static let policy: [(name: String, value: String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
                + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"), ("Cache-Control", "no-cache"),
    ]

    func reply(_ name: String, to call: Call) throws(Problem) -> Reply {
        guard let file = files[name] else {
            throw Problem(.unknownRoute, "the page has no file \"\(name)\"", hint: "open the page at /")
        }
        let isKnown = call.headers["if-none-match"].contains { $0 == "*" || $0.contains(file.etag) }
        var reply = Reply(
            status: isKnown ? .notModified : .ok, contentType: file.contentType, body: isKnown ? [] : file.bytes)
        reply.headers = Self.policy + [("ETag", file.etag)]
        return reply
    }
}

extension Reply {
    /// What a browser without a session sees at `/`.
    static func signIn(_ problem: Problem) -> Reply {
        let text = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>NeuralLens</title>
            <h1>NeuralLens</h1><p>\(problem.detail.prefix(1).uppercased() + problem.detail.dropFirst()).</p>
            <p>To open the page, run <code>neurallens page</code> on this machine and follow the address that it prints.</p></html>
            """
        var reply = Reply(status: .unauthorized, contentType: "text/html; charset=utf-8", body: Array(text.utf8))
        reply.headers = Page.policy
        return reply
    }
}
