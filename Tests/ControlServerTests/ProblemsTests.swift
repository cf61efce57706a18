import ControlAPI
import ControlClient
import ControlServer
import FoundationEssentials
import Testing

@Suite struct ProblemsTests {
    /// Status line's number, content type and problem of an answer.
    private func problem(_ answer: String) throws -> (status: Int, type: String, problem: Problem) {
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
        try #require(parts.count == 2)
        let lines = parts[0].split(separator: "\r\n")
        let type = lines.first { $0.lowercased().hasPrefix("content-type:") }.map { String($0.dropFirst(14)) }
        let status = try #require(Int(lines[0].split(separator: " ")[1]))
        return (status, type ?? "", try WireFormat.decode(Problem.self, from: Data(parts[1].utf8)))
    }

    @Test(arguments: [
        ("POST", "/v1/slides", "{", 400, Problem.Kind.malformedRequest, "not JSON"),
        ("POST", "/v1/slides", "", 400, .malformedRequest, "not JSON"),
        ("POST", "/v1/slides", "[]", 400, .malformedRequest, "wrong type"),
        ("POST", "/v1/slides", "{\"note\":\"n\"}", 400, .malformedRequest, "\"name\" is missing"),
        (
            "POST", "/v1/captures", "{\"slide\":\"A\",\"interval_seconds\":\"x\"}", 400, .malformedRequest,
            "\"interval_seconds\""
        ),
        ("POST", "/v1/captures", "{\"slide\":\"A\",\"count\":1.5}", 400, .malformedRequest, "does not fit"),
        ("POST", "/v1/captures", "{\"slide\":\"A\"}", 404, .slideNotFound, "A"),
        ("GET", "/v1/slides/none", "", 404, .slideNotFound, "none"),
        ("GET", "/v1/slides/%ff", "", 400, .malformedRequest, "%ff"),
        ("GET", "/v1/slides/%4", "", 400, .malformedRequest, "%4"),
        ("GET", "/v1/captures/x/grains", "", 404, .captureNotFound, "x"),
        ("GET", "/v1/captures/8/grains", "", 404, .captureNotFound, "8"),
        ("GET", "/v1/captures/7/images/colour", "", 422, .invalidImageKind, "colour"),
        ("GET", "/v1/captures/7/images/map", "", 404, .imageNotFound, "map"),
        ("GET", "/v1/jobs/j1?after=x", "", 400, .malformedRequest, "after"),
        ("GET", "/v1/jobs/j2", "", 404, .jobNotFound, "j2"),
        ("PATCH", "/v1/slides/A", "{}", 422, .invalidSlideChange, "nothing"),
        ("PATCH", "/v1/slides/A", "{\"sampled_volume_m3\":-1}", 422, .invalidSlideChange, "-1"),
        ("PATCH", "/v1/slides/A", "{\"deposit_area_mm2\":0}", 422, .invalidSlideChange, "deposit area"),
        ("PATCH", "/v1/slides/none", "{\"note\":\"n\"}", 404, .slideNotFound, "none"),
        ("GET", "/v1/slides/A/counts?until_precision=0", "", 422, .invalidPrecision, "is 0,"),
        ("GET", "/v1/slides/A/counts?until_precision=1", "", 422, .invalidPrecision, "is 1,"),
        ("GET", "/v1/slides/A/counts?until_precision=1e-5", "", 422, .invalidPrecision, "1e-05"),
        ("GET", "/v1/slides/A/counts?until_precision=nan", "", 422, .invalidPrecision, "nan"),
        ("GET", "/v1/slides/A/counts?until_precision=10%25", "", 400, .malformedRequest, "10%"),
        ("GET", "/v1/slides/A/comparison", "", 400, .malformedRequest, "with"),
        ("GET", "/v1/slides/B/map", "", 409, .mapRefused, "B"),
        ("GET", "/v1/slides/A/export/pdf", "", 422, .invalidExportFormat, "pdf"),
        ("GET", "/v1/season/parquet", "", 422, .invalidExportFormat, "parquet"),
        ("GET", "/v1/slides/A/review?limit=0", "", 422, .invalidReview, "0"),
        ("GET", "/v1/slides/A/review?limit=x", "", 400, .malformedRequest, "limit"),
        ("GET", "/v1/slides/A/difference?run=1&to=x", "", 404, .runNotFound, "x"),
        ("GET", "/v1/slides/A/difference?run=1", "", 400, .malformedRequest, "to"),
        ("GET", "/v1/captures/7/grains?all=maybe", "", 400, .malformedRequest, "maybe"),
        ("GET", "/v1/captures/8/ome-tiff", "", 409, .exportRefused, "8"),
        ("GET", "/v1/grains/x", "", 404, .grainNotFound, "x"),
        ("GET", "/v1/grains/9/crop", "", 404, .grainNotFound, "9"),
        ("POST", "/v1/captures", "{\"slide\":\"A\",\"stage_x_um\":1}", 422, .invalidCaptureRequest, "half"),
        ("POST", "/v1/reviews", "{\"action\":\"like\",\"grains\":[1]}", 400, .malformedRequest, "JSON"),
        ("POST", "/v1/reviews", "{\"action\":\"merge\",\"grains\":[1]}", 422, .invalidReview, "two grains"),
        ("POST", "/v1/reviews", "{\"action\":\"accept\",\"grains\":[5]}", 409, .reviewRefused, "5"),
        ("PUT", "/v1/lenses/x/files/a.safetensors", "", 404, .lensNotOffered, "x"),
        ("POST", "/v1/reanalyses", "{\"slide\":\"A\",\"minimum_confidence\":2}", 422, .invalidReanalysis, "2"),
        ("GET", "/v1/reanalyses/r2", "", 404, .jobNotFound, "r2"),
        ("POST", "/v1/camera/calibrations", "{\"objective\":\"20x\"}", 422, .invalidCalibration, "no way"),
        (
            "POST", "/v1/camera/calibrations", "{\"objective\":\"20x\",\"stage_micrometer_division_um\":10}", 409,
            .calibrationRefused, "lines"
        ),
        ("PUT", "/v1/camera/objective", "{\"objective\":\"4x\"}", 404, .objectiveNotFound, "4x"),
        ("PUT", "/v1/camera/mode", "{\"format\":\"BA81\"}", 422, .invalidCameraMode, "size"),
        ("PUT", "/v1/camera/mode", "{\"automatic\":true,\"width\":9}", 422, .invalidCameraMode, "both"),
        (
            "PUT", "/v1/camera/mode", "{\"format\":\"BA81\",\"width\":0,\"height\":9}", 422, .invalidCameraMode,
            "width is 0"
        ),
        (
            "PUT", "/v1/camera/mode", "{\"format\":\"YUYV\",\"width\":640,\"height\":480}", 409, .cameraModeRefused,
            "YUYV"
        ),
        ("GET", "/v1", "", 404, .unknownRoute, "/v1"),
        ("GET", "/v1", "", 404, .unknownRoute, "/v1"),
        ("GET", "/v1/status/", "", 404, .unknownRoute, "/v1/status/"),
        ("GET", "/v2/status", "", 404, .unknownRoute, "/v2/status"),
        ("DELETE", "/v1/slides", "", 405, .methodNotAllowed, "DELETE"),
    ])
    func refusalsSayWhatWasWrong(
        method: String, target: String, body: String, status: Int, kind: Problem.Kind, mention: String
    ) async throws {
        try await withServer { served throws in
            let answer = try problem(await served.raw(request(method, target, body: body)))
            #expect(answer.status == status && answer.problem.status == status)
            #expect(answer.type == "application/problem+json")
            #expect(answer.problem.kind == kind.rawValue)
            #expect(answer.problem.detail.contains(mention))
            #expect(!answer.problem.hint.isEmpty && !answer.problem.title.isEmpty)
        }
    }

    @Test func wrongMethodNamesTheRightOnes() async throws {
        try await withServer { served throws in
            let answer = try await served.raw(request("DELETE", "/v1/slides"))
            #expect(answer.contains("\r\nAllow: GET, POST\r\n"))
            let slide = try await served.raw(request("POST", "/v1/slides/A"))
            #expect(slide.contains("\r\nAllow: GET, PATCH, DELETE\r\n"))
        }
    }

    @Test func duplicateSlideIsAConflict() async throws {
        try await withServer { served throws in
            let client = served.client
            _ = try await blocking { try client.createSlide(SlideCreation(name: "A")) }
            let error = await #expect(throws: ControlClientError.self) {
                try await blocking { try client.createSlide(SlideCreation(name: "A")) }
            }
            let problem = try #require(error?.problem)
            #expect(problem.status == 409 && problem.isKind(.slideExists) && error?.exitStatus == 1)
        }
    }

    @Test func bodyOfExactlyTheLimitIsRead() async throws {
        try await withServer { served throws in
            let shell = "{\"name\":\"A\",\"note\":\"\"}"
            let note = String(repeating: "n", count: 64 * 1024 - shell.utf8.count)
            let body = "{\"name\":\"A\",\"note\":\"\(note)\"}"
            #expect(try await served.raw(request("POST", "/v1/slides", body: body)).hasPrefix("HTTP/1.1 201 "))
            let answer = try problem(await served.raw(request("POST", "/v1/slides", body: body + " ")))
            #expect(answer.status == 413 && answer.problem.kind == Problem.Kind.bodyTooLarge.rawValue)
            #expect(await served.instrument.creations.count == 1)
        }
    }

    @Test func onlyALensFileMayBeLarge() async throws {
        var limits = ControlServer.Limits()
        limits.lensFileBytes = 200_000
        try await withServer(limits: limits) { served throws in
            _ = try await served.instrument.offerLens(manifest: [1, 2, 3], by: Peer(uid: 0, gid: 0, pid: 0))
            let file = "/v1/lenses/d3/files/b.safetensors"
            let body = String(repeating: "w", count: 200_000)
            #expect(try await served.raw(request("PUT", file, body: body)).hasPrefix("HTTP/1.1 200 "))
            let stored = await served.instrument.lenses["d3"]
            #expect(stored?.files["b.safetensors"] == Array(body.utf8))

            let larger = try problem(await served.raw(request("PUT", file, body: body + "w")))
            #expect(larger.status == 413 && larger.problem.detail.contains("200000"))
            for (method, target) in [
                ("POST", "/v1/lenses"), ("POST", file), ("PUT", "/v1/lenses/d3/files"), ("PUT", "/v1/lenses/d3/files/"),
                ("PUT", "/v1/camera/objective"),
            ] {
                let refused = try problem(await served.raw(request(method, target, body: body)))
                #expect(refused.status == 413, "\(method) \(target)")
            }
        }
    }

    @Test func oversizedBodyInChunksIsRefused() async throws {
        try await withServer { served throws in
            let chunk = "4000\r\n\(String(repeating: " ", count: 0x4000))\r\n"
            let head = "POST /v1/slides HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
            let text = head + String(repeating: chunk, count: 5) + "0\r\n\r\n"
            let answer = try problem(await served.raw(text))
            #expect(answer.status == 413)
            #expect(await served.instrument.creations.isEmpty)
        }
    }

    @Test func largeBodyThroughTheClientIsRefusedWithItsReason() async throws {
        try await withServer { served throws in
            let client = served.client
            let note = String(repeating: "n", count: 5_000_000)
            let error = await #expect(throws: ControlClientError.self) {
                try await blocking { try client.createSlide(SlideCreation(name: "A", note: note)) }
            }
            #expect(try #require(error?.problem).isKind(.bodyTooLarge))
        }
    }

    @Test func whatIsNotHTTPIsRefused() async throws {
        try await withServer { served throws in
            #expect(try problem(await served.raw("hello\r\n\r\n")).status == 400)
            let header = "X: \(String(repeating: "y", count: 40_000))\r\n"
            #expect(try problem(await served.raw("GET /v1/status HTTP/1.1\r\n\(header)\r\n")).status == 400)
            let headers = String(repeating: "X: y\r\n", count: 200)
            #expect(try problem(await served.raw("GET /v1/status HTTP/1.1\r\n\(headers)\r\n")).status == 400)
            // The server is none the worse.
            let client = served.client
            #expect(try await blocking { try client.status() }.version == "0.1.0")
        }
    }
}
