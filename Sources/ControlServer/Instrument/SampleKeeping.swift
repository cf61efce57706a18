package import ControlAPI

/// What slides bear of traps' tapes, where they are examined, and what comes of it in grains per m³.
package protocol SampleKeeping: Sendable {
    func sample(ofSlide name: String) async throws(Problem) -> SampleReport
    func changeSample(
        ofSlide name: String, _ change: SampleChange, by peer: Peer
    ) async throws(Problem) -> SampleReport
    func clearSample(ofSlide name: String, by peer: Peer) async throws(Problem) -> SlideSummary
    func samplePlan(ofSlide name: String) async throws(Problem) -> SamplePlanReport
    /// In the order of the way.
    func plannedFields(ofSlide name: String) async throws(Problem) -> [SamplePlanReport.Field]
    func sampleValues(ofSlide name: String) async throws(Problem) -> SampleValues
    /// Daily values of one trap; station and trap may be left out where there is one, days where all are asked for.
    func season(
        station: String?, trapName: String?, from first: String?, to last: String?
    ) async throws(Problem) -> SeasonReport
}
