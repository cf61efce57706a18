import ControlAPI
import ControlClient
import ControlServer
import Glibc
import Testing

@Suite struct RoutesTests {
    @Test func everyRouteBringsTheInstrumentsAnswer() async throws {
        try await withServer { served throws in
            let (client, instrument) = (served.client, served.instrument)
            let status = try await blocking { try client.status() }
            #expect(try await instrument.status() == status)

            let slide = try await blocking { try client.createSlide(SlideCreation(name: "A", note: "first")) }
            #expect(slide.name == "A" && slide.note == "first")
            #expect(try await blocking { try client.slides() } == [slide])
            #expect(try await blocking { try client.slide("A") } == slide)
            #expect(try await blocking { try client.captures(ofSlide: "A") } == [StandInInstrument.finished])
            let counts = try await blocking { try client.counts(ofSlide: "A") }
            #expect(counts.total == 5 && counts.unidentified == 1 && counts.species.map(\.grains) == [5, 0])

            #expect(
                try await blocking { try client.grains(ofCapture: 7) }
                    == instrument.grains(ofCapture: 7, includingRejected: false))
            let picture = try await blocking { try client.image(ofCapture: 7, kind: .only(species: "iva")) }
            #expect(picture == StandInInstrument.picture)

            #expect(try await blocking { try client.camera() } == instrument.cameraReport())
            #expect(try await blocking { try client.cameraModes() } == instrument.cameraModes())
            #expect(try await blocking { try client.cameraControls() } == instrument.cameraControls())
        }
    }

    @Test func captureIsFollowedToItsEnd() async throws {
        try await withServer { served throws in
            let client = served.client
            let states = try await blocking {
                _ = try client.createSlide(SlideCreation(name: "A"))
                let job = try client.startCaptures(CaptureRequest(slide: "A", count: 3, intervalSeconds: 0.5))
                var states: [CaptureJob.State] = []
                let ended = try client.follow(job) { states.append($0.state) }
                #expect(ended.captures == [StandInInstrument.finished])
                return states
            }
            #expect(states == [.queued, .running, .done])
            let request = CaptureRequest(slide: "A", count: 3, intervalSeconds: 0.5)
            #expect(await served.instrument.requests == [request])
            let waits = await served.instrument.waits
            #expect(waits.map(\.revision) == [1, 2])
            #expect(waits.allSatisfy { $0.timeout > .zero && $0.timeout <= .seconds(30) })
        }
    }

    @Test func peerIsTheProcessThatConnected() async throws {
        try await withServer { served throws in
            let client = served.client
            _ = try await blocking { try client.createSlide(SlideCreation(name: "A")) }
            #expect(await served.instrument.peers == [Peer(uid: getuid(), gid: getgid(), pid: getpid())])
        }
    }

    @Test(arguments: [
        "plain", "two words", "a/b", "/", "..", "100 %", "%2F", "?a=b&c", "Ärger 花粉 🌼", "line\nbreak\u{1B}[31m",
        "\u{0}",
        String(repeating: "x", count: 300), "#", "+",
    ])
    func slideNamesArriveAsTheyWere(name: String) async throws {
        try await withServer { served throws in
            let client = served.client
            let slide = try await blocking {
                _ = try client.createSlide(SlideCreation(name: name))
                return try client.slide(name)
            }
            #expect(slide.name == name)
            #expect(try await blocking { try client.counts(ofSlide: name) }.slide == name)
        }
    }

    @Test func emptyNameAsksNothing() async throws {
        try await withServer { served throws in
            let client = served.client
            let error = await #expect(throws: ControlClientError.self) { try await blocking { try client.slide("") } }
            #expect(error?.exitStatus == 1)
            let answer = try await served.raw(request("GET", "/v1/slides//counts"))
            #expect(answer.hasPrefix("HTTP/1.1 404 "))
        }
    }

    @Test func cameraModeIsSet() async throws {
        try await withServer { served throws in
            let client = served.client
            let choice = CameraModeChoice(format: "BA81", width: 1280, height: 1024, framesPerSecond: 15)
            let camera = try await blocking { try client.setCameraMode(choice) }
            #expect(camera.modeChosen?.format == "BA81")
            let free = try await blocking { try client.setCameraMode(.automatic) }
            #expect(free.modeChosen == nil && free.mode != nil)
            #expect(await served.instrument.modeChoices == [choice, .automatic])
            await #expect(throws: ControlClientError.self) {
                try await blocking { try client.setCameraMode(CameraModeChoice(format: "BA81")) }
            }
            #expect(await served.instrument.modeChoices.count == 2)
        }
    }

    @Test func cameraControlTakesNumbersAndLabels() async throws {
        try await withServer { served throws in
            let client = served.client
            let gain = try await blocking { try client.setCameraControl("gain", to: "40") }
            #expect(gain.value == 40)
            _ = try await blocking { try client.setCameraControl("auto_exposure", to: "manual mode") }
            #expect(await served.instrument.controlValues == ["gain": 40, "auto_exposure": 1])

            for (name, value, kind) in [
                ("gain", "400", Problem.Kind.controlOutOfRange), ("gain", "much", .controlOutOfRange),
                ("focus", "1", .controlNotFound), ("focus", "near", .controlNotFound),
            ] {
                let error = await #expect(throws: ControlClientError.self) {
                    try await blocking { try client.setCameraControl(name, to: value) }
                }
                #expect(try #require(error?.problem).isKind(kind))
            }
        }
    }
}
