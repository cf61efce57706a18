import ControlClient
import Testing

@Suite struct EventParserTests {
    private let stream =
        "retry: 1000\n\nid: ab-1\nevent: hello\ndata: {\"run\":\"ab\"}\n\n: all is well\n\r\n"
        + "event:live\r\ndata: {\r\ndata: }\r\n\r\ndata: x\r\rid: ab-2\ndata:\n\nid: lost"

    private let events = [
        ServerSentEvent(name: "hello", id: "ab-1", data: "{\"run\":\"ab\"}"),
        ServerSentEvent(name: "live", data: "{\n}"), ServerSentEvent(name: "message", data: "x"),
        ServerSentEvent(name: "message", id: "ab-2", data: ""),
    ]

    @Test func whole() {
        var parser = EventParser()
        #expect(parser.push(stream.utf8) == events)
    }

    @Test(arguments: 1...9) func howeverItIsCut(size: Int) {
        var parser = EventParser()
        let bytes = Array(stream.utf8)
        let found = stride(from: 0, to: bytes.count, by: size).flatMap {
            parser.push(bytes[$0..<min($0 + size, bytes.count)])
        }
        #expect(found == events)
    }

    @Test(arguments: 1...5) func chunksHoweverTheyAreCut(size: Int) {
        var chunks = ChunkedBody()
        let bytes = Array("3\r\nabc\r\nA;name=value\r\n0123456789\r\n0\r\n\r\n".utf8)
        let body = stride(from: 0, to: bytes.count, by: size).flatMap {
            chunks.push(bytes[$0..<min($0 + size, bytes.count)]) ?? []
        }
        #expect(String(decoding: body, as: UTF8.self) == "abc0123456789")
    }

    @Test(arguments: ["x\r\n", "-1\r\n", "\r\n", String(repeating: "1", count: 2000)])
    func noChunks(text: String) {
        var chunks = ChunkedBody()
        #expect(chunks.push(Array(text.utf8)[...]) == nil)
    }

    @Test func lineOfAnEvent() {
        let event = ServerSentEvent(name: "capture", id: "ab-7", data: "{\"id\":1,\n\"state\":\"done\"}")
        #expect(
            Presentation.line(event)
                == "{\"event\":\"capture\",\"id\":\"ab-7\",\"data\":{\"id\":1, \"state\":\"done\"}}\n")
        #expect(Presentation.line(ServerSentEvent(name: "live", data: "{}")).contains("\"id\":null"))
        #expect(!Presentation.line(ServerSentEvent(name: "a\"b", id: "c\"d", data: "{}")).contains("a\"b\"c"))
    }
}
