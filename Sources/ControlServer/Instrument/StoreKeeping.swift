package import ControlAPI

/// The database as a whole.
package protocol StoreKeeping: Sendable {
    /// Holds the database as it is now, for a copy; the one that is held already, where there is one.
    func snapshot(by peer: Peer) async throws(Problem) -> SnapshotReport
    /// Holds the file of a slide's pictures as it is now, as part of a snapshot.
    func snapshot(ofSlide slide: Int64, in id: String, by peer: Peer) async throws(Problem) -> SnapshotReport
    /// One piece of its bytes.
    func block(_ number: Int, ofSnapshot id: String) async throws(Problem) -> [UInt8]
    func hashes(from: Int, count: Int, ofSnapshot id: String) async throws(Problem) -> BlockHashes
    func endSnapshot(_ id: String, by peer: Peer) async throws(Problem)
    /// Begins to bring a slide's pictures to the archive, and returns at once.
    func archiveSlide(_ name: String, by peer: Peer) async throws(Problem) -> SlideTransferJob
    /// Begins to bring them back, and returns at once.
    func restoreSlide(_ name: String, by peer: Peer) async throws(Problem) -> SlideTransferJob
    /// Waits as `job` does.
    func slideTransfer(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> SlideTransferJob
    /// - Parameter confirmation: the slide's name once more.
    func deleteSlide(_ name: String, confirmation: String, by peer: Peer) async throws(Problem) -> SlideDeletionReport
    /// Begins a look at everything in the database and returns at once.
    func checkStore(_ request: StoreCheckRequest, by peer: Peer) async throws(Problem) -> StoreCheckJob
    /// Waits as `job` does.
    func storeCheck(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> StoreCheckJob
}
