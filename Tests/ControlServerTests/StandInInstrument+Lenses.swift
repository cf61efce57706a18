import ControlAPI
import ControlServer
import Digest

/// Lenses of the stand-in: those that were brought, and one that is in force.
extension StandInInstrument {
    static let lensFile = Array("weights".utf8)

    static let shelved = LensDescription(
        digest: String(repeating: "a", count: 64), name: "mine", title: "Mine",
        species: [.init(key: "iva", name: "Iva xanthiifolia", colour: "#ff0000")], nmPerPixel: 83,
        files: [
            .init(name: "lens.json", bytes: 7, sha256: sha256Hex(lensFile)),
            .init(name: "a.safetensors", bytes: 7, sha256: sha256Hex(lensFile)),
        ], origin: .taught, by: "anna uid=1 pid=2", teaching: "1", at: "2026-11-30T22:00:00.000Z", problem: nil,
        isInForce: true, slides: ["Park"], captures: 3)

    /// One whose files are not what they were.
    static let spoilt = {
        var lens = shelved
        lens.digest = String(repeating: "b", count: 64)
        lens.files[1].sha256 = lens.digest
        return lens
    }()

    static let activation = LensActivation(
        id: 1, at: "2026-11-30T23:00:00.000Z", by: "anna uid=1 pid=2", slide: nil, lens: "mine",
        lensDigest: shelved.digest, isReturn: false)

    private func known(_ digest: String) throws(Problem) -> LensDescription {
        guard let lens = [Self.shelved, Self.spoilt].first(where: { $0.digest == digest }) else {
            throw Problem(.lensNotOffered, "there is no lens \(digest)", hint: "list them")
        }
        return lens
    }

    func storeLensCard(digest: String, text: [UInt8], by peer: Peer) async throws(Problem) -> LensOffer {
        LensOffer(digest: digest, missing: [])
    }

    func lensDescriptions() async throws(Problem) -> [LensDescription] { [Self.shelved] }

    func lensDetails(_ digest: String) async throws(Problem) -> LensDetails {
        LensDetails(lens: try known(digest), card: "# Card", figures: nil, activations: [Self.activation])
    }

    func lensActivations() async throws(Problem) -> [LensActivation] { [Self.activation] }

    func lensFile(digest: String, name: String, offset: Int64) async throws(Problem) -> [UInt8] {
        _ = try known(digest)
        // A few bytes at a time, as pieces of a large file come.
        return Array(Self.lensFile.dropFirst(Int(offset)).prefix(3))
    }

    func activateLens(
        _ name: String, _ request: LensActivationRequest, by peer: Peer
    ) async throws(Problem) -> LensActivationResult {
        peers.append(peer)
        var activation = Self.activation
        activation.slide = request.slide
        activation.isReturn = name == LensActivationRequest.previous
        return LensActivationResult(
            activation: activation, lens: "mine", lensDigest: Self.shelved.digest,
            slides: [.init(slide: "Park, 12 June", fields: 9, lenses: ["small"])], slidesInAll: 2)
    }

    func deleteLens(_ digest: String, by peer: Peer) async throws(Problem) -> LensDescription { try known(digest) }
}
