import Network

/// Where a run stands, beside the numbers of its networks: all that a resumed run needs. Random numbers are functions
/// of the seed and the step.
struct TrainingState: Codable, Equatable {
    /// Version of this description; 1.
    var format = 1
    var options: TrainingOptions
    /// Of the data set.
    var dataSet: String
    /// Steps done.
    var step = 0
    /// Steps of the whole run; nil until half of a run by the clock is over.
    var total: Int?
    /// Wall-clock time of all steps so far.
    var spentSeconds = 0.0
    /// Mean distance from the target over validation fields, as (step, distance).
    var validation: [[Double]] = []

    var isFinished: Bool { total.map { step >= $0 } ?? false }

    /// Adam's rate for the next step: constant, then falling to 0 over the second half.
    var rate: Double {
        guard let total, step >= total / 2 else { return options.rate }
        return options.rate * Double(total - step) / Double(total - total / 2)
    }

    /// Whether the next step goes by running statistics.
    var isFrozen: Bool {
        guard let total, options.normalisation == .running, options.frozenFrom < 1 else { return false }
        return step >= Int((Double(total) * options.frozenFrom).rounded(.up))
    }
}
