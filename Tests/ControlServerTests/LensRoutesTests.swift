import ControlAPI
import ControlClient
import ControlServer
import Digest
import Foundation
import Testing
import Zip

/// The library of lenses through the client: routes, files of one lens, and what the terminal shows.
@Suite struct LensRoutesTests {
    @Test func lensesAnswer() async throws {
        try await withServer { served throws in
            let client = served.client
            let mine = StandInInstrument.shelved
            #expect(try await blocking { try client.lenses() } == [mine])
            #expect(try await blocking { try client.lens(mine.digest) }.card == "# Card")
            #expect(try await blocking { try client.lensActivations() } == [StandInInstrument.activation])
            for name in ["mine", "MINE", "aaaa", mine.digest] {
                #expect(try await blocking { try client.lens(named: name) } == mine)
            }
            for name in ["", "aaa", "other", "bbbb"] {
                await #expect { try await blocking { try client.lens(named: name) } } throws: {
                    "\($0)".contains("there is no lens \"\(name)\"")
                }
            }
            let result = try await blocking { try client.activate("previous", slide: "Park") }
            #expect(result.activation.slide == "Park" && result.activation.isReturn)
            #expect(try await blocking { try client.deleteLens(mine.digest) } == mine)
            let plain = try await served.raw(request("POST", "/v1/lenses/default/activate", body: "{}"))
            #expect(plain.contains("\"slides_in_all\":2"))
        }
    }

    @Test func whoMayOnlyLookChangesNoLens() async throws {
        try await withPage { page in
            let cookie = try await page.cookie(of: page.links.read)
            let digest = StandInInstrument.shelved.digest
            for (method, target) in [
                ("POST", "/v1/lenses/\(digest)/activate"), ("DELETE", "/v1/lenses/\(digest)"),
                ("PUT", "/v1/lenses/\(digest)/files/a.safetensors"), ("PUT", "/v1/lenses/\(digest)/card"),
            ] {
                let answer = try await page.ask(method, target, cookie: cookie, body: "{}")
                #expect(answer.hasPrefix("HTTP/1.1 403 ") && answer.contains("\"kind\":\"read-only\""), "\(target)")
            }
            let list = try await page.ask("GET", "/v1/lenses", cookie: cookie)
            #expect(list.hasPrefix("HTTP/1.1 200 ") && list.contains("\"name\":\"mine\""))
        }
    }

    @Test func theTerminalSaysWhatToLookAtAgain() {
        let result = LensActivationResult(
            activation: StandInInstrument.activation, lens: "mine", lensDigest: StandInInstrument.shelved.digest,
            slides: [.init(slide: "Park, 12 June", fields: 9, lenses: ["small"])], slidesInAll: 2)
        let text = Presentation.activated(result)
        for part in [
            "The lens mine (aaaaaaaaaaaa) counts the fields of all slides",
            "neurallens reanalyse --slide 'Park, 12 June' --lens aaaaaaaaaaaa\n", "9 fields counted by small",
            "and 1 older slide",
        ] { #expect(text.contains(part), "\(part) in \(text)") }
        #expect(Presentation.lenses([StandInInstrument.shelved]).contains("all slides, Park"))
        #expect(Presentation.lenses([]).contains("No lens yet"))
    }

    @Test func aLensGoesOutAsOneFile() async throws {
        try await withTemporaryDirectory { directory in
            try await withServer { served throws in
                let client = served.client
                let path = "\(directory)/mine.zip"
                try await blocking { try client.export(StandInInstrument.shelved, to: path, overwrite: false) }
                let zip = try ZipReader(path: path)
                #expect(zip.entries.map(\.name) == ["lens.json", "a.safetensors", "README.md"])
                #expect(
                    try zip.contents(#require(zip.entry("a.safetensors")), atMost: 100) == StandInInstrument.lensFile)
                await #expect {
                    try await blocking { try client.export(StandInInstrument.shelved, to: path, overwrite: false) }
                } throws: { "\($0)".contains("it exists") }
                // What went bad on the daemon's disk does not go out.
                let bad = StandInInstrument.spoilt
                await #expect(throws: ControlClientError.self) {
                    try await blocking { try client.export(bad, to: "\(directory)/bad.zip", overwrite: false) }
                }
                #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["mine.zip"])
            }
        }
    }

    private func manifest(_ file: String, _ weights: [UInt8]) -> [UInt8] {
        Array(
            "{\"name\":\"mine\",\"networks\":[{\"file\":\"\(file)\",\"sha256\":\"\(sha256Hex(weights))\"}]}".utf8)
    }

    /// Nothing of a package that is not whole reaches the daemon.
    @Test func brokenAndForeignPackagesAreRefused() async throws {
        try await withTemporaryDirectory { directory in
            let weights = Array("weights".utf8)
            func package(_ name: String, _ files: [(String, [UInt8])]) throws -> String {
                let path = "\(directory)/\(name).zip"
                let zip = try ZipWriter(path: path)
                for (name, bytes) in files { try zip.add(name, bytes) }
                try zip.finish()
                return path
            }
            func refusal(_ path: String) -> String {
                do {
                    try LensPackage(path).check()
                    return "taken"
                } catch {
                    return "\(error)"
                }
            }
            let good = manifest("a.safetensors", weights)
            #expect(refusal(try package("good", [("lens.json", good), ("a.safetensors", weights)])) == "taken")
            let inFolder = try package(
                "folder", [("my/lens.json", good), ("my/a.safetensors", weights), ("my/README.md", Array("# A".utf8))])
            #expect(refusal(inFolder) == "taken")
            #expect(try LensPackage(inFolder).card == Array("# A".utf8))
            for (name, files, reason) in [
                ("foreign", [("rdf.yaml", weights)], "it holds no lens.json"),
                ("two", [("lens.json", good), ("b/lens.json", good)], "it holds 2 files called lens.json"),
                ("missing", [("lens.json", good)], "a.safetensors is missing"),
                ("wrong", [("lens.json", good), ("a.safetensors", Array("weightz".utf8))], "was sealed with"),
                ("text", [("lens.json", Array("hello".utf8))], "is not the description of a lens"),
                (
                    "slip", [("lens.json", manifest("../../x", weights)), ("../../x", weights)],
                    "names a file that is not beside it: ../../x"
                ),
                ("hidden", [("lens.json", manifest(".x", weights)), (".x", weights)], "not beside it: .x"),
            ] {
                let said = refusal(try package(name, files))
                #expect(said.contains(reason), "\(name): \(said)")
            }
            let whole = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/good.zip"))
            try whole.prefix(whole.count - 30).write(to: URL(fileURLWithPath: "\(directory)/cut.zip"))
            #expect(refusal("\(directory)/cut.zip").contains("no Zip file, or cut short"))
        }
    }

    /// A file above the size of a piece goes over in pieces, from its beginning on.
    @Test func largeFilesGoInPieces() async throws {
        try await withTemporaryDirectory { directory in
            let weights = [UInt8](repeating: 7, count: LensFilePiece.largest + 5)
            try Data(weights).write(to: URL(fileURLWithPath: "\(directory)/b.safetensors"))
            try Data(manifest("b.safetensors", weights)).write(to: URL(fileURLWithPath: "\(directory)/lens.json"))
            try await withServer { served throws in
                _ = try await blocking { try served.client.bring(LensFolder(directory)) }
                #expect(
                    await served.instrument.pieces == [
                        LensFilePiece(offset: 0, total: Int64(weights.count)),
                        LensFilePiece(offset: Int64(LensFilePiece.largest), total: Int64(weights.count)),
                    ])
            }
        }
    }
}
