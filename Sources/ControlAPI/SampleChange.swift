internal import Quantities

/// Body of `PATCH /v1/slides/NAME/sample`: what is left out stays as it is; the first one says what a sample needs.
package struct SampleChange: CheckedRequest, Equatable {
    package enum Trap: String, Codable, Sendable, CaseIterable { case burkard, lanzoni, own }

    package enum Method: String, Codable, Sendable, CaseIterable { case longitudinal, transverse, random, whole }

    package var station: String?
    package var trap: Trap?
    /// Tells traps of one station apart; empty where there is one.
    package var trapName: String?
    package var flowLMin: Double?
    package var tapeSpeedMmH: Double?
    package var depositWidthMm: Double?
    /// Of the exposure, ISO 8601: `2026-06-08T09:00`, by the station's clock, or with an offset, which wins.
    package var begins: String?
    package var ends: String?
    /// Of the IANA data base: `Europe/Berlin`, `UTC`.
    package var timeZone: String?
    /// Of the tape that the slide bears, `2026-06-12`; empty: all of the exposure.
    package var day: String?
    package var mountingMedium: String?
    package var stain: String?
    /// Who made the slide.
    package var preparedBy: String?
    /// Whatever else is noted; an empty value takes a note back.
    package var notes: [String: String]?
    package var method: Method?
    /// How many, spread evenly.
    package var bands: Int?
    /// The middle of each, across the tape of longitudinal ones, along it of transverse ones; instead of `bands`.
    package var bandsAtMm: [Double]?
    /// How many random ones.
    package var fields: Int?
    /// Of random fields.
    package var seed: Int?
    /// Of a field; left out: that of the slide's last capture whose scale is known.
    package var fieldAlongUm: Double?
    package var fieldAcrossUm: Double?
    /// Of the deposit that is to be examined, 0...1.
    package var share: Double?

    package init() {}

    /// What is wrong with the change whatever the slide, or nil.
    package var fault: Problem? {
        func refused(_ detail: String, _ hint: String) -> Problem { Problem(.invalidSample, detail, hint: hint) }
        if self == SampleChange() { return refused("nothing is said of the sample", "give what is known of it") }
        var faults: [Quantity.Fault?] = [
            Quantity.airFlow.fault(flowLMin), Quantity.tapeSpeed.fault(tapeSpeedMmH),
            Quantity.depositWidth.fault(depositWidthMm), Quantity.sampleBands.fault(bands),
            Quantity.sampleFields.fault(fields), Quantity.sampleSeed.fault(seed),
            Quantity.fieldSide.fault(fieldAlongUm, name: "side of a field along the tape"),
            Quantity.fieldSide.fault(fieldAcrossUm, name: "side of a field across the tape"),
            Quantity.examinedShare.fault(share),
        ]
        for place in bandsAtMm ?? [] { faults.append(Quantity.bandPlace.fault(place)) }
        if let fault = faults.lazy.compactMap(\.self).first { return Problem(.invalidSample, fault) }
        if (fieldAlongUm == nil) != (fieldAcrossUm == nil) {
            return refused("half of a field's size was given", "give both sides, or neither")
        }
        if bands != nil, bandsAtMm != nil {
            return refused("both a number of bands and their places were given", "give one of the two")
        }
        if let bandsAtMm, bandsAtMm.isEmpty || bandsAtMm.count > 1000 {
            return refused("\(bandsAtMm.count) places of bands were given", "give 1 to 1000")
        }
        let texts = [station, trapName, mountingMedium, stain, preparedBy].compactMap(\.self)
        if texts.contains(where: { $0.utf8.count > 200 })
            || (notes ?? [:]).contains(where: { $0.key.utf8.count > 200 || $0.value.utf8.count > 1000 })
            || (notes?.count ?? 0) > 100
        {
            return refused("a text of the sample is too long", "give up to 200 bytes, up to 1000 in each of 100 notes")
        }
        return nil
    }
}
