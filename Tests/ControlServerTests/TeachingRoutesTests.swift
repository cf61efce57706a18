import ControlAPI
import ControlClient
import Testing

/// Routes of teachings, through the client, and what the terminal shows of them.
@Suite struct TeachingRoutesTests {
    @Test func teachingsAnswer() async throws {
        try await withServer { served throws in
            let client = served.client
            let taught = StandInInstrument.taught
            let request = TeachingRequest(name: "mine", slides: ["Park"], heldOut: ["Roof"], steps: 1000)
            #expect(try await blocking { try client.teach(request) } == taught)
            #expect(try await blocking { try client.teachings() } == [taught])
            #expect(try await blocking { try client.teaching("1") } == taught)
            #expect(try await blocking { try client.stopTeaching("1") } == taught)
            #expect(try await blocking { try client.resumeTeaching("1") } == taught)
            #expect(try await blocking { try client.deleteTeaching("1") } == taught)
            await #expect { try await blocking { try client.teaching("2") } } throws: {
                "\($0)".contains("there is no teaching \"2\"")
            }
            await #expect {
                try await blocking { try client.teach(TeachingRequest(name: "a/b", slides: ["x"])) }
            } throws: {
                "\($0)".contains("a lens cannot be called \"a/b\"")
            }
        }
    }

    @Test func theTerminalShowsWhatALensIsWorth() {
        let text = Presentation.teaching(StandInInstrument.taught)
        for part in [
            "Park (6 fields)", "Roof (3 fields)", "90 to learn from, 50 held out", "0.90 (0.80-0.95)",
            "iva as nothing 5", "no lens is in force", "neurallens reanalyse --slide Park --lens aaaa",
            "neurallens lens activate aaaaaaaaaaaa",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(Presentation.teachings([StandInInstrument.taught]).contains("Roof (held out)"))
    }

    @Test(arguments: [
        TeachingRequest(name: "", slides: ["a"]), TeachingRequest(name: ".a", slides: ["a"]),
        TeachingRequest(name: "a", slides: []), TeachingRequest(name: "a", slides: ["a", "a"]),
        TeachingRequest(name: "a", slides: ["a"], heldOut: ["a"]),
        TeachingRequest(name: "a", slides: ["a"], steps: 0), TeachingRequest(name: "a", slides: ["a"], minutes: .nan),
        TeachingRequest(name: "a", slides: ["a"], steps: 1, minutes: 1),
        TeachingRequest(name: "a", slides: ["a"], species: ["a", "b", "c", "d"]),
    ])
    func teachingsThatCannotBe(request: TeachingRequest) { #expect(request.fault != nil) }
}
