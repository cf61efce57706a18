import ControlAPI
import ControlServer

/// Teachings of the stand-in: one that is done.
extension StandInInstrument {
    static let taught: TeachingJob = {
        let share = TeachingResult.Share(value: 0.9, low: 0.8, high: 0.95)
        let figures = TeachingResult.Figures(
            lens: "mine", lensDigest: String(repeating: "a", count: 64), fields: 3,
            species: [
                .init(
                    key: "iva", species: "Iva xanthiifolia", actual: 50, counted: 50, matched: 45, precision: share,
                    recall: share, f1: share)
            ], confusion: [.init(actual: "iva", counted: "nothing", objects: 5)], calibrationError: 0.04)
        return TeachingJob(
            id: "1", name: "mine", state: .done, revision: 3, begunAt: "2026-11-30T22:00:00.000Z",
            by: "anna uid=1 pid=2",
            slides: [
                .init(slide: "Park", fields: 6, isHeldOut: false), .init(slide: "Roof", fields: 3, isHeldOut: true),
            ], species: [.init(key: "iva", species: "Iva xanthiifolia", grainsTaught: 90, grainsHeldOut: 50)],
            start: "the lens worlds", done: 1000, steps: 1000, message: "done", remarks: ["a remark"],
            curve: [.init(step: 1, loss: 0.5), .init(step: 1000, loss: 0.1)],
            lensDigest: String(repeating: "a", count: 64), lensFolder: "/state/lenses/a",
            result: TeachingResult(taught: figures, before: nil, beforeMissing: "no lens is in force"))
    }()

    private func known(_ id: String) throws(Problem) -> TeachingJob {
        guard id == "1" else {
            throw Problem(.teachingNotFound, "there is no teaching \"\(id)\"", hint: "list them")
        }
        return Self.taught
    }

    func teach(_ request: TeachingRequest, by peer: Peer) async throws(Problem) -> TeachingJob {
        peers.append(peer)
        return Self.taught
    }

    func teachings() async throws(Problem) -> [TeachingJob] { [Self.taught] }

    func teaching(_ id: String, after revision: Int?, timeout: Duration) async throws(Problem) -> TeachingJob {
        try known(id)
    }

    func stopTeaching(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob { try known(id) }
    func resumeTeaching(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob { try known(id) }
    func deleteTeaching(_ id: String, by peer: Peer) async throws(Problem) -> TeachingJob { try known(id) }
}
