package import ControlAPI

/// Slides that another person reads again, blind.
package protocol ReadingAgain: Sendable {
    func beginSecondReading(
        ofSlide name: String, _ request: SecondReadingRequest, by peer: Peer
    ) async throws(Problem) -> SecondReadingReport
    /// Oldest first.
    func secondReadings(ofSlide name: String) async throws(Problem) -> [SecondReadingReport]
    func secondReading(_ id: Int64) async throws(Problem) -> SecondReadingReport
    /// Outlines without what the lens and the first reader call them.
    func field(_ capture: Int64, ofSecondReading id: Int64) async throws(Problem) -> SecondReadingField
    func say(
        _ word: SecondReadingWord, inSecondReading id: Int64, by peer: Peer
    ) async throws(Problem) -> SecondReadingField
    /// The second reader has judged all of it.
    func finishField(
        _ capture: Int64, ofSecondReading id: Int64, _ request: SecondReaderRequest, by peer: Peer
    ) async throws(Problem) -> SecondReadingReport
    /// Of the fields that are read to their end.
    func agreement(ofSecondReading id: Int64) async throws(Problem) -> SecondReadingAgreement
    func differences(ofSecondReading id: Int64) async throws(Problem) -> [SecondReadingDifference]
    /// By a review.
    func settle(
        _ settling: SecondReadingSettling, ofSecondReading id: Int64, by peer: Peer
    ) async throws(Problem) -> SecondReadingDifference
}
