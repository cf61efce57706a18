package import ControlAPI

extension Microscope {
    package func grainGroups(
        ofSlide name: String, threshold: Double?, timeout: Duration
    ) async throws(Problem) -> GrainGroups {
        try await unknownGrains.groups(
            ofSlide: name, threshold: threshold ?? GrainGroups.usualThreshold, timeout: timeout)
    }
}
