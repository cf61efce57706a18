/// What a network in training normalises by.
package enum NormalisationStatistics: Sendable {
    /// The batch's own, which also go into the running ones.
    case collected
    /// The batch's own.
    case batch
    /// The running ones, left as they are: in use and in validation, never in a step that is learnt from.
    case running
    /// The running ones going forward, the batch's own going back (batch renormalisation, Ioffe 2017): the network is
    /// trained as it will be used, and yet no change of the weights can make a map grow, as it can where the statistics
    /// stand still. The running ones follow.
    /// - share: how far the running ones may lie from the batch's own before these win, 0 (not at all) to 1 (tenfold).
    case renormalised(share: Double)
}
