/// One layer of a pix2pix generator: a 4 x 4 convolution of stride 2 and padding 1, or its transpose.
///
/// Both are one and the same thing, a 2 x 2 convolution of stride 1 without padding, once pixels are taken together as
/// cells of 2 x 2, cell (j, k) being pixels (2j - 1, 2k - 1) ... (2j, 2k), zero outside the map:
/// - `down` reads cells (4 x inputChannels values) and writes pixels;
/// - `up` reads pixels, from (-1, -1) on, and writes cells (4 x outputChannels values).
package struct ConvolutionShape: Sendable, Hashable {
    package enum Direction: Sendable { case down, up }

    package let direction: Direction
    /// Of an input image, in pixels; even for `down`.
    package let height: Int
    package let width: Int
    package let inputChannels: Int
    package let outputChannels: Int
    /// Images of a batch, each of `height` rows; a map holds them one below the other, and no window sees two.
    package let images: Int

    package init(
        _ direction: Direction, height: Int, width: Int, inputChannels: Int, outputChannels: Int, images: Int = 1
    ) {
        precondition(height > 0 && width > 0 && inputChannels > 0 && outputChannels > 0 && images > 0)
        precondition(direction == .up || (height % 2 == 0 && width % 2 == 0))
        self.direction = direction
        self.height = height
        self.width = width
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.images = images
    }

    package var outputHeight: Int { direction == .down ? height / 2 : height * 2 }
    package var outputWidth: Int { direction == .down ? width / 2 : width * 2 }

    /// Pixels along the side of what a position of the 2 x 2 convolution reads, and of what it writes.
    var inputSide: Int { direction == .down ? 2 : 1 }
    var outputSide: Int { direction == .down ? 1 : 2 }
    /// Positions of the 2 x 2 convolution in an image: output pixels (`down`), output cells (`up`).
    var positionRows: Int { direction == .down ? height / 2 : height + 1 }
    var positionColumns: Int { direction == .down ? width / 2 : width + 1 }
    /// Values of one input and of one output of the 2 x 2 convolution.
    var depth: Int { inputSide * inputSide * inputChannels }
    var columns: Int { outputSide * outputSide * outputChannels }

    /// Floating-point operations of the direct sum, of all images: every output value takes 16 (down) or 4 (up) products
    /// a channel.
    package var floatingPointOperations: Double {
        let taps = direction == .down ? 16.0 : 4.0
        return 2 * taps * Double(inputChannels) * Double(images * outputHeight * outputWidth) * Double(outputChannels)
    }
}
