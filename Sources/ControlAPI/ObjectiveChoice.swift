/// Body of `PUT /v1/camera/objective`.
package struct ObjectiveChoice: Codable, Sendable, Equatable {
    /// Name of an objective that has a calibration.
    package var objective: String

    package init(objective: String) { self.objective = objective }
}
