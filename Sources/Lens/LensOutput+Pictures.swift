internal import Imaging
internal import Quantities

extension LensOutput {
    /// The sample map in the species' colours on black; other objects in grey.
    package func mapPicture(_ manifest: LensManifest) -> LensPicture {
        paint(manifest.species, manifest) { weights, colours, other, _ in
            var colour = SIMD3<Float>(repeating: 0.5 * other)
            for (weight, rgb) in zip(weights, colours) { colour += weight * rgb }
            return colour
        }
    }

    /// The magnified picture, grey; nil where there is none.
    package var magnifiedPicture: LensPicture? { magnified.map(LensPicture.init) }

    /// See `sureness`, grey; nil where there is none.
    package var surenessPicture: LensPicture? { sureness.map(LensPicture.init) }

    /// The magnified picture with each grain in the colour of its species; glass and other objects stay grey. nil where
    /// there is no magnified picture.
    package func labelledPicture(_ manifest: LensManifest) -> LensPicture? {
        guard magnified != nil else { return nil }
        return paint(manifest.species, manifest) { weights, colours, _, grey in
            var (colour, sum) = (SIMD3<Float>.zero, Float(0))
            for (weight, rgb) in zip(weights, colours) {
                colour += weight * rgb
                sum += weight
            }
            return grey * (colour + max(0, 1 - sum))
        }
    }

    /// The magnified picture with the grains of one species in its colour and everything else black; nil as above.
    package func onlyPicture(_ species: LensManifest.Species, _ manifest: LensManifest) -> LensPicture? {
        guard magnified != nil else { return nil }
        return paint([species], manifest) { weights, colours, _, grey in weights[0] * grey * colours[0] }
    }

    /// - Parameter blend: species' weights 0...1, their colours, the weight of other objects, the magnified picture.
    private func paint(
        _ species: [LensManifest.Species], _ manifest: LensManifest,
        _ blend: @escaping @Sendable ([Float], [SIMD3<Float>], Float, Float) -> SIMD3<Float>
    ) -> LensPicture {
        let colours = species.map { $0.rgb ?? SIMD3(repeating: 1) }
        let channels = species.map(\.mapChannel)
        return LensPicture(width: map.width, height: map.height, channels: 3) { y, out in
            var weights = [Float](repeating: 0, count: channels.count)
            for x in 0..<map.width {
                let pixel = y * map.width + x
                func weight(_ channel: Int) -> Float { Float(map.samples[pixel * map.channels + channel]) / 255 }
                for (index, channel) in channels.enumerated() { weights[index] = weight(channel) }
                let grey = magnified.map { Float($0.samples[pixel]) / 255 } ?? 0
                let colour = blend(weights, colours, manifest.otherChannel.map(weight) ?? 0, grey)
                for channel in 0..<3 {
                    out[3 * x + channel] = UInt8(truncatingIfNeeded: (max(0, min(1, colour[channel])) * 255).nearest)
                }
            }
        }
    }
}
