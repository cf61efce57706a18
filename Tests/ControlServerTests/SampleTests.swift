import ControlAPI
import ControlClient
import Foundation
import Testing

/// Samples of traps over the socket, and by the program.
@Suite struct SampleTests {
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
            #expect(try await blocking { try client.sample(ofSlide: "A") } == StandInInstrument.sample)
            #expect(try await blocking { try client.samplePlan(ofSlide: "A") } == StandInInstrument.samplePlan)
            #expect(try await blocking { try client.plannedFields(ofSlide: "A") }.map(\.number) == [36])
            #expect(try await blocking { try client.sampleValues(ofSlide: "A") }.taxa[0].slots[1].value == nil)
            var change = SampleChange()
            (change.station, change.notes, change.share) = ("Leipzig", ["rain gauge": "none"], 0.1)
            let sent = change
            #expect(try await blocking { try client.changeSample(ofSlide: "A", sent) } == StandInInstrument.sample)
            // Names of notes are what was written.
            #expect(await served.instrument.sampleChanges == [sent])
            #expect(try await blocking { try client.clearSample(ofSlide: "A") }.name == "A")
            #expect(await served.instrument.peers.suffix(2).allSatisfy { $0.uid == getuid() && $0.pid == getpid() })
            for (method, target, body, status) in [
                ("GET", "/v1/slides/B/sample", "", 404), ("GET", "/v1/slides/B/sample/values", "", 404),
                ("PATCH", "/v1/slides/A/sample", "{}", 422),
                ("PATCH", "/v1/slides/A/sample", "{\"flow_l_min\":0}", 422),
                ("PATCH", "/v1/slides/A/sample", "{\"flow_l_min\":1e300}", 422),
                ("PATCH", "/v1/slides/A/sample", "{\"share\":1.5}", 422),
                ("PATCH", "/v1/slides/A/sample", "{\"bands\":0}", 422),
                ("PATCH", "/v1/slides/A/sample", "{\"bands\":3,\"bands_at_mm\":[7]}", 422),
                ("PATCH", "/v1/slides/A/sample", "{\"field_along_um\":200}", 422),
                ("PATCH", "/v1/slides/A/sample", "{\"trap\":\"vacuum cleaner\"}", 400),
                ("POST", "/v1/captures", "{\"slide\":\"A\",\"band\":2}", 422),
                ("POST", "/v1/captures", "{\"slide\":\"A\",\"planned\":true,\"band\":0}", 422),
            ] {
                let answer = try await served.raw(request(method, target, body: body))
                #expect(answer.hasPrefix("HTTP/1.1 \(status)"), "\(method) \(target) \(body): \(answer.prefix(20))")
            }
        }
    }

    @Test func theProgramSaysIt() async throws {
        try await withSlide { served, run in
            let set = try await run(
                "sample", "set", "A", "--station", "Leipzig", "--begins", "2026-06-08T09:00", "--ends",
                "2026-06-15T09:00", "--time-zone", "Europe/Berlin", "--day", "2026-06-12", "--method", "transverse",
                "--field-um", "500x400", "--share", "10%", "--note", "rain=none", "--bands", "12")
            #expect(set.status == 0 && set.output.contains("2026-06-12T00:00:00+02:00 to 2026-06-13T00:00:00+02:00"))
            #expect(set.output.contains("48 x 14 mm, 24 h, 14.4 m3 of air"))
            let change = try #require(await served.instrument.sampleChanges.first)
            #expect(change.method == .transverse && change.share == 0.1 && change.fieldAcrossUm == 400)
            #expect(change.notes == ["rain": "none"] && change.trap == nil && change.bands == 12)

            let plan = try await run("sample", "plan", "A").output
            #expect(plan.contains("35 captured, 385 missing; 1.0 % of the deposit, 12.5 % planned, 10.0 % wanted"))
            #expect(
                plan.contains(
                    "next: field 36 of band 2, 6.000 mm along, 13.800 mm across, 2026-06-12T03:00:00+02:00; move +4.000 mm along, "
                        + "+0.000 mm across"))
            #expect(plan.contains("note: the bands overlap"))
            #expect(try await run("sample", "plan", "A", "--fields").output.contains("36"))

            let values = try await run("sample", "values", "A").output
            #expect(values.contains("Leipzig, 2026-06-12") && values.contains("60.1 to 93.2"))
            #expect(values.contains("00:00  02:00  20.0") && values.contains("02:00  04:00     -"))
            #expect(values.contains("air sampled  10 l/min x 24 h x 60 / 1000 = 14.4 m³"))
            #expect(values.contains("note: 9.8 % of the deposit is examined"))
            let season = try await run("season", "--station", "Leipzig", "--from", "2026-06-10").output
            #expect(
                season.contains("2026-06-10  A") && season.contains("75.6") && season.contains("no value: 2026-06-13"))
            #expect(season.contains("note: 2026-06-13, A: no lens has looked at it"))
            #expect(try await run("season", "--station", "Atlantis").status == 1)
            let file = FileManager.default.temporaryDirectory.appendingPathComponent("season-\(UUID().uuidString).csv")
                .path
            defer { try? FileManager.default.removeItem(atPath: file) }
            #expect(try await run("season", "--format", "aerobiology", "-o", file).status == 0)
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "aerobiology of Leipzig")
            for bad in [
                ["--first-month", "13"], ["--format", "csv"], ["--format", "dwca", "-o", file], ["--publisher", "us"],
                ["--format", "dwca", "--licence", "CC0-1.0", "--publisher", "us", "--place", "91,0", "-o", file],
            ] {
                #expect(try await neurallens(["season"] + bad, environment: [:]).status == 64, "\(bad)")
            }
            #expect(try await run("season", "--format", "csv", "-o", file).errors.contains("it exists"))
            #expect(try await run("sample", "show", "A").output.contains("fuchsin"))
            #expect(try await run("sample", "clear", "A").status == 0)
            for bad in [
                ["--flow-l-min", "0"], ["--field-um", "500"], ["--bands-at-mm", "3,x"], ["--note", "rain"], [],
            ] {
                #expect(try await neurallens(["sample", "set", "A"] + bad, environment: [:]).status == 64, "\(bad)")
            }
            #expect(try await run("sample", "show", "B").status == 1)
        }
    }
}
