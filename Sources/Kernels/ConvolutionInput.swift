package import CKernels
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

    package var kernelInput: nl_input {
        nl_input(
            map: map.base, height: Int32(map.height), width: Int32(map.width), channels: Int32(map.channels),
            pixel_stride: map.pixelStride, slope: activation.negativeSlope, scale: scale, shift: shift)
    }
}

extension nl_input {
    /// Image `index` of a batch, `height` being that of one image.
    func image(_ index: Int) -> nl_input {
        var image = self
        image.map += index * Int(height) * Int(width) * pixel_stride
        return image
    }
}

// MARK: Training

extension ConvolutionInput {
    /// One image of a batch.
    package func image(_ index: Int, of count: Int) -> ConvolutionInput {
        ConvolutionInput(map.image(index, of: count), scale: scale, shift: shift, activation: activation)
    }

    /// The window of one tile of Winograd's F(3 x 3, 2 x 2) for a contracting layer, at the 16 points: value k, of
    /// (cell row, cell column, channel), at out + point * pointStride + k.
    /// - tile: row and column, of 3 x 3 outputs.
    /// - border: room for 64 floats a channel.
    package func transformWindow(
        ofTile tile: (y: Int, x: Int), border: UnsafeMutablePointer<Float>, into out: UnsafeMutablePointer<Float>,
        pointStride: Int
    ) {
        var input = kernelInput
        Kernel.exact.passes.pointee.winograd_gather(
            &input, 2, Int32(tile.y), Int32(tile.x), 1, border, NL_FP32, out, 0, pointStride)
    }
}

extension FeatureMap {
    var kernelOutput: nl_output {
        nl_output(
            map: base, height: Int32(height), width: Int32(width), channels: Int32(channels),
            pixel_stride: pixelStride)
    }
}
