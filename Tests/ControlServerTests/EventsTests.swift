import Acquisition
import ControlAPI
import ControlServer
import Foundation
import Glibc
import Synchronization
import Testing
import UnixSocket

/// Server-sent events over real sockets: resumed without a gap, and at each client's own pace.
@Suite struct EventsTests {
    private static func request(after id: String? = nil) -> String {
        "GET /v1/events HTTP/1.1\r\nHost: x\r\n" + (id.map { "Last-Event-ID: \($0)\r\n" } ?? "") + "\r\n"
    }

    /// Follows events until the text has what is waited for.
    private func follow(
        _ path: String, after id: String? = nil, until isEnough: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        try await blocking {
            let descriptor = try UnixSocketAddress(path).connect()
            defer { close(descriptor) }
            let text = Self.request(after: id)
            _ = text.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
            return try read(descriptor, until: isEnough)
        }
    }

    private func note(_ number: Int) -> ReviewNotice { ReviewNotice(slide: "A", capture: 7, grains: [Int64(number)]) }

    /// Numbers of the notes in a stream.
    private func notes(_ text: String) -> [Int] {
        text.matches(of: #/"grains":\[(\d+)\]/#).compactMap { Int($0.1) }
    }

    @Test func aConnectionBeginsWithHelloAndThenNews() async throws {
        try await withServer { served throws in
            let journal = served.instrument.journal
            journal.publish(.review, note(0))
            async let text = follow(served.path) { $0.contains("event: live") }
            while journal.followers == 0 { try await Task.sleep(for: .milliseconds(5)) }
            journal.publish(.review, note(1))
            journal.publish(live: StandInInstrument.liveState)
            let stream = try await text
            #expect(stream.contains("Content-Type: text/event-stream") && stream.contains("ransfer-"))
            #expect(stream.contains("event: hello\ndata: {\"run\":\"\(journal.run)\",\"version\":\"0.1.0\"}\n"))
            #expect(stream.contains("id: \(journal.run)-2\nevent: review\n"))
            #expect(notes(stream) == [1] && !stream.contains("event: reset"))
        }
    }

    @Test func resumingGivesExactlyWhatWasMissed() async throws {
        try await withServer { served throws in
            let journal = served.instrument.journal
            for number in 1...300 { journal.publish(.review, note(number)) }
            for seen in [299, 250, 7] {
                let stream = try await follow(served.path, after: "\(journal.run)-\(seen)") {
                    $0.contains("[300]")
                }
                #expect(notes(stream) == Array((seen + 1)...300) && !stream.contains("event: reset"))
            }
            // In the query as well, for clients that cannot set headers.
            let target = "/v1/events?after=\(journal.run)-298"
            let path = served.path
            let stream = try await blocking {
                let descriptor = try UnixSocketAddress(path).connect()
                defer { close(descriptor) }
                let text = "GET \(target) HTTP/1.1\r\nHost: x\r\n\r\n"
                _ = text.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                return try read(descriptor) { $0.contains("[300]") }
            }
            #expect(notes(stream) == [299, 300])
        }
    }

    @Test func whatCannotBeResumedIsReset() async throws {
        try await withServer { served throws in
            let journal = served.instrument.journal
            for number in 1...(EventJournal.capacity + 50) { journal.publish(.review, note(number)) }
            for id in ["\(journal.run)-49", "\(journal.run)-0", "other-1000", "\(journal.run)-9999", "nonsense"] {
                let stream = try await follow(served.path, after: id) { $0.contains("event: reset") }
                #expect(notes(stream).isEmpty, "\(id)")
            }
            let oldest = try await follow(served.path, after: "\(journal.run)-50") {
                $0.contains("[\(EventJournal.capacity + 50)]")
            }
            #expect(notes(oldest) == Array(51...(EventJournal.capacity + 50)))
        }
    }

    /// A client that does not read costs nobody else anything, and is left in the end.
    @Test func aStalledClientSlowsNobody() async throws {
        var limits = ControlServer.Limits()
        limits.stall = .seconds(1)
        try await withServer(limits: limits) { served throws in
            let journal = served.instrument.journal
            let path = served.path
            let stalled = try await blocking {
                let descriptor = try UnixSocketAddress(path).connect()
                let text = Self.request()
                _ = text.withCString { send(descriptor, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
                return descriptor
            }
            defer { close(stalled) }
            while journal.followers == 0 { try await Task.sleep(for: .milliseconds(5)) }
            async let reader = follow(served.path) { $0.contains("[400]") }
            while journal.followers < 2 { try await Task.sleep(for: .milliseconds(5)) }
            let clock = ContinuousClock()
            let began = clock.now
            // More than the kernel holds for the one that does not read.
            let filler = String(repeating: "x", count: 10_000)
            for number in 1...400 {
                journal.publish(.slide, ["filler": filler])
                journal.publish(.review, note(number))
            }
            #expect(notes(try await reader) == Array(1...400))
            #expect(clock.now - began < .seconds(5))
            let rest = try await blocking { try read(stalled) { _ in false } }
            #expect(!rest.contains("[400]"), "the stalled client was served to the end")
        }
    }

    @Test func watchersAreLimited() async throws {
        var limits = ControlServer.Limits()
        limits.watchers = 1
        try await withServer(limits: limits) { served throws in
            let journal = served.instrument.journal
            async let first = follow(served.path) { $0.contains("[1]") }
            while journal.followers == 0 { try await Task.sleep(for: .milliseconds(5)) }
            let second = try await served.raw(Self.request())
            #expect(second.hasPrefix("HTTP/1.1 503 ") && second.contains("too-many-watchers"))
            journal.publish(.review, note(1))
            #expect(try await notes(first) == [1])
        }
    }

    @Test func shutdownDoesNotWaitForWatchers() async throws {
        let clock = ContinuousClock()
        var began = clock.now
        var stream: Task<String, any Error>?
        try await withServer { served throws in
            let (journal, path) = (served.instrument.journal, served.path)
            let isGreeted = Mutex(false)
            stream = Task {
                try await follow(path) { text in
                    if text.contains("event: hello") { isGreeted.withLock { $0 = true } }
                    return false
                }
            }
            while !isGreeted.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(5)) }
            #expect(journal.followers == 1)
            began = clock.now
        }
        #expect(clock.now - began < .seconds(2))
        let text = try await stream!.value
        #expect(text.hasSuffix("0\r\n\r\n"), "\(text.suffix(200).debugDescription)")
    }
}
