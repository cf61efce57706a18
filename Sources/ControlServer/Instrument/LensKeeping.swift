package import ControlAPI

/// The library of lenses: what can count, and which of it does.
package protocol LensKeeping: Sendable {
    /// Takes note of a lens that a client has.
    ///
    /// - Parameter manifest: `lens.json`, byte for byte.
    func offerLens(manifest: [UInt8], by peer: Peer) async throws(Problem) -> LensOffer
    /// Takes one file that the manifest names, or a piece of it.
    ///
    /// - Parameters:
    ///   - digest: of a manifest that was offered.
    ///   - name: as the client sent it.
    ///   - piece: where the bytes lie in the file; nil for the whole of it.
    func storeLensFile(
        digest: String, name: String, bytes: [UInt8], piece: LensFilePiece?, by peer: Peer
    ) async throws(Problem) -> LensOffer
    /// Takes what the bringer says of a lens, where nothing is said of it here.
    func storeLensCard(digest: String, text: [UInt8], by peer: Peer) async throws(Problem) -> LensOffer
    /// The configured lens and those of the library, by name.
    func lensDescriptions() async throws(Problem) -> [LensDescription]
    func lensDetails(_ digest: String) async throws(Problem) -> LensDetails
    /// Newest first.
    func lensActivations() async throws(Problem) -> [LensActivation]
    /// At most `LensFilePiece.largest` bytes of a file, from an offset on; none at its end.
    func lensFile(digest: String, name: String, offset: Int64) async throws(Problem) -> [UInt8]
    /// Puts a lens in force, for all slides or for one.
    ///
    /// - Parameter name: a digest, `previous` or `default`.
    func activateLens(
        _ name: String, _ request: LensActivationRequest, by peer: Peer
    ) async throws(Problem) -> LensActivationResult
    /// As it was.
    func deleteLens(_ digest: String, by peer: Peer) async throws(Problem) -> LensDescription
}
