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

    @inlinable package init(width: Int, height: Int, channels: Int, samples: [Sample]) {
        precondition(width > 0 && height > 0 && channels > 0, "a picture has at least one pixel")
        precondition(samples.count == width * height * channels, "samples must fill the picture")
        self.width = width
        self.height = height
        self.channels = channels
        self.samples = samples
    }

    @inlinable package init(width: Int, height: Int, channels: Int, filledWith value: Sample) {
        self.init(
            width: width, height: height, channels: channels,
            samples: Array(repeating: value, count: width * height * channels))
    }

    @inlinable package subscript(x: Int, y: Int, channel: Int = 0) -> Sample {
        get { samples[(y * width + x) * channels + channel] }
        set { samples[(y * width + x) * channels + channel] = newValue }
    }

    // Inlinable: a call that crosses modules unspecialised costs a second a picture.
    @inlinable package func map<Other: Sendable>(_ transform: (Sample) -> Other) -> Picture<Other> {
        let mapped = samples.withUnsafeBufferPointer { samples in
            [Other](unsafeUninitializedCapacity: samples.count) { out, count in
                for index in 0..<samples.count { out.initializeElement(at: index, to: transform(samples[index])) }
                count = samples.count
            }
        }
        return Picture<Other>(width: width, height: height, channels: channels, samples: mapped)
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
}

extension Picture where Sample == Float {
    /// Samples scaled from 0...1 to 0...255, rounded to nearest, clipped; NaN becomes 0.
    package var eightBit: Picture<UInt8> {
        map { UInt8(min(255, max(0, $0 * 255 + 0.5))) }
    }
}
