import Network

/// Where a run stands, beside the numbers of its networks: all that a resumed run needs. Random numbers are functions
/// of the seed and the step.
struct TrainingState: Codable, Equatable {
    /// Of this description and of what a step does.
    static let currentFormat = 2
    var format = currentFormat
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

    /// Adam's rate for the next step: constant, then falling to 0.
    var rate: Double {
        guard let total else { return options.rate }
        let decayStart = Int(Double(total) * options.decayFrom)
        return step < decayStart ? options.rate : options.rate * Double(total - step) / Double(total - decayStart)
    }

    /// What the next step normalises by.
    var statistics: NormalisationStatistics {
        guard let total, options.normalisation == .running, options.runningFrom < 1 else { return .collected }
        let start = Int((Double(total) * options.runningFrom).rounded(.up))
        guard step >= start else { return .collected }
        return .renormalised(share: min(1, Double(step - start + 1) / max(1, Double(total) / 10)))
    }
}
