package import ControlAPI
internal import Logging
internal import SlideStore

/// The database as a whole.
extension Microscope {
    package func snapshot(by peer: Peer) async throws(Problem) -> SnapshotReport {
        let report = try await care.begin()
        logger.notice("backup begun", metadata: ["bytes": "\(report.bytes)", "peer": "\(peer)"])
        return report
    }

    package func snapshot(ofSlide slide: Int64, in id: String, by peer: Peer) async throws(Problem) -> SnapshotReport {
        try await care.begin(slide: slide, in: id)
    }

    package func block(_ number: Int, ofSnapshot id: String) async throws(Problem) -> [UInt8] {
        try await care.block(number, of: id)
    }

    package func hashes(from: Int, count: Int, ofSnapshot id: String) async throws(Problem) -> BlockHashes {
        try await care.hashes(from: from, count: count, of: id)
    }

    package func endSnapshot(_ id: String, by peer: Peer) async throws(Problem) {
        try await care.end(id)
        logger.notice("backup ended", metadata: ["peer": "\(peer)"])
    }

    package func checkStore(_ request: StoreCheckRequest, by peer: Peer) async throws(Problem) -> StoreCheckJob {
        let job = try await care.startCheck(repair: request.repair)
        logger.notice("store check begun", metadata: ["repair": "\(request.repair)", "peer": "\(peer)"])
        return job
    }

    package func storeCheck(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem)
        -> StoreCheckJob
    {
        try await care.check(id, after: revision, timeout: timeout)
    }

    /// Throws where nothing can be stored: then nothing is taken.
    func requireStore() throws(Problem) {
        if let fault = store.fault { throw Problem(fault) }
    }

    /// Tells once when little room is left, and once when there is enough again; in the journal too, so that who reads it later
    /// knows when it was.
    func watchRoom() async {
        guard let room = await store.room(), room.isLow != isRoomLow else { return }
        isRoomLow = room.isLow
        let figures = [
            "free_bytes": "\(room.freeBytes)", "captures_left": room.capturesLeft.map { "\($0)" } ?? "unknown",
        ]
        if room.isLow {
            logger.warning(
                "little room is left for captures",
                metadata: [
                    "free_bytes": "\(room.freeBytes)", "captures_left": "\(figures["captures_left"]!)",
                    "remedy": "make room on the disk, or archive or delete slides (neurallens slide archive NAME)",
                ])
        } else {
            logger.notice("there is room for captures again", metadata: ["free_bytes": "\(room.freeBytes)"])
        }
        try? await store.log(room.isLow ? "disk nearly full" : "disk has room again", by: .current, detail: figures)
    }

    /// Looks whether the database is still the one that was opened, and says so once where it is not.
    func watchStore() {
        let fault = store.fault
        guard fault != storeFault else { return }
        storeFault = fault
        if let fault {
            logger.critical("\(fault.message)", metadata: ["remedy": "\(fault.hint)"])
        } else {
            logger.notice("the database can be written again")
        }
    }
}
