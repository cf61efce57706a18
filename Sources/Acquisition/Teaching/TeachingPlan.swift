internal import Foundation
internal import Teaching

/// What was asked and what followed from it when a teaching began; stored with it, so that it goes on as it began.
struct TeachingPlan: Codable, Sendable, Equatable {
    var lesson: Lesson
    var recipe: TrainingRecipe
    /// What it starts from, in words.
    var start: String
    /// How many fields lenses are taught from beside it, for the learning curve; none where nil.
    var partsOfCurve: [Int]?

    /// As JSON whose keys are as they are named: a lesson holds those of a data set, which are no wire type's.
    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // No number in it is without end.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}
