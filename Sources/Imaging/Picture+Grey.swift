extension Picture {
    /// The one channel three times.
    package var greyAsRGB: Picture {
        precondition(channels == 1)
        var samples: [Sample] = []
        samples.reserveCapacity(self.samples.count * 3)
        for sample in self.samples {
            samples.append(sample)
            samples.append(sample)
            samples.append(sample)
        }
        return Picture(width: width, height: height, channels: 3, samples: samples)
    }
}

extension Picture where Sample == Float {
    /// One channel: the mean of all.
    package var grey: Picture<Float> {
        if channels == 1 { return self }
        let scale = 1 / Float(channels)
        var result = Picture(width: width, height: height, channels: 1, filledWith: 0)
        for pixel in 0..<width * height {
            var sum: Float = 0
            for channel in 0..<channels { sum += samples[pixel * channels + channel] }
            result.samples[pixel] = sum * scale
        }
        return result
    }
}
