package import Tensor

/// What a layer reads: a feature map, and what becomes of each value before the convolution.
package struct ConvolutionInput {
    package let map: FeatureMap
    /// value * scale[channel] + shift[channel] first (instance normalisation), where given.
    package let scale: UnsafePointer<Float>?
    package let shift: UnsafePointer<Float>?
    package let activation: Activation

    package init(
        _ map: FeatureMap, scale: UnsafePointer<Float>? = nil, shift: UnsafePointer<Float>? = nil,
        activation: Activation = .none
    ) {
        precondition((scale == nil) == (shift == nil))
        self.map = map
        self.scale = scale
        self.shift = shift
        self.activation = activation
    }
}
