package import Imaging

/// The pictures a lens gives out, beside the magnified one (paper, figure 1).
extension LensOutput {
    /// The sample map in the species' colours on black; other objects in grey.
    package func mapPicture(_ manifest: LensManifest) -> Picture<Float> {
        paint(map, manifest.species, manifest) { weights, colours, other, _ in
            var colour = SIMD3<Float>(repeating: 0.5 * other)
            for (weight, rgb) in zip(weights, colours) { colour += weight * rgb }
            return colour
        }
    }

    /// The magnified picture with each grain in the colour of its species; glass and other objects stay grey. nil where
    /// there is no magnified picture.
    package func labelledPicture(_ manifest: LensManifest) -> Picture<Float>? {
        guard let magnified else { return nil }
        return paint(magnified, manifest.species, manifest) { weights, colours, _, grey in
            var colour = grey * max(0, 1 - weights.reduce(0, +))
            for (weight, rgb) in zip(weights, colours) { colour += weight * rgb * grey }
            return colour
        }
    }

    /// The magnified picture with the grains of one species in its colour and everything else black; nil as above.
    package func onlyPicture(_ species: LensManifest.Species, _ manifest: LensManifest) -> Picture<Float>? {
        guard let magnified else { return nil }
        return paint(magnified, [species], manifest) { weights, colours, _, grey in weights[0] * colours[0] * grey }
    }

    /// - Parameters:
    ///   - ground: RGB, of the map's size.
    ///   - blend: species' weights 0...1, their colours, the weight of other objects, the ground's pixel.
    private func paint(
        _ ground: Picture<Float>, _ species: [LensManifest.Species], _ manifest: LensManifest,
        _ blend: ([Float], [SIMD3<Float>], Float, SIMD3<Float>) -> SIMD3<Float>
    ) -> Picture<Float> {
        var result = Picture(
            width: map.width, height: map.height, channels: 3,
            samples: [Float](repeating: 0, count: map.width * map.height * 3))
        let colours = species.map { $0.rgb ?? SIMD3(repeating: 1) }
        let channels = species.map(\.mapChannel)
        var weights = [Float](repeating: 0, count: species.count)
        map.samples.withUnsafeBufferPointer { map in
            ground.samples.withUnsafeBufferPointer { ground in
                result.samples.withUnsafeMutableBufferPointer { result in
                    for pixel in 0..<self.map.width * self.map.height {
                        let base = pixel * self.map.channels
                        for (index, channel) in channels.enumerated() { weights[index] = map[base + channel] }
                        let other = manifest.otherChannel.map { map[base + $0] } ?? 0
                        let grey = SIMD3(ground[pixel * 3], ground[pixel * 3 + 1], ground[pixel * 3 + 2])
                        let colour = blend(weights, colours, other, grey).clamped(lowerBound: .zero, upperBound: .one)
                        for channel in 0..<3 { result[pixel * 3 + channel] = colour[channel] }
                    }
                }
            }
        }
        return result
    }
}
