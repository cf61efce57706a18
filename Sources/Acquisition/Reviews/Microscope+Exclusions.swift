package import ControlAPI
internal import Logging
internal import SlideStore

/// Fields that a person leaves out.
extension Microscope {
    package func exclude(
        capture id: Int64, _ request: ExclusionRequest, by peer: Peer
    ) async throws(Problem) -> CaptureReport {
        try await asProblems { () throws(StoreError) in
            try await store.exclude(id, reason: request.reason, by: Agent(peer, name: request.reviewer))
        }
        logger.notice("capture left out", metadata: ["capture": "\(id)", "peer": "\(peer)"])
        return try await exclusionChanged(of: id)
    }

    package func include(capture id: Int64, by peer: Peer) async throws(Problem) -> CaptureReport {
        try await asProblems { () throws(StoreError) in try await store.include(id, by: Agent(peer)) }
        logger.notice("capture taken in again", metadata: ["capture": "\(id)", "peer": "\(peer)"])
        return try await exclusionChanged(of: id)
    }

    /// Of a grain that several fields show, one of those that are not left out counts.
    private func exclusionChanged(of id: Int64) async throws(Problem) -> CaptureReport {
        await judgedAgain(id)
        let report = try await book.report(capture: id)
        journal.publish(.capture, report)
        await tellCounts(ofSlide: report.slide)
        await plans.look(atPlansOf: report.slide)
        return report
    }
}

extension ExclusionReport {
    init(_ exclusion: Exclusion) {
        self.init(reason: exclusion.reason, by: exclusion.agent.text, at: Microscope.iso8601(exclusion.at))
    }
}
