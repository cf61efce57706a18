internal import Teaching

/// What was asked and what followed from it when a teaching began; stored with it, so that it goes on as it began.
struct TeachingPlan: Codable, Sendable, Equatable {
    var lesson: Lesson
    var recipe: TrainingRecipe
    /// What it starts from, in words.
    var start: String
}
