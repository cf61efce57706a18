import ControlAPI
import ControlClient
import ControlServer
import Foundation
import Glibc
import Testing
import UnixSocket

/// The page over TCP, and the attempts that must fail.
@Suite struct PageTests {
    private static let change = #"{"name":"A"}"#

    @Test func theTokenIsExchangedForACookie() async throws {
        try await withPage { page throws in
            let token = page.links.change.split(separator: "=").last!
            let answer = try await page.ask("GET", "/?token=\(token)")
            #expect(answer.hasPrefix("HTTP/1.1 303 ") && answer.contains("\r\nLocation: /\r\n"))
            #expect(answer.contains("; Path=/; HttpOnly; SameSite=Strict\r\n"))
            #expect(!answer.dropFirst(20).contains(token))
            let cookie = try await page.cookie(of: page.links.change)
            #expect(cookie.hasPrefix("neurallens-\(page.port)=") && !cookie.contains(token))
            let session = try await page.ask("GET", "/v1/session", cookie: cookie)
            #expect(session.hasSuffix(#"{"may_change":true,"user":"change token"}"#))
            let reader = try await page.cookie(of: page.links.read)
            #expect(try await page.ask("GET", "/v1/session", cookie: reader).contains(#""may_change":false"#))
        }
    }

    @Test func theOtherHostIsRefused() async throws {
        try await withPage { page throws in
            let cookie = try await page.cookie(of: page.links.change)
            let others = [
                "attacker.example:\(page.port)", "attacker.example", "127.0.0.1", "127.0.0.1:1",
                "10.0.0.1:\(page.port)",
                "127.0.0.1:\(page.port).attacker.example", "",
            ]
            for host in others {
                let answer = try await page.ask("GET", "/v1/status", cookie: cookie, host: host)
                #expect(answer.hasPrefix("HTTP/1.1 403 ") && answer.contains("host-refused"), "\(host)")
            }
            for host in ["localhost:\(page.port)", "[::1]:\(page.port)", "LOCALHOST:\(page.port)"] {
                #expect(try await page.ask("GET", "/v1/status", cookie: cookie, host: host).hasPrefix("HTTP/1.1 200 "))
            }
        }
    }

    @Test func otherOriginsAreRefused() async throws {
        try await withPage { page throws in
            let cookie = try await page.cookie(of: page.links.change)
            let origins = [
                "http://attacker.example", "http://127.0.0.1:1", "https://127.0.0.1:\(page.port)", "null",
                "http://localhost:\(page.port)",
            ]
            for origin in origins {
                for method in ["GET", "POST"] {
                    let answer = try await page.ask(
                        method, "/v1/slides", cookie: cookie, headers: ["Origin: \(origin)"],
                        body: method == "POST" ? Self.change : nil)
                    #expect(answer.hasPrefix("HTTP/1.1 403 ") && answer.contains("origin-refused"), "\(origin)")
                }
            }
            for site in ["cross-site", "same-site"] {
                let answer = try await page.ask(
                    "POST", "/v1/slides", cookie: cookie, headers: ["Sec-Fetch-Site: \(site)"], body: Self.change)
                #expect(answer.hasPrefix("HTTP/1.1 403 ") && answer.contains("origin-refused"))
            }
            #expect(await page.served.instrument.creations.isEmpty)
            let own = try await page.ask(
                "POST", "/v1/slides", cookie: cookie,
                headers: ["Origin: http://127.0.0.1:\(page.port)", "Sec-Fetch-Site: same-origin"], body: Self.change)
            #expect(own.hasPrefix("HTTP/1.1 201 "))
            #expect(await page.served.instrument.peers.map(\.token) == ["change token"])
        }
    }

    @Test func withoutATokenNothingIsShown() async throws {
        try await withPage { page throws in
            let wrong = "neurallens-\(page.port)=\(String(repeating: "0", count: 64))"
            for cookie in [nil, wrong, "neurallens-\(page.port)=", "neurallens-1=x"] {
                for target in [
                    "/v1/status", "/v1/events", "/v1/live/frame", "/page/style.css", "/v1/page", "/v1/nothing",
                ] {
                    let answer = try await page.ask("GET", target, cookie: cookie)
                    #expect(answer.hasPrefix("HTTP/1.1 401 ") && answer.contains("not-signed-in"), "\(target)")
                }
                let start = try await page.ask("GET", "/", cookie: cookie)
                #expect(start.hasPrefix("HTTP/1.1 401 ") && start.contains("neurallens page"))
                let change = try await page.ask("POST", "/v1/slides", cookie: cookie, body: Self.change)
                #expect(change.hasPrefix("HTTP/1.1 401 "))
            }
            for token in ["", "x", String(repeating: "0", count: 64)] {
                let answer = try await page.ask("GET", "/?token=\(token)")
                #expect(answer.hasPrefix("HTTP/1.1 401 ") && !answer.contains("Set-Cookie"))
            }
            #expect(await page.served.instrument.creations.isEmpty)
        }
    }

    @Test func aReaderChangesNothing() async throws {
        try await withPage { page throws in
            let cookie = try await page.cookie(of: page.links.read)
            let attempts = [
                ("POST", "/v1/slides", Self.change), ("POST", "/v1/captures", #"{"slide":"A"}"#),
                ("PUT", "/v1/camera/controls/gain", #"{"value":1}"#), ("PUT", "/v1/live/options", #"{"lens":"off"}"#),
                ("POST", "/v1/plans", #"{"slide":"A","interval_seconds":1}"#), ("POST", "/v1/plans/3/cancel", "{}"),
                ("PATCH", "/v1/slides/A", #"{"note":"x"}"#),
                ("POST", "/v1/reviews", #"{"action":"accept","grains":[1]}"#),
                ("DELETE", "/v1/slides/A", "{}"),
            ]
            for (method, target, body) in attempts {
                let answer = try await page.ask(method, target, cookie: cookie, body: body)
                #expect(answer.hasPrefix("HTTP/1.1 403 ") && answer.contains("\"kind\":\"read-only\""), "\(target)")
            }
            let instrument = page.served.instrument
            #expect(await instrument.creations.isEmpty)
            #expect(await instrument.planRequests.isEmpty)
            #expect(await instrument.liveOptions.isEmpty)
            #expect(await instrument.controlValues.isEmpty)
            #expect(try await page.ask("GET", "/v1/slides", cookie: cookie).hasPrefix("HTTP/1.1 200 "))
            // The addresses hold the token that may change.
            #expect(try await page.ask("GET", "/v1/page", cookie: cookie).hasPrefix("HTTP/1.1 403 "))
        }
    }

    @Test func changesAreJSON() async throws {
        try await withPage { page throws in
            let cookie = try await page.cookie(of: page.links.change)
            let answer = try await page.raw(
                "POST /v1/slides HTTP/1.1\r\nHost: 127.0.0.1:\(page.port)\r\nCookie: \(cookie)\r\n"
                    + "Content-Type: text/plain\r\nContent-Length: \(Self.change.utf8.count)\r\n\r\n\(Self.change)")
            #expect(answer.hasPrefix("HTTP/1.1 415 ") && answer.contains("unsupported-media-type"))
            #expect(await page.served.instrument.creations.isEmpty)
        }
    }

    @Test func thePageIsServedStrictly() async throws {
        try await withPage { page throws in
            let cookie = try await page.cookie(of: page.links.read)
            let answer = try await page.ask("GET", "/", cookie: cookie)
            #expect(answer.hasPrefix("HTTP/1.1 200 ") && answer.contains("Content-Type: text/html; charset=utf-8"))
            #expect(
                answer.contains(
                    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
                        + "img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
                        + "frame-ancestors 'none'\r\n"))
            #expect(
                answer.contains("X-Content-Type-Options: nosniff") && answer.contains("Referrer-Policy: no-referrer"))
            let etag = try #require(answer.split(separator: "\r\n").first { $0.hasPrefix("ETag: ") }).dropFirst(6)
            let again = try await page.ask("GET", "/", cookie: cookie, headers: ["If-None-Match: \(etag)"])
            #expect(again.hasPrefix("HTTP/1.1 304 ") && again.hasSuffix("\r\n\r\n"))
            #expect(try await page.served.raw(request("GET", "/")).hasPrefix("HTTP/1.1 200 "))
            #expect(try await page.ask("GET", "/page/nothing.js", cookie: cookie).hasPrefix("HTTP/1.1 404 "))
            #expect(try await page.ask("GET", "/page/..%2Findex.html", cookie: cookie).hasPrefix("HTTP/1.1 404 "))
            // What is no page of ours may not run either.
            let report = try await page.ask("GET", "/v1/status", cookie: cookie)
            #expect(report.contains("sandbox") && report.contains("Cache-Control: no-store"))
        }
    }

    /// The table in CPage holds every file of the folder, byte for byte.
    @Test func everyFileOfTheFolderIsServed() async throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Sources/CPage/page")
        try await withPage { page throws in
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                let bytes = try Data(contentsOf: folder.appendingPathComponent(name))
                let answer = try await page.served.raw(request("GET", "/page/\(name)"))
                #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(name) is missing in cpage.c")
                #expect(answer.hasSuffix("\r\n\r\n" + String(decoding: bytes, as: UTF8.self)), "\(name) differs")
            }
        }
    }

    @Test func theAddressesAreGivenOnTheSocket() async throws {
        try await withPage { page throws in
            let client = page.served.client
            #expect(try await blocking { try client.pageLinks() } == page.links)
            let printed = try await neurallens(["--socket", page.served.path, "page"])
            #expect(printed.status == 0 && printed.output.contains(page.links.change + "\n"))
            let session = try await page.served.raw(request("GET", "/v1/session"))
            #expect(session.contains(#""may_change":true"#))
        }
        try await withServer { served throws in
            let refused = try await neurallens(["--socket", served.path, "page"])
            #expect(refused.status == 1 && refused.errors.contains("--http"))
        }
    }

    // MARK: Tokens and addresses

    @Test func tokensStayAndAreForTheOwnerAlone() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/page-tokens"
            let first = try PageTokens(folder: directory)
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(try PageTokens(folder: directory) == first)
            chmod(path, 0o644)
            let second = try PageTokens(folder: directory)
            #expect(second != first && stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            try Data("short\n".utf8).write(to: URL(fileURLWithPath: path))
            chmod(path, 0o600)
            #expect(try PageTokens(folder: directory) != second)
        }
    }

    @Test(arguments: ["0.0.0.0:8700", "192.168.1.5:8700", "[::]:8700", "[fe80::1]:8700"])
    func addressesThatOthersReachNeedAWord(text: String) throws {
        let error = #expect(throws: PageError.self) { try PageAddress(parsing: text, allowingRemote: false) }
        #expect(error?.hint.contains("--http-allow-remote") == true)
        #expect(try PageAddress(parsing: text, allowingRemote: true).description == text)
    }

    @Test(arguments: ["127.0.0.1:8700", "127.1.2.3:1", "[::1]:8700", "localhost:0"])
    func loopbackIsAllowed(text: String) throws { _ = try PageAddress(parsing: text, allowingRemote: false) }

    @Test(arguments: ["", "8700", "127.0.0.1", "example.org:80", "127.0.0.1:70000", "127.0.0.1:x"])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(throws: PageError.self) { try PageAddress(parsing: text, allowingRemote: true) }
    }

    @Test func aTakenPortIsSaid() async throws {
        try await withPage { page throws in
            let address = try PageAddress(parsing: "127.0.0.1:\(page.port)", allowingRemote: false)
            let error = #expect(throws: PageError.self) { try PageListener(bindingTo: address, tokens: PageTokens()) }
            #expect(error?.hint.contains("another port") == true)
        }
    }

    // MARK: Bad input

    @Test func aThousandConnectionsLeaveTheSocketFree() async throws {
        var limits = ControlServer.Limits()
        limits.request = .seconds(2)
        try await withPage(limits: limits) { page throws in
            let port = page.port
            let cookie = try await page.cookie(of: page.links.read)
            let flood = try await blocking { () -> [Int32] in
                (0..<1000).compactMap { number in
                    guard let descriptor = try? connect(port: port) else { return nil }
                    // Half of them send half a request.
                    if number % 2 == 0 {
                        _ = "GET /v1/sta".withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                    }
                    return descriptor
                }
            }
            defer { for descriptor in flood { close(descriptor) } }
            #expect(flood.count > 900)
            let client = page.served.client
            #expect(try await blocking { try client.status() }.version == "0.1.0")
            // Their time runs out, and the port answers again.
            var answer = ""
            for _ in 0..<40 where !answer.hasPrefix("HTTP/1.1 200 ") {
                try await Task.sleep(for: .milliseconds(200))
                answer = (try? await page.ask("GET", "/v1/status", cookie: cookie)) ?? ""
            }
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
        }
    }
}
