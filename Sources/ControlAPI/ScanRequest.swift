internal import Quantities

/// Body of `POST /v1/scans`: a rectangle of the stage that a motor goes over, field by field.
package struct ScanRequest: CheckedRequest, Equatable {
    package var slide: String
    /// Of the rectangle's corners, to the right and downwards.
    package var fromXUm: Double
    package var fromYUm: Double
    package var toXUm: Double
    package var toYUm: Double
    /// That a field shares with the next, as a share of its side; 0.1 when left out.
    package var overlap: Double

    package init(
        slide: String, fromXUm: Double, fromYUm: Double, toXUm: Double, toYUm: Double, overlap: Double = 0.1
    ) {
        self.slide = slide
        self.fromXUm = fromXUm
        self.fromYUm = fromYUm
        self.toXUm = toXUm
        self.toYUm = toYUm
        self.overlap = overlap
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        slide = try container.decode(String.self, forKey: .slide)
        fromXUm = try container.decode(Double.self, forKey: .fromXUm)
        fromYUm = try container.decode(Double.self, forKey: .fromYUm)
        toXUm = try container.decode(Double.self, forKey: .toXUm)
        toYUm = try container.decode(Double.self, forKey: .toYUm)
        overlap = try container.decodeIfPresent(Double.self, forKey: .overlap) ?? 0.1
    }

    package var fault: Problem? {
        for (place, name) in [
            (fromXUm, "x to begin at"), (fromYUm, "y to begin at"), (toXUm, "x to end at"), (toYUm, "y to end at"),
        ] {
            if let fault = Quantity.stagePosition.fault(place, name: name) { return Problem(.invalidScan, fault) }
        }
        if let fault = Quantity.scanOverlap.fault(overlap) { return Problem(.invalidScan, fault) }
        guard fromXUm < toXUm, fromYUm < toYUm else {
            return Problem(
                .invalidScan, "a scan from \(fromXUm), \(fromYUm) to \(toXUm), \(toYUm) um covers nothing",
                hint: "give the upper left corner first, the lower right one second")
        }
        return nil
    }

    private enum CodingKeys: CodingKey { case slide, fromXUm, fromYUm, toXUm, toYUm, overlap }
}
