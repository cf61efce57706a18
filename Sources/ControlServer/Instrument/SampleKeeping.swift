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
    /// Stations and traps of all samples.
    func traps() async throws(Problem) -> [TrapSummary]
    /// Daily values of one trap.
    func season(_ request: SeasonRequest) async throws(Problem) -> SeasonReport
    func season(_ request: SeasonRequest, as format: SeasonFormat) async throws(Problem) -> [UInt8]
}
