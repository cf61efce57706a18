/// What a layer does to its input before the convolution: negative values are multiplied by `negativeSlope`.
package enum Activation: Sendable {
    case none
    /// LeakyReLU(0.2), before the contracting layers of pix2pix.
    case leaky
    /// ReLU, before the expanding layers.
    case rectified

    package var negativeSlope: Float {
        switch self {
        case .none: 1
        case .leaky: 0.2
        case .rectified: 0
        }
    }
}
