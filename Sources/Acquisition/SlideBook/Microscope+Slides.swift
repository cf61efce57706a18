package import ControlAPI
internal import Foundation
internal import Logging
internal import SlideStore

/// Slides made and changed.
extension Microscope {
    package func createSlide(_ creation: SlideCreation, by peer: Peer) async throws(Problem) -> ControlAPI.SlideSummary
    {
        let slide = try await asProblems { () throws(StoreError) in
            try await store.createSlide(name: creation.name, note: creation.note ?? "", by: Agent(peer))
        }
        logger.notice("slide created", metadata: ["slide": "\(slide.name)", "peer": "\(peer)"])
        return try await told(slide.name)
    }

    package func changeSlide(
        _ name: String, _ change: SlideChange, by peer: Peer
    ) async throws(Problem) -> ControlAPI.SlideSummary {
        let slide = try await asProblems { () throws(StoreError) in try await store.slide(named: name) }
        // What may be refused comes first, so that nothing is half changed.
        if let run = change.run {
            let known = try await asProblems { () throws(StoreError) in try await store.runs(ofSlide: slide.id) }
            guard known.contains(where: { $0.id == run }) else {
                throw Problem(
                    .runNotFound, "the slide \"\(slide.name)\" has no run \(run)",
                    hint: "`neurallens slide runs NAME` lists its runs")
            }
        }
        try await asProblems { () throws(StoreError) in
            if change.sampledVolumeM3 != nil || change.depositAreaMm2 != nil {
                try await store.setDeposit(
                    ofSlide: slide.id,
                    sampledVolumeCubicMetres: change.sampledVolumeM3 ?? slide.sampledVolumeCubicMetres,
                    depositAreaSquareMillimetres: change.depositAreaMm2 ?? slide.depositAreaSquareMillimetres,
                    by: Agent(peer))
            }
            if let note = change.note { try await store.setNote(note, ofSlide: slide.id, by: Agent(peer)) }
            if let run = change.run {
                let earlier = try await store.runInForce(ofSlide: slide.id)
                try await store.setRunInForce(run, by: Agent(peer))
                if let earlier { try await store.carryReviews(from: earlier.id, to: run) }
            }
        }
        // Not all of the other run's grains may be judged yet.
        if change.run != nil { await survey.look(at: slide.id) }
        logger.notice("slide changed", metadata: ["slide": "\(slide.name)", "peer": "\(peer)"])
        if change.run != nil { await tellCounts(ofSlide: slide.name) }
        return try await told(slide.name)
    }
}
