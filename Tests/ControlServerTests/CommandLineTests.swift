import ControlAPI
import ControlClient
import Foundation
import Testing

/// The `neurallens` program itself, as a user runs it.
@Suite struct CommandLineTests {
    @Test func exitStatuses() async throws {
        try await withServer { served throws in
            let done = try await neurallens(["slide", "create", "A", "--note", "n", "--socket", served.path])
            #expect(done.status == 0 && done.output == "Slide \"A\" made\n" && done.errors.isEmpty)

            let refused = try await neurallens(["slide", "show", "B"], environment: ["NEURALLENS_SOCKET": served.path])
            #expect(refused.status == 1 && refused.output.isEmpty)
            #expect(refused.errors == "neurallens: there is no slide B; list the slides\n")

            for wrong in [
                ["slide", "make"], ["capture", "--slide", "A", "--count", "0"], ["image", "1", "foo", "-o", "x"],
            ] {
                #expect(try await neurallens(wrong).status == 64)
            }

            for path in ["/nonexistent/x.sock", "/tmp", "/\(String(repeating: "x", count: 200))"] {
                let absent = try await neurallens(["--socket", path, "status"])
                #expect(absent.status == 69 && absent.errors.contains(path))
            }
        }
    }

    @Test func capturePrintsNumberCountsAndTimings() async throws {
        try await withServer { served throws in
            _ = try await served.instrument.createSlide(SlideCreation(name: "A"), by: Peer(uid: 0, gid: 0, pid: 0))
            let capture = ["capture", "--slide", "A", "--socket", served.path]
            let text = try await neurallens(capture)
            #expect(text.status == 0 && text.errors.isEmpty)
            #expect(
                text.output == """
                    capture 7  iva 5  galanthus 0  unidentified 1
                               grab 0.05 s  store 0.12 s  lens 8.20 s  grains 0.03 s

                    """)
            let json = try await neurallens(capture + ["--json"])
            let job = try WireFormat.decode(CaptureJob.self, from: Data(json.output.utf8))
            #expect(job.captures == [StandInInstrument.finished])
            let queued = try await neurallens(capture + ["--no-wait", "--count", "4"])
            #expect(queued.output == "Job j1 queued: 4 of slide \"A\"\n")
        }
    }

    @Test func pictureIsWritten() async throws {
        try await withServer { served throws in
            let file = "\(served.path).png"
            let outcome = try await neurallens(["image", "7", "only-iva", "-o", file, "--socket", served.path])
            #expect(outcome.status == 0)
            #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == Data(StandInInstrument.picture))
        }
    }

    @Test func machineFormats() async throws {
        try await withServer { served throws in
            _ = try await served.instrument.createSlide(SlideCreation(name: "A"), by: Peer(uid: 0, gid: 0, pid: 0))
            let counts = try await neurallens(["counts", "A", "--format", "csv", "--socket", served.path])
            let rows = counts.output.split(separator: "\r\n")
            #expect(rows[0].hasPrefix("slide,captures,species,key,grains,machine,doubtful,confirmed,"))
            #expect(rows[1].hasPrefix("A,1,Iva xanthiifolia,iva,5,5,0,0,0.0,0.0,,"))
            let grains = try await neurallens(["--json", "--socket", served.path, "grains", "7"])
            let object = try JSONSerialization.jsonObject(with: Data(grains.output.utf8)) as? [String: Any]
            let grain = (object?["grains"] as? [[String: Any]])?.first
            #expect(grain?["centroid_px"] as? [Double] == [10.5, 20.25])
            #expect(grain?["area_um2"] is NSNull)
        }
    }
}
