import Acquisition
import ControlAPI
import Foundation
import Testing

/// Lenses put in force for all slides and for one, taken back, gone bad, and deleted.
@Suite struct LensTests {
    /// The small lens under another name: another digest, the same weights.
    private func manifest(_ name: String) throws -> [UInt8] {
        let text = try String(contentsOfFile: Bench.lensFolder + "/lens.json", encoding: .utf8)
        #expect(text.contains("\"name\" : \"small\""))
        return Array(text.replacingOccurrences(of: "\"name\" : \"small\"", with: "\"name\" : \"\(name)\"").utf8)
    }

    private func weights(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(Bench.lensFolder)/\(name)")))
    }

    /// - Returns: the digest.
    @discardableResult
    private func bring(_ name: String, to microscope: Microscope) async throws -> String {
        var offer = try await microscope.offerLens(manifest: try manifest(name), by: Bench.peer)
        for file in offer.missing {
            offer = try await microscope.storeLensFile(
                digest: offer.digest, name: file, bytes: try weights(file), piece: nil, by: Bench.peer)
        }
        return offer.digest
    }

    /// Why a lens is not deleted.
    private func refusal(_ digest: String, _ microscope: Microscope) async -> String {
        do throws(Problem) {
            return "deleted: \(try await microscope.deleteLens(digest, by: Bench.peer).name)"
        } catch {
            return error.isKind(.lensInUse) ? error.detail : "another problem: \(error)"
        }
    }

    private func lensesOfCaptures(_ microscope: Microscope, _ slide: String = "s") async throws -> [String?] {
        try await microscope.book.captures(ofSlide: slide).map(\.lens)
    }

    @Test func aLensCountsFromItsActivationOnAndAfterARestart() async throws {
        let bench = try Bench()
        var microscope = try await bench.counted()
        let digest = try await bring("mine", to: microscope)
        #expect(try await microscope.lensDescriptions().map(\.name) == ["mine", "small"])
        #expect(try await microscope.status().lens.name == "small")
        let result = try await microscope.activateLens(digest, LensActivationRequest(), by: Bench.peer)
        #expect(result.lens == "mine" && result.lensDigest == digest)
        #expect(result.slides == [.init(slide: "s", fields: 1, lenses: ["small"])] && result.slidesInAll == 1)
        #expect(try await microscope.status().lens.digest == digest)
        _ = try await microscope.captured(slide: "s")
        await microscope.stop()

        microscope = try await bench.open()
        #expect(try await microscope.status().lens.name == "mine")
        _ = try await microscope.captured(slide: "s")
        #expect(try await lensesOfCaptures(microscope) == ["small", "mine", "mine"])
        let doubts = try await microscope.book.counts(ofSlide: "s", untilPrecision: nil).doubts
        #expect(
            doubts.contains {
                $0.hasPrefix("the fields were counted by 2 different lenses: 1 by small (")
                    && $0.contains("), capture 1; 2 by mine (\(digest.prefix(12))), captures 2, 3;")
            }, "\(doubts)")
        let details = try await microscope.lensDetails(digest)
        #expect(details.lens.captures == 2 && details.lens.isInForce && details.lens.by == "uid 1000")
        #expect(details.card.contains("# Model card: mine") && details.activations.count == 1)

        // Back to the configured one, which is none of the library.
        let back = try await microscope.activateLens("previous", LensActivationRequest(), by: Bench.peer)
        #expect(back.lens == "small" && back.activation.isReturn && back.activation.lens == nil)
        await #expect {
            try await microscope.activateLens("previous", LensActivationRequest(), by: Bench.peer)
        } throws: {
            ($0 as? Problem)?.isKind(.activationRefused) == true
        }
        #expect(try await microscope.lensActivations().map(\.lens) == [nil, "mine"])
        await microscope.stop()
        microscope = try await bench.open()
        #expect(try await microscope.status().lens.name == "small")
        // What was chosen by name stays when the configuration names another lens.
        let small = try #require(try await microscope.lensDescriptions().first { $0.name == "small" })
        _ = try await microscope.activateLens(small.digest, LensActivationRequest(), by: Bench.peer)
        var other = bench.configuration
        other.lensFolder = "/nowhere"
        await microscope.reload(other)
        #expect(try await microscope.status().lens.name == "small")
        await #expect {
            try await microscope.activateLens("default", LensActivationRequest(), by: Bench.peer)
        } throws: {
            ($0 as? Problem)?.isKind(.activationRefused) == true
        }
        await microscope.stop()
    }

    @Test func aSlideHasALensOfItsOwn() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted()
        _ = try await microscope.createSlide(SlideCreation(name: "t"), by: Bench.peer)
        let digest = try await bring("mine", to: microscope)
        let request = LensActivationRequest(slide: "t")
        let result = try await microscope.activateLens(digest, request, by: Bench.peer)
        #expect(result.slides.isEmpty && result.activation.slide == "t")
        for slide in ["s", "t"] { _ = try await microscope.captured(slide: slide) }
        #expect(try await lensesOfCaptures(microscope) == ["small", "small"])
        #expect(try await lensesOfCaptures(microscope, "t") == ["mine"])
        #expect(try await microscope.status().lens.name == "small")
        #expect(try await microscope.lensDetails(digest).lens.slides == ["t"])
        // A reanalysis of the slide looks through its lens.
        var job = try await microscope.reanalyse(ReanalysisRequest(slide: "t"), by: Bench.peer)
        while !job.state.isFinal {
            job = try await microscope.reanalysis(job.id, after: job.revision, timeout: .seconds(60))
        }
        #expect(try await microscope.book.runs(ofSlide: "t").map(\.lens) == ["mine", "mine"])
        _ = try await microscope.activateLens("default", request, by: Bench.peer)
        _ = try await microscope.captured(slide: "t")
        #expect(try await lensesOfCaptures(microscope, "t") == ["mine", "small"])
        await #expect {
            try await microscope.activateLens(digest, LensActivationRequest(slide: "none"), by: Bench.peer)
        } throws: { ($0 as? Problem)?.isKind(.slideNotFound) == true }
        await microscope.stop()
    }

    /// A file that goes bad is told; the configured lens counts on, and each field that it counts says so.
    @Test func aLensThatGoesBadIsToldAndPutRightByAnotherImport() async throws {
        let bench = try Bench()
        var microscope = try await bench.counted()
        let digest = try await bring("mine", to: microscope)
        _ = try await microscope.activateLens(digest, LensActivationRequest(), by: Bench.peer)
        await microscope.stop()
        let file = bench.folder.appendingPathComponent("lenses/\(digest)/labelling.safetensors")
        var bytes = try [UInt8](Data(contentsOf: file))
        bytes[bytes.count / 2] ^= 1
        try Data(bytes).write(to: file)

        microscope = try await bench.open()
        let status = try await microscope.status().lens
        #expect(status.name == "small" && status.state == .ready)
        #expect(status.reason?.contains("the lens mine (\(digest.prefix(12))), activated ") == true, "\(status)")
        #expect(status.reason?.contains("the configured lens counts on") == true)
        #expect(try await microscope.lensDetails(digest).lens.problem?.isKind(.lensRefused) == true)
        _ = try await microscope.captured(slide: "s")
        let counted = try await microscope.book.captures(ofSlide: "s")
        #expect(counted.map(\.lens) == ["small", "small"])
        #expect(
            counted[1].doubtKeys == ["other-lens"] && counted[1].doubts[0].contains("counted by the lens small instead")
        )
        await #expect {
            try await microscope.activateLens(digest, LensActivationRequest(slide: "s"), by: Bench.peer)
        } throws: {
            "\($0)".contains("is not the file that lens.json names")
        }

        #expect(try await bring("mine", to: microscope) == digest)
        #expect(try await microscope.status().lens.name == "mine")
        _ = try await microscope.captured(slide: "s")
        #expect(try await lensesOfCaptures(microscope) == ["small", "small", "mine"])
        await microscope.stop()
    }

    @Test func whatAKillLeftOfADeletedLensIsSweptAwayAtTheStart() async throws {
        let bench = try Bench()
        let left = bench.folder.appendingPathComponent("lenses/.deleted-\(String(repeating: "a", count: 64))")
        try FileManager.default.createDirectory(at: left, withIntermediateDirectories: true)
        try Data([1]).write(to: left.appendingPathComponent("lens.json"))
        let microscope = try await bench.open()
        #expect(!FileManager.default.fileExists(atPath: left.path))
        #expect(try await microscope.lensDescriptions().map(\.name) == ["small"])
    }

    @Test func aLensThatIsNeededIsNotDeleted() async throws {
        let bench = try Bench()
        let microscope = try await bench.counted()
        let digest = try await bring("mine", to: microscope)
        _ = try await microscope.activateLens(digest, LensActivationRequest(), by: Bench.peer)
        _ = try await microscope.captured(slide: "s")
        #expect(await refusal(digest, microscope) == "the lens mine is in force, and cannot be deleted")
        _ = try await microscope.activateLens("default", LensActivationRequest(), by: Bench.peer)
        _ = try await microscope.activateLens(digest, LensActivationRequest(slide: "s"), by: Bench.peer)
        #expect(await refusal(digest, microscope) == "the lens mine is set for the slide \"s\", and cannot be deleted")
        _ = try await microscope.activateLens("default", LensActivationRequest(slide: "s"), by: Bench.peer)
        var job = try await microscope.reanalyse(ReanalysisRequest(slide: "s", lensDigest: digest), by: Bench.peer)
        #expect(
            await refusal(digest, microscope)
                == "the lens mine is needed by the reanalysis of the slide \"s\", and cannot be deleted"
        )
        while !job.state.isFinal {
            job = try await microscope.reanalysis(job.id, after: job.revision, timeout: .seconds(60))
        }
        let before = try await microscope.book.captures(ofSlide: "s")
        #expect(try await microscope.deleteLens(digest, by: Bench.peer).captures == 2)
        #expect(try await microscope.lensDescriptions().map(\.name) == ["small"])
        // What it counted is still named by its species.
        #expect(try await microscope.book.captures(ofSlide: "s") == before)
        #expect(
            try await microscope.book.runs(ofSlide: "s").last?.counts.map(\.species).contains("Iva xanthiifolia")
                == true)
        #expect(FileManager.default.fileExists(atPath: bench.folder.path + "/known-lenses/\(digest).json"))
        await #expect { try await microscope.activateLens(digest, LensActivationRequest(), by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.lensNotOffered) == true
        }
        let small = try #require(try await microscope.lensDescriptions().first)
        await #expect { try await microscope.deleteLens(small.digest, by: Bench.peer) } throws: {
            ($0 as? Problem)?.isKind(.lensInUse) == true
        }
        await microscope.stop()
    }

    private func send(
        _ microscope: Microscope, _ digest: String, _ name: String, _ part: ArraySlice<UInt8>, at offset: Int,
        of total: Int64
    ) async throws -> LensOffer {
        try await microscope.storeLensFile(
            digest: digest, name: name, bytes: Array(part), piece: LensFilePiece(offset: Int64(offset), total: total),
            by: Bench.peer)
    }

    /// A file that is larger than a request comes piece by piece, and has its name once it has its hash.
    @Test func aFileComesInPieces() async throws {
        let bench = try Bench()
        let microscope = try await bench.open()
        let offer = try await microscope.offerLens(manifest: try manifest("mine"), by: Bench.peer)
        let name = offer.missing[0]
        let bytes = try weights(name)
        let total = Int64(bytes.count), half = bytes.count / 2
        for (offset, total) in [(half, total), (-1, total), (half, 3), (0, 5_000_000_000), (Int.max, Int64.max)] {
            await #expect(throws: Problem.self) {
                try await send(microscope, offer.digest, name, bytes[half...], at: offset, of: total)
            }
        }
        #expect(
            try await send(microscope, offer.digest, name, bytes[..<half], at: 0, of: total).missing == offer.missing)
        // What a client that was killed left is begun anew, and the same piece twice is none.
        #expect(
            try await send(microscope, offer.digest, name, bytes[..<half], at: 0, of: total).missing == offer.missing)
        await #expect {
            try await send(microscope, offer.digest, name, bytes[..<half], at: half - 1, of: total)
        } throws: {
            "\($0)".contains("and \(half) are here")
        }
        let wrong = [bytes[half] ^ 1] + bytes[(half + 1)...]
        await #expect { try await send(microscope, offer.digest, name, wrong[...], at: half, of: total) } throws: {
            "\($0)".contains("is not the file that the lens mine was sealed with")
        }
        _ = try await send(microscope, offer.digest, name, bytes[..<half], at: 0, of: total)
        #expect(
            try await send(microscope, offer.digest, name, bytes[half...], at: half, of: total).missing
                == Array(offer.missing.dropFirst()))
        await #expect {
            try await microscope.activateLens(offer.digest, LensActivationRequest(), by: Bench.peer)
        } throws: {
            "\($0)".contains("the lens still lacks")
        }
        #expect(try await microscope.lensFile(digest: offer.digest, name: name, offset: total - 3) == bytes.suffix(3))
        for name in ["../slides.sqlite", ".brought-by", "none"] {
            await #expect(throws: Problem.self) {
                try await microscope.lensFile(digest: offer.digest, name: name, offset: 0)
            }
        }
        await microscope.stop()
    }
}
