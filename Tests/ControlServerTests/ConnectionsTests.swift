import Acquisition
import ControlAPI
import ControlClient
import ControlServer
import Glibc
import Logging
import ServiceLifecycle
import Testing
import UnixSocket

@Suite struct ConnectionsTests {
    @Test func halfSentBodyIsTimedOut() async throws {
        var limits = ControlServer.Limits()
        limits.request = .milliseconds(100)
        try await withServer(limits: limits) { served throws in
            let head = "POST /v1/slides HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n{\"name\":"
            let answer = try await served.raw(head)
            #expect(answer.hasPrefix("HTTP/1.1 408 ") && answer.contains("\"kind\":\"request-timeout\""))
            #expect(await served.instrument.creations.isEmpty)
        }
    }

    @Test(arguments: ["", "GET /v1/sta", "GET /v1/status HTTP/1.1\r\nHost: x\r\n"])
    func halfSentHeadIsClosed(text: String) async throws {
        var limits = ControlServer.Limits()
        limits.request = .milliseconds(100)
        try await withServer(limits: limits) { served throws in
            #expect(try await served.raw(text).isEmpty)
        }
    }

    @Test func requestsOnOneConnectionAreAnsweredInOrder() async throws {
        try await withServer { served throws in
            let first = "GET /v1/camera HTTP/1.1\r\nHost: x\r\n\r\n"
            let answer = try await served.raw(first + request("GET", "/v1/slides"))
            let statuses = answer.split(separator: "\r\n").filter { $0.contains("HTTP/1.1 200") }
            #expect(statuses.count == 2)
            #expect(answer.hasSuffix("[]"))
        }
    }

    @Test func connectionsAboveTheLimitAreToldSo() async throws {
        var limits = ControlServer.Limits()
        limits.connections = 1
        try await withServer(limits: limits) { served throws in
            await served.instrument.holdSlides()
            async let first = served.raw(request("GET", "/v1/slides"))
            await served.instrument.slidesAreAskedFor()
            let refused = try await served.raw(request("GET", "/v1/status"))
            #expect(refused.hasPrefix("HTTP/1.1 503 ") && refused.contains("\"kind\":\"too-many-connections\""))
            #expect(refused.contains("uid \(getuid()) has 1 connections open, as many as one may have"))
            // As much with a body that it does not wait for.
            let body = String(repeating: "x", count: 300_000)
            let large = try await served.raw(request("POST", "/v1/slides", body: body))
            #expect(large.hasPrefix("HTTP/1.1 503 "))
            await served.instrument.releaseSlides()
            #expect(try await first.hasPrefix("HTTP/1.1 200 "))
            // The server may notice the end after the client does.
            var after = ""
            while !after.hasPrefix("HTTP/1.1 200 ") { after = try await served.raw(request("GET", "/v1/status")) }
        }
    }

    @Test func connectionsThatAreToldSoAreLimitedToo() async throws {
        var limits = ControlServer.Limits()
        (limits.connections, limits.refusals, limits.refusal) = (1, 1, .milliseconds(300))
        try await withServer(limits: limits) { served throws in
            let path = served.path
            await served.instrument.holdSlides()
            async let first = served.raw(request("GET", "/v1/slides"))
            await served.instrument.slidesAreAskedFor()
            // Says nothing, and is left after a while.
            let silent = try await blocking { try UnixSocketAddress(path).connect() }
            defer { close(silent) }
            #expect(try await served.raw("").isEmpty)
            _ = try await blocking { try exchange(silent, "") }
            var told = ""
            while told.isEmpty { told = try await served.raw(request("GET", "/v1/status")) }
            #expect(told.hasPrefix("HTTP/1.1 503 "))
            await served.instrument.releaseSlides()
            #expect(try await first.hasPrefix("HTTP/1.1 200 "))
        }
    }

    /// A class with a screen of its own each, and their programs.
    @Test func twoHundredClientsAndFiftyFollowersAreServed() async throws {
        var limits = ControlServer.Limits()
        limits.request = .seconds(60)
        try await withServer(limits: limits) { served throws in
            let path = served.path
            let descriptors = try await blocking {
                let followers = try (0..<50).map { _ in
                    let descriptor = try UnixSocketAddress(path).connect()
                    let text = "GET /v1/events HTTP/1.1\r\nHost: x\r\n\r\n"
                    _ = text.withCString { send(descriptor, $0, strlen($0), 0) }
                    return descriptor
                }
                let others = try (0..<150).map { _ in try UnixSocketAddress(path).connect() }
                return followers + others
            }
            defer { for descriptor in descriptors { close(descriptor) } }
            while served.instrument.journal.followers < 50 { try await Task.sleep(for: .milliseconds(5)) }
            let others = descriptors.dropFirst(50)
            let answers = try await blocking { try others.map { try exchange($0, request("GET", "/v1/status")) } }
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 200 ") })
        }
    }

    @Test func bodiesInWorkAreBounded() async throws {
        var limits = ControlServer.Limits()
        (limits.lensFileBytes, limits.bodyBytesInWork) = (300_000, 400_000)
        try await withServer(limits: limits) { served throws in
            _ = try await served.instrument.offerLens(manifest: [1, 2, 3], by: Peer(uid: 0, gid: 0, pid: 0))
            let (path, target) = (served.path, "/v1/lenses/d3/files/b.safetensors")
            let halfSent = try await blocking {
                let descriptor = try UnixSocketAddress(path).connect()
                let head = "PUT \(target) HTTP/1.1\r\nHost: x\r\nContent-Length: 150000\r\n\r\nwww"
                _ = head.withCString { send(descriptor, $0, strlen($0), 0) }
                return descriptor
            }
            let body = String(repeating: "w", count: 100_000)
            // Its head has arrived when there is no room for another.
            try await Task.sleep(for: .milliseconds(300))
            var refused = ""
            for _ in 0..<400 where !refused.hasPrefix("HTTP/1.1 503 ") {
                refused = try await served.raw(request("PUT", target, body: body))
            }
            #expect(refused.contains("too-much-in-work"), "\(refused)")
            // What is small goes on beside it.
            #expect(try await served.raw(request("PUT", target, body: "w")).hasPrefix("HTTP/1.1 200 "))
            close(halfSent)
            // Its room is there again when it has left, and after every answer.
            var taken = 0
            for _ in 0..<400 where taken < 3 {
                let answer = try await served.raw(request("PUT", target, body: body))
                taken += answer.hasPrefix("HTTP/1.1 200 ") ? 1 : 0
            }
            #expect(taken == 3)
        }
    }

    @Test func waitEndsWhenTheClientLeaves() async throws {
        try await withServer { served throws in
            await served.instrument.hangJobs()
            let path = served.path
            try await blocking {
                let descriptor = try UnixSocketAddress(path).connect()
                let text = request("GET", "/v1/jobs/j1?after=1&timeout=30")
                _ = text.withCString { send(descriptor, $0, strlen($0), 0) }
                close(descriptor)
            }
            await served.instrument.aWaitIsCancelled()
        }
    }

    @Test func shutdownAnswersWhatIsInWorkAndRemovesTheSocket() async throws {
        try await withTemporaryDirectory { directory in
            let path = "\(directory)/control.sock"
            let instrument = StandInInstrument()
            await instrument.holdSlides()
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let server = ControlServer(
                instrument: instrument, socket: try ListeningSocket(bindingTo: path), logger: logger)
            let group = ServiceGroup(services: [server], logger: logger)
            let run = Task { try await group.run() }
            async let answer = blocking { try rawExchange(path, request("GET", "/v1/slides")) }
            // An idle connection does not hold the server up.
            let idle = try await blocking { try UnixSocketAddress(path).connect() }
            defer { close(idle) }
            await instrument.slidesAreAskedFor()
            await group.triggerGracefulShutdown()
            await instrument.releaseSlides()
            #expect(try await answer.hasPrefix("HTTP/1.1 200 "))
            try await run.value
            #expect(access(path, F_OK) != 0)
            // The lock is free again.
            try ListeningSocket(bindingTo: path).remove()
        }
    }
}
