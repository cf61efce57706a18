import ControlAPI
import ControlClient
import Foundation
import Testing

/// Second readings over the socket, and by the program.
@Suite struct SecondReadingTests {
    private func withSlide(
        _ body: (Served, (String...) async throws -> Outcome) async throws -> Void
    ) async throws {
        try await withServer { served throws in
            _ = try await served.instrument.createSlide(SlideCreation(name: "A"), by: Peer(uid: 0, gid: 0, pid: 0))
            try await body(served) { (arguments: String...) in
                try await neurallens(arguments, environment: ["NEURALLENS_SOCKET": served.path])
            }
        }
    }

    @Test func routesAnswer() async throws {
        try await withSlide { served, _ in
            let client = served.client
            #expect(
                try await blocking { try client.beginSecondReading(ofSlide: "A", SecondReadingRequest(fields: 2)) }
                    == StandInInstrument.reading)
            #expect(try await blocking { try client.secondReadings(ofSlide: "A") } == [StandInInstrument.reading])
            #expect(try await blocking { try client.secondReading(1) } == StandInInstrument.reading)
            #expect(try await blocking { try client.field(7, ofSecondReading: 1) } == StandInInstrument.readingField)
            let word = SecondReadingWord(grain: 1, species: "iva", reader: "Bea")
            #expect(
                try await blocking { try client.say(word, inSecondReading: 1) } == StandInInstrument.readingField)
            #expect(
                try await blocking { try client.finishField(7, ofSecondReading: 1, SecondReaderRequest()) }
                    == StandInInstrument.reading)
            #expect(try await blocking { try client.agreement(ofSecondReading: 1) }.kappa.value == 0.8)
            #expect(try await blocking { try client.differences(ofSecondReading: 1) } == [StandInInstrument.settled])
            // Who said it is who connected.
            #expect(await served.instrument.peers.suffix(2).allSatisfy { $0.uid == getuid() && $0.pid == getpid() })
            for (method, target, body, status) in [
                ("GET", "/v1/second-readings/x", "", 404), ("GET", "/v1/second-readings/2/agreement", "", 404),
                ("POST", "/v1/slides/A/second-readings", "{\"fields\":0}", 422),
                ("POST", "/v1/slides/A/second-readings", "{\"share\":2}", 422),
                ("POST", "/v1/slides/A/second-readings", "{\"seed\":-1}", 422),
                ("POST", "/v1/slides/A/second-readings", "{\"fields\":1,\"share\":0.5}", 422),
                ("POST", "/v1/second-readings/1/words", "{\"species\":\"iva\"}", 422),
                ("POST", "/v1/second-readings/1/words", "{\"grain\":1,\"drawn\":2,\"species\":\"iva\"}", 422),
                (
                    "POST", "/v1/second-readings/1/words", "{\"capture\":7,\"outline_px\":[[1,1]],\"species\":\"iva\"}",
                    422
                ),
                ("POST", "/v1/second-readings/1/differences", "{\"species\":\"iva\"}", 422),
                ("POST", "/v1/slides/A/second-readings", "{\"reader\":\"Anna\"}", 409),
            ] {
                let answer = try await served.raw(request(method, target, body: body))
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(method) \(target) \(body)")
            }
        }
    }

    @Test func theProgramSaysIt() async throws {
        try await withSlide { _, run in
            let begun = try await run(
                "second-reading", "start", "A", "--share", "10%", "--seed", "7", "--reader", "Bea")
            #expect(
                begun.status == 0 && begun.output.contains("Bea reads after Anna") && begun.output.contains("seed 7"))
            let agreement = try await run("second-reading", "agreement", "1")
            #expect(agreement.output.contains("kappa 0.800 [0.620 to 0.980]") && agreement.output.contains("+10.0 %"))
            #expect(agreement.output.contains("2 differences, 1 settled"))
            let differences = try await run("second-reading", "differences", "1")
            #expect(differences.output.contains("no-grain") && differences.output.contains("Cem"))
            #expect(try await run("second-reading", "list", "A").output.contains("Anna"))
            #expect(try await run("second-reading", "show", "1").output.contains("1 of 2 fields read"))
            #expect(try await run("second-reading", "settle", "1", "--grain", "3", "--species", "iva").status == 0)
            #expect(try await run("second-reading", "settle", "1", "--species", "iva").status == 64)
            #expect(try await run("second-reading", "start", "A", "--fields", "0").status == 64)
            let same = try await run("second-reading", "start", "A", "--reader", "Anna")
            #expect(same.status == 1 && same.errors.contains("Anna said"))
            #expect(try await run("second-reading", "show", "2").status == 1)
        }
    }
}
