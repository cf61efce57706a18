/// What a run reports after each step.
package struct TrainingProgress: Sendable {
    package let role: NetworkRole
    package let step: Int
    /// nil while a run by the clock is in its first half.
    package let total: Int?
    package let epoch: Int
    package let losses: AdversarialTraining.Losses
    /// Of the whole run, all its parts.
    package let spentSeconds: Double
    /// Estimated.
    package let leftSeconds: Double
    /// Something that went wrong and does not stop the run.
    package let warning: String?

    /// 0...1.
    package var share: Double { spentSeconds / max(spentSeconds + leftSeconds, 1e-9) }
}
