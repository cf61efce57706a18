extension Picture {
    /// A part of the picture, which must lie within it.
    package func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> Picture {
        var samples: [Sample] = []
        samples.reserveCapacity(newWidth * newHeight * channels)
        for row in y..<(y + newHeight) {
            let from = (row * width + x) * channels
            samples += self.samples[from..<(from + newWidth * channels)]
        }
        return Picture(width: newWidth, height: newHeight, channels: channels, samples: samples)
    }
}
