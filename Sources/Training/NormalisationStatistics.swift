/// What a network in training normalises by.
package enum NormalisationStatistics: Sendable {
    /// The image's own, which also go into the running ones.
    case collected
    /// The image's own.
    case image
    /// The running ones, left as they are.
    case running
}
