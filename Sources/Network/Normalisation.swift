/// Where the mean and variance of a generator's normalisation layers come from.
package enum Normalisation: String, Sendable, Codable, CaseIterable {
    /// Collected in training; they fold into the weights when a generator is planned.
    case running
    /// Of the image itself, at test time too, as pix2pix was published: a tile's result depends on all of the tile.
    case instance
    /// The generator was trained without normalisation layers (pix2pix's `--norm none`).
    case absent = "none"

    /// Added to the variance, as in PyTorch's normalisation layers.
    static let epsilon = 1e-5
}
