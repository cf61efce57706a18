import ControlAPI
import ControlServer

/// Second readings of the stand-in: one, half done.
extension StandInInstrument {
    static let reading = SecondReadingReport(
        id: 1, slide: "A", run: 1, at: "2026-11-30T22:00:00.000Z", reader: "Bea", by: "Bea uid=1 pid=2",
        firstReaders: ["Anna"], seed: 7,
        fields: [
            .init(capture: 8, finishedAt: "2026-11-30T22:10:00.000Z", isExcluded: false),
            .init(capture: 7, finishedAt: nil, isExcluded: false),
        ])

    static let readingField = SecondReadingField(
        reading: 1, capture: 7, width: 40, height: 20, nmPerPixel: nil, isFinished: false,
        objects: [.init(grain: 1, drawn: nil, outlinePx: [[1, 1], [3, 1], [3, 3]], species: nil)])

    static let settled = SecondReadingDifference(
        capture: 8, grain: 3, drawn: nil, first: "iva", second: "no-grain",
        settled: .init(species: "iva", by: "Cem uid=0 pid=1", at: "2026-11-30T23:00:00.000Z", review: 9),
        isReplaced: false)

    private func known(_ id: Int64) throws(Problem) {
        guard id == 1 else { throw Problem(.readingNotFound, "there is no second reading \(id)", hint: "list them") }
    }

    func beginSecondReading(
        ofSlide name: String, _ request: SecondReadingRequest, by peer: Peer
    ) async throws(Problem) -> SecondReadingReport {
        _ = try await slide(name)
        guard request.reader != "Anna" else {
            throw Problem(.sameReader, "Anna said what grains of these fields are", hint: "let another person read")
        }
        peers.append(peer)
        return Self.reading
    }

    func secondReadings(ofSlide name: String) async throws(Problem) -> [SecondReadingReport] {
        _ = try await slide(name)
        return [Self.reading]
    }

    func secondReading(_ id: Int64) async throws(Problem) -> SecondReadingReport {
        try known(id)
        return Self.reading
    }

    func field(_ capture: Int64, ofSecondReading id: Int64) async throws(Problem) -> SecondReadingField {
        try known(id)
        return Self.readingField
    }

    func say(
        _ word: SecondReadingWord, inSecondReading id: Int64, by peer: Peer
    ) async throws(Problem) -> SecondReadingField {
        try known(id)
        peers.append(peer)
        return Self.readingField
    }

    func finishField(
        _ capture: Int64, ofSecondReading id: Int64, _ request: SecondReaderRequest, by peer: Peer
    ) async throws(Problem) -> SecondReadingReport {
        try known(id)
        return Self.reading
    }

    func agreement(ofSecondReading id: Int64) async throws(Problem) -> SecondReadingAgreement {
        try known(id)
        return SecondReadingAgreement(
            reading: Self.reading, objects: 20, alike: 18, kappa: .init(value: 0.8, low: 0.62, high: 0.98),
            variationPercent: 6.7,
            species: [
                .init(
                    key: "iva", species: "Iva xanthiifolia", first: 10, second: 11, both: 9, differencePercent: 10,
                    variationPercent: 6.7,
                    kappa: .init(value: 0.8, low: 0.6, high: 1)),
                .init(
                    key: "no-grain", species: "no grain", first: 0, second: 1, both: 0, differencePercent: nil,
                    variationPercent: 141.4,
                    kappa: .init(value: nil, low: nil, high: nil)),
            ], differences: 2, settled: 1, remarks: ["The reading is not at its end."])
    }

    func differences(ofSecondReading id: Int64) async throws(Problem) -> [SecondReadingDifference] {
        try known(id)
        return [Self.settled]
    }

    func settle(
        _ settling: SecondReadingSettling, ofSecondReading id: Int64, by peer: Peer
    ) async throws(Problem) -> SecondReadingDifference {
        try known(id)
        return Self.settled
    }
}
