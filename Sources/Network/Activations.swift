import Tensor

/// What the contracting layer of one level gave for the image that a generator ran on last: features of cells of
/// 2^(level + 1) pixels. Valid only while it is handed out.
package struct Activations {
    /// In cells.
    package let height: Int
    /// In cells.
    package let width: Int
    package let channels: Int
    private let level: Level

    init(_ level: Level) {
        self.level = level
        height = level.contracted.height
        width = level.contracted.width
        channels = level.contracted.channels
    }

    /// Writes the `channels` features of a cell, normalised.
    package func read(row: Int, column: Int, into out: UnsafeMutablePointer<Float>) {
        let pixel = level.contracted.pixel(row, column)
        guard let norm = level.contractedNorm else {
            out.update(from: pixel, count: channels)
            return
        }
        for channel in 0..<channels { out[channel] = pixel[channel] * norm.scale[channel] + norm.shift[channel] }
    }
}
