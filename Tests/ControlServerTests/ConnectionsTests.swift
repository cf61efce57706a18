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

    @Test func connectionsAboveTheLimitAreClosed() async throws {
        var limits = ControlServer.Limits()
        limits.connections = 1
        try await withServer(limits: limits) { served throws in
            await served.instrument.holdSlides()
            async let first = served.raw(request("GET", "/v1/slides"))
            await served.instrument.slidesAreAskedFor()
            #expect(try await served.raw(request("GET", "/v1/status")).isEmpty)
            await served.instrument.releaseSlides()
            #expect(try await first.hasPrefix("HTTP/1.1 200 "))
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
