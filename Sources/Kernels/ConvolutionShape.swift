/// One layer of a pix2pix generator: a 4 x 4 convolution of stride 2 and padding 1, or its transpose.
///
/// Both are the same product of a matrix of windows [positions, depth] with a matrix of weights [depth, columns]:
/// - `down`: a position is an output pixel, its window 4 x 4 pixels at stride 2, a column an output channel.
/// - `up`: a position (j, k), 0...height x 0...width, is a corner between input pixels, its window the 2 x 2 pixels
///   around it, its columns the 2 x 2 output pixels (2j - 1, 2k - 1) ... (2j, 2k), all of which that window determines.
package struct ConvolutionShape: Sendable, Equatable {
    package enum Direction: Sendable { case down, up }

    package let direction: Direction
    /// Of the input, in pixels; even for `down`.
    package let height: Int
    package let width: Int
    package let inputChannels: Int
    package let outputChannels: Int

    package init(_ direction: Direction, height: Int, width: Int, inputChannels: Int, outputChannels: Int) {
        precondition(height > 0 && width > 0 && inputChannels > 0 && outputChannels > 0)
        precondition(direction == .up || (height % 2 == 0 && width % 2 == 0))
        self.direction = direction
        self.height = height
        self.width = width
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
    }

    package var outputHeight: Int { direction == .down ? height / 2 : height * 2 }
    package var outputWidth: Int { direction == .down ? width / 2 : width * 2 }

    /// Window side and step, in input pixels.
    var taps: Int { direction == .down ? 4 : 2 }
    var stride: Int { direction == .down ? 2 : 1 }
    /// Output pixels a position determines.
    var phases: Int { direction == .down ? 1 : 4 }
    var positionRows: Int { direction == .down ? height / 2 : height + 1 }
    var positionColumns: Int { direction == .down ? width / 2 : width + 1 }
    var positions: Int { positionRows * positionColumns }
    var depth: Int { taps * taps * inputChannels }

    /// Floating-point operations of the direct sum: every output value takes 16 (down) or 4 (up) products a channel.
    package var floatingPointOperations: Double {
        let taps = direction == .down ? 16.0 : 4.0
        return 2 * taps * Double(inputChannels) * Double(outputHeight * outputWidth) * Double(outputChannels)
    }

    /// Index of the weight between window element (row, column, input channel) and output (phase, channel) in the
    /// order PyTorch stores: [out, in, 4, 4] for `down` (Conv2d), [in, out, 4, 4] for `up` (ConvTranspose2d).
    func weightIndex(row: Int, column: Int, input: Int, phase: Int, output: Int) -> Int {
        switch direction {
        case .down:
            return ((output * inputChannels + input) * 4 + row) * 4 + column
        case .up:
            // Output row o sees input row i through kernel row o + 1 - 2 i;
            // here o = 2 j - 1 + phase row and i = j - 1 + row.
            let kernelRow = phase / 2 + 2 - 2 * row
            let kernelColumn = phase % 2 + 2 - 2 * column
            return ((input * outputChannels + output) * 4 + kernelRow) * 4 + kernelColumn
        }
    }
}
