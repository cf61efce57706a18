package import ControlAPI

extension ControlClient {
    /// With its reviews.
    package func grain(_ id: Int64) throws(ControlClientError) -> GrainReport {
        try get(RequestPath("grains", String(id)))
    }

    /// The PNG file's bytes.
    package func crop(ofGrain id: Int64) throws(ControlClientError) -> [UInt8] {
        try bytes(RequestPath("grains", String(id), "crop"))
    }

    /// The least certain grains that nobody has looked at.
    package func nextForReview(
        ofSlide name: String, species: String? = nil, limit: Int
    ) throws(ControlClientError) -> ReviewList {
        let query: KeyValuePairs = ["species": species, "limit": String(limit)]
        return try get(RequestPath("slides", checked(name), "review", query: query))
    }

    package func review(_ request: ReviewRequest) throws(ControlClientError) -> ReviewResult {
        try send("POST", RequestPath("reviews"), checked: request)
    }

    /// Oldest first.
    package func reviews(ofSlide name: String) throws(ControlClientError) -> [ReviewReport] {
        try get(RequestPath("slides", checked(name), "reviews"))
    }
}
