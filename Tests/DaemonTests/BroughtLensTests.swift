import Digest
import Foundation
import Testing
import UnixSocket

/// Lenses as a client of its own making brings them, over the socket.
@Suite struct BroughtLensTests {
    private func ask(_ daemon: Daemon, _ method: String, _ target: String, _ body: String) async throws -> String {
        let socket = daemon.socket
        let request =
            "\(method) \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
            + body
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let file = FileHandle(
                            fileDescriptor: try UnixSocketAddress(socket).connect(), closeOnDealloc: true)
                        try file.write(contentsOf: Data(request.utf8))
                        return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
                    })
            }
        }
    }

    /// The manifest of the small lens, whose first network's file has another name.
    private func manifest(naming name: String, sha256: String? = nil) throws -> String {
        let data = try Data(contentsOf: URL(fileURLWithPath: Programs.smallLens + "/lens.json"))
        var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        var networks = try #require(object["networks"] as? [[String: Any]])
        networks[0]["file"] = name
        if let sha256 { networks[0]["sha256"] = sha256 }
        object["networks"] = networks
        return String(decoding: try JSONSerialization.data(withJSONObject: object), as: UTF8.self)
    }

    @Test func weightsAreNothingButWeights() async throws {
        let daemon = try await Daemon()
        try await daemon.start()
        for name in [
            "lens.json", ".brought-by", "../../slides.sqlite", "/etc/passwd", "a/b.safetensors", "labelling.json",
            "lens.json\u{0}.safetensors", ".safetensors", "",
        ] {
            let body = try manifest(naming: name, sha256: sha256Hex(Array("hello".utf8)))
            let answer = try await ask(daemon, "POST", "/v1/lenses", body)
            #expect(answer.contains("\"kind\":\"invalid-lens-file\""), "\(name): \(answer)")
            #expect(answer.contains("must be the plain name of a .safetensors file"), "\(name): \(answer)")
        }
        // Of a lens that was taken, no file but its own.
        let body = try manifest(naming: "a.safetensors", sha256: sha256Hex(Array("hello".utf8)))
        let offer = try await ask(daemon, "POST", "/v1/lenses", body)
        let digest = sha256Hex(Array(body.utf8))
        #expect(offer.contains(digest))
        for name in ["lens.json", ".brought-by", "..%2F..%2Fslides.sqlite", "b.safetensors"] {
            let answer = try await ask(daemon, "PUT", "/v1/lenses/\(digest)/files/\(name)", "hello")
            #expect(answer.contains("\"kind\":\"invalid-lens-file\""), "\(name): \(answer)")
        }
        #expect(try await ask(daemon, "PUT", "/v1/lenses/\(digest)/files/a.safetensors", "other").contains("sealed"))
        #expect(try await ask(daemon, "PUT", "/v1/lenses/\(digest)/files/a.safetensors", "hello").contains(digest))
        let kept = try FileManager.default.contentsOfDirectory(
            atPath: daemon.folder.appendingPathComponent("lenses/\(digest)").path)
        #expect(Set(kept) == ["lens.json", ".brought-by", "a.safetensors"])
        #expect(
            try String(contentsOf: daemon.folder.appendingPathComponent("lenses/\(digest)/lens.json"), encoding: .utf8)
                == body)
        try await daemon.end(SIGTERM)
    }
}
