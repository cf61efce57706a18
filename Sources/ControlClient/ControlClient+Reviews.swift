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

    /// The same without its outline, and with a scale bar where the scale is known.
    package func vignette(ofGrain id: Int64) throws(ControlClientError) -> [UInt8] {
        try bytes(RequestPath("grains", String(id), "vignette"))
    }

    /// The least certain grains that nobody has looked at.
    package func nextForReview(
        ofSlide name: String, species: String? = nil, limit: Int
    ) throws(ControlClientError) -> ReviewList {
        let query: KeyValuePairs = ["species": species, "limit": String(limit)]
        return try get(RequestPath("slides", checked(name), "review", query: query))
    }

    /// Grains that nobody identified, by likeness.
    /// - Parameter onProgress: called while fields are looked at.
    package func grainGroups(
        ofSlide name: String, threshold: Double? = nil, onProgress: (GrainGroups) -> Void = { _ in }
    ) throws(ControlClientError) -> GrainGroups {
        while true {
            let query: KeyValuePairs = ["threshold": threshold.map { "\($0)" }, "timeout": "5"]
            let groups: GrainGroups = try get(
                RequestPath("slides", checked(name), "groups", query: query), waiting: .seconds(30))
            if groups.isDone { return groups }
            onProgress(groups)
        }
    }

    package func review(_ request: ReviewRequest) throws(ControlClientError) -> ReviewResult {
        try send("POST", RequestPath("reviews"), checked: request)
    }

    package func labels(ofSlide name: String) throws(ControlClientError) -> SlideLabels {
        try get(RequestPath("slides", checked(name), "labels"))
    }

    /// Says that a field is labelled to its end; its grains as they are then.
    package func finish(capture id: Int64, _ request: FinishRequest) throws(ControlClientError) -> GrainList {
        try send("PUT", RequestPath("captures", String(id), "finish"), request)
    }

    package func reopen(capture id: Int64, _ request: FinishRequest) throws(ControlClientError) -> GrainList {
        try send("DELETE", RequestPath("captures", String(id), "finish"), request)
    }

    /// What a grain may be called.
    package func species() throws(ControlClientError) -> [SpeciesReport] { try get(RequestPath("species")) }

    package func addSpecies(_ request: SpeciesRequest) throws(ControlClientError) -> SpeciesReport {
        try send("POST", RequestPath("species"), checked: request)
    }

    /// Oldest first.
    package func reviews(ofSlide name: String) throws(ControlClientError) -> [ReviewReport] {
        try get(RequestPath("slides", checked(name), "reviews"))
    }
}
