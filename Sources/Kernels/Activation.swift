/// What becomes of each value before a convolution reads it or after it is summed: negative values are multiplied by
/// `negativeSlope`.
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

/// What becomes of each sum of a convolution before it is stored.
package enum Finish: Sendable {
    case activation(Activation)
    /// tanh, after the last layer.
    case squash

    var slope: Float {
        if case .activation(let activation) = self { activation.negativeSlope } else { 1 }
    }

    var squashes: Int32 {
        if case .squash = self { 1 } else { 0 }
    }
}
