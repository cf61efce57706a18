package import ControlAPI

extension ControlClient {
    package func beginSecondReading(
        ofSlide name: String, _ request: SecondReadingRequest
    ) throws(ControlClientError) -> SecondReadingReport {
        try send("POST", RequestPath("slides", checked(name), "second-readings"), checked: request)
    }

    /// Oldest first.
    package func secondReadings(ofSlide name: String) throws(ControlClientError) -> [SecondReadingReport] {
        try get(RequestPath("slides", checked(name), "second-readings"))
    }

    package func secondReading(_ id: Int64) throws(ControlClientError) -> SecondReadingReport {
        try get(RequestPath("second-readings", String(id)))
    }

    /// Outlines without what the lens and the first reader call them.
    package func field(
        _ capture: Int64, ofSecondReading id: Int64
    ) throws(ControlClientError) -> SecondReadingField {
        try get(RequestPath("second-readings", String(id), "fields", String(capture)))
    }

    package func say(
        _ word: SecondReadingWord, inSecondReading id: Int64
    ) throws(ControlClientError) -> SecondReadingField {
        try send("POST", RequestPath("second-readings", String(id), "words"), checked: word)
    }

    package func finishField(
        _ capture: Int64, ofSecondReading id: Int64, _ request: SecondReaderRequest
    ) throws(ControlClientError) -> SecondReadingReport {
        try send("PUT", RequestPath("second-readings", String(id), "fields", String(capture), "finish"), request)
    }

    package func agreement(ofSecondReading id: Int64) throws(ControlClientError) -> SecondReadingAgreement {
        try get(RequestPath("second-readings", String(id), "agreement"))
    }

    package func differences(ofSecondReading id: Int64) throws(ControlClientError) -> [SecondReadingDifference] {
        try get(RequestPath("second-readings", String(id), "differences"))
    }

    package func settle(
        _ settling: SecondReadingSettling, ofSecondReading id: Int64
    ) throws(ControlClientError) -> SecondReadingDifference {
        try send("POST", RequestPath("second-readings", String(id), "differences"), checked: settling)
    }
}
