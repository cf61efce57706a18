import CKernels
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

    var kernelInput: nl_input {
        nl_input(
            map: map.base, height: Int32(map.height), width: Int32(map.width), channels: Int32(map.channels),
            pixel_stride: map.pixelStride, slope: activation.negativeSlope, scale: scale, shift: shift)
    }
}

extension FeatureMap {
    var kernelOutput: nl_output {
        nl_output(
            map: base, height: Int32(height), width: Int32(width), channels: Int32(channels),
            pixel_stride: pixelStride)
    }
}
