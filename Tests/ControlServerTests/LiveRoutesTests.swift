import ControlAPI
import ControlClient
import Testing

@Suite struct LiveRoutesTests {
    @Test func picturesCarryWhatTheyAre() async throws {
        try await withServer { served throws in
            let camera = try await served.raw(request("GET", "/v1/live/frame?view=camera&width=640"))
            #expect(camera.hasPrefix("HTTP/1.1 200 ") && camera.contains("Content-Type: image/jpeg"))
            for header in [
                "NeuralLens-Sequence: 7", "NeuralLens-Age-Ms: 12", "NeuralLens-Synthesised: false",
                "NeuralLens-Width: 640", "NeuralLens-Height: 512", "NeuralLens-Nm-Per-Pixel: 360.0",
            ] {
                #expect(camera.contains("\r\n\(header)\r\n"), "\(header)")
            }
            #expect(!camera.contains("NeuralLens-Mode") && !camera.contains("NeuralLens-Covers"))
            let lens = try await served.raw(request("GET", "/v1/live/frame?view=only-iva&format=raw&after=3"))
            #expect(lens.contains("NeuralLens-Synthesised: true") && lens.contains("NeuralLens-Mode: centre"))
            #expect(lens.contains("NeuralLens-Covers: 0.25,0.25,0.75,0.75"))
            #expect(lens.contains("Content-Type: application/octet-stream"))
            let requests = await served.instrument.pictureRequests
            #expect(requests[0] == LivePicture.Request(view: .camera, width: 640))
            #expect(
                requests[1]
                    == LivePicture.Request(view: .lens(.only(species: "iva")), format: .raw, after: 3, width: 1280))
            let nothing = try await served.raw(request("GET", "/v1/live/frame?after=7"))
            #expect(nothing.hasPrefix("HTTP/1.1 204 ") && nothing.hasSuffix("\r\n\r\n"))
            #expect(!nothing.lowercased().contains("content-length"))
        }
    }

    @Test(arguments: [
        "view=input", "view=only-", "view=x", "format=png", "width=0", "width=15", "width=4097", "width=x", "after=x",
    ])
    func whatCannotBeShownIsRefused(query: String) async throws {
        try await withServer { served throws in
            let answer = try await served.raw(request("GET", "/v1/live/frame?\(query)"))
            #expect(answer.hasPrefix("HTTP/1.1 4"), "\(query)")
            #expect(await served.instrument.pictureRequests.isEmpty)
        }
    }

    @Test func stateAndOptions() async throws {
        try await withServer { served throws in
            let state = try await served.raw(request("GET", "/v1/live"))
            for member in [
                #""lens_mode":"map""#, #""frame_age_seconds":null"#, #""outline_px":[[1,2.5],[3,4],[5,6]]"#,
                #""lens_choice":"auto""#, #""region":"field""#, #""histogram":{"blue":[],"green":[],"red":[]}"#,
            ] {
                #expect(state.contains(member), "\(member)")
            }
            let changed = try await served.raw(request("PUT", "/v1/live/options", body: #"{"lens":"full"}"#))
            #expect(changed.contains(#""lens_choice":"full""#))
            #expect(await served.instrument.liveOptions == [LiveOptions(lens: .full)])
            let wrong = try await served.raw(request("PUT", "/v1/live/options", body: #"{"lens":"fast"}"#))
            #expect(wrong.hasPrefix("HTTP/1.1 400 "))
            let log = try await served.raw(request("GET", "/v1/log?limit=5"))
            #expect(log.contains(#""level":"warning""#) && log.contains(#""detail":{"plan":"1"}"#))
        }
    }

    @Test func plansFromTheCommandLine() async throws {
        try await withServer { served throws in
            _ = try await served.client.createSlideNamed("A")
            func plan(_ arguments: String...) async throws -> Outcome {
                try await neurallens(["--socket", served.path, "plan"] + arguments)
            }
            let made = try await plan(
                "create", "--slide", "A", "--interval", "30", "--count", "20", "--until-precision", "0.1")
            #expect(made.status == 0 && made.output.contains("20 captures or +-10 %"), "\(made.errors)")
            #expect(
                await served.instrument.planRequests == [
                    CapturePlanRequest(slide: "A", count: 20, intervalSeconds: 30, untilPrecision: 0.1)
                ])
            #expect(try await plan("list").output.contains("running"))
            #expect(try await plan("pause", "3").output.contains("paused"))
            #expect(try await plan("resume", "3").status == 0)
            #expect(try await plan("cancel", "3").output.contains("cancelled"))
            #expect(try await plan("cancel", "4").status == 1)
            for wrong in [
                ["--interval", "0"], ["--interval", "5", "--count", "0"],
                ["--interval", "5", "--until-precision", "1"],
            ] {
                #expect(
                    try await neurallens(["--socket", served.path, "plan", "create", "--slide", "A"] + wrong).status
                        == 64)
            }
            #expect(try await served.raw(request("GET", "/v1/plans/x")).contains("plan-not-found"))
        }
    }
}

extension ControlClient {
    fileprivate func createSlideNamed(_ name: String) async throws -> SlideSummary {
        try await blocking { try createSlide(SlideCreation(name: name)) }
    }
}
