/// A rectangle of samples: rows from top to bottom, pixels from left to right, channels interleaved
/// (NHWC without the N). One channel is grey or a Bayer mosaic, three are red, green, blue.
///
/// Integer samples span their type's range. `Float` samples are linear in the sensor's response and
/// lie in 0...1 unless a function says otherwise.
package struct Picture<Sample: Sendable>: Sendable {
    /// In pixels.
    package let width: Int
    /// In pixels.
    package let height: Int
    package let channels: Int
    /// `height * width * channels` samples.
    package var samples: [Sample]

    package init(width: Int, height: Int, channels: Int, samples: [Sample]) {
        precondition(width > 0 && height > 0 && channels > 0, "a picture has at least one pixel")
        precondition(samples.count == width * height * channels, "samples must fill the picture")
        self.width = width
        self.height = height
        self.channels = channels
        self.samples = samples
    }

    package init(width: Int, height: Int, channels: Int, filledWith value: Sample) {
        self.init(
            width: width, height: height, channels: channels,
            samples: Array(repeating: value, count: width * height * channels))
    }

    package subscript(x: Int, y: Int, channel: Int = 0) -> Sample {
        get { samples[(y * width + x) * channels + channel] }
        set { samples[(y * width + x) * channels + channel] = newValue }
    }

    /// For pictures that are made now and then: called from another module it is not specialised, and takes a third of a
    /// second for a camera's picture.
    package func map<Other: Sendable>(_ transform: (Sample) -> Other) -> Picture<Other> {
        Picture<Other>(width: width, height: height, channels: channels, samples: samples.map(transform))
    }
}

extension Picture: Equatable where Sample: Equatable {}

extension Picture where Sample == UInt8 {
    /// Samples scaled from 0...255 to 0...1.
    package var normalised: Picture<Float> { map { Float($0) * (1 / 255) } }
}

extension Picture where Sample == UInt16 {
    /// Samples scaled from 0...65535 to 0...1.
    package var normalised: Picture<Float> { map { Float($0) * (1 / 65535) } }

    /// Samples of `depth` bits, 8...16, less their low bits; what is larger is clipped.
    package func eightBit(ofDepth depth: Int) -> Picture<UInt8> {
        precondition((8...16).contains(depth))
        let shift = UInt16(truncatingIfNeeded: depth - 8)
        // Every frame of a live view passes here: written so that the compiler makes vectors of it.
        let bytes = samples.withUnsafeBufferPointer { samples in
            [UInt8](unsafeUninitializedCapacity: samples.count) { out, count in
                for index in 0..<samples.count {
                    out[index] = UInt8(truncatingIfNeeded: min(samples[index] &>> shift, 255))
                }
                count = samples.count
            }
        }
        return Picture<UInt8>(width: width, height: height, channels: channels, samples: bytes)
    }

    /// Samples of `depth` bits, 8...16, scaled to the full range; what is larger is clipped.
    package func sixteenBit(ofDepth depth: Int) -> Picture<UInt16> {
        precondition((8...16).contains(depth))
        if depth == 16 { return self }
        let maximum = UInt32(1 << depth) - 1
        return map { UInt16(truncatingIfNeeded: (min(UInt32($0), maximum) * 65535 + maximum / 2) / maximum) }
    }
}

extension Picture where Sample == Float {
    /// Samples scaled from 0...1 to 0...255, rounded to nearest, clipped; NaN becomes 0.
    package var eightBit: Picture<UInt8> {
        map { UInt8(min(255, max(0, $0 * 255 + 0.5))) }
    }
}
