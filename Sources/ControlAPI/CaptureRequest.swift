/// Body of `POST /v1/captures`.
package struct CaptureRequest: Codable, Sendable, Equatable {
    package var slide: String
    /// Fields to capture; 1 when left out.
    package var count: Int
    /// Time from the start of one capture to the start of the next, at least; 0 when left out.
    package var intervalSeconds: Double

    package init(slide: String, count: Int = 1, intervalSeconds: Double = 0) {
        self.slide = slide
        self.count = count
        self.intervalSeconds = intervalSeconds
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        slide = try container.decode(String.self, forKey: .slide)
        count = try container.decodeIfPresent(Int.self, forKey: .count) ?? 1
        intervalSeconds = try container.decodeIfPresent(Double.self, forKey: .intervalSeconds) ?? 0
    }

    private enum CodingKeys: CodingKey { case slide, count, intervalSeconds }
}
