package import ControlAPI
internal import Logging
internal import SlideStore

/// Slides that leave: to the archive and back, or for good.
extension Microscope {
    package func archiveSlide(_ name: String, by peer: Peer) async throws(Problem) -> SlideTransferJob {
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
        try await requireAtRest(slide, "archived")
        logger.notice("slide goes to the archive", metadata: ["slide": "\(slide.name)", "peer": "\(peer)"])
        return try await care.transfer(slide, .archive, by: peer)
    }

    package func restoreSlide(_ name: String, by peer: Peer) async throws(Problem) -> SlideTransferJob {
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
        logger.notice("slide comes from the archive", metadata: ["slide": "\(slide.name)", "peer": "\(peer)"])
        return try await care.transfer(slide, .restore, by: peer)
    }

    package func slideTransfer(
        _ id: String, after revision: Int?, timeout: Duration
    ) async throws(Problem) -> SlideTransferJob {
        try await care.transfer(id, after: revision, timeout: timeout)
    }

    /// - Parameter confirmation: the slide's name once more: what is deleted does not come back.
    package func deleteSlide(
        _ name: String, confirmation: String, by peer: Peer
    ) async throws(Problem) -> SlideDeletionReport {
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
        guard confirmation == slide.name else {
            throw Problem(
                .slideNotConfirmed,
                "the slide \"\(slide.name)\" is deleted only where its name is given once more, as it is written",
                hint: "neurallens slide delete NAME asks for it; with HTTP: DELETE /v1/slides/NAME?name=NAME")
        }
        try await requireAtRest(slide, "deleted")
        let captures = try await asProblems { () throws(StoreError) in
            try await store.summary(ofSlide: slide.id).captures.values.reduce(0, +)
        }
        let bytes = try await care.delete(slide, by: peer)
        await survey.forget(slide.id)
        logger.notice(
            "slide deleted",
            metadata: ["slide": "\(slide.name)", "captures": "\(captures)", "bytes": "\(bytes)", "peer": "\(peer)"])
        return SlideDeletionReport(slide: slide.name, captures: captures, pictureBytes: bytes)
    }

    private func requireAtRest(_ slide: Slide, _ what: String) async throws(Problem) {
        if await reanalyses.isAtWork(on: slide.name) {
            throw Problem(
                .slideInUse, "the slide \"\(slide.name)\" is being analysed again, and cannot be \(what)",
                hint: "wait for the end of the reanalysis, or stop it")
        }
    }
}
