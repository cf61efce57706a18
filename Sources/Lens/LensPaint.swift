internal import Foundation
package import Imaging
internal import Quantities

/// The pictures that a lens gives out (paper, figure 1), painted from its sample map, its magnified picture and its
/// colours.
package struct LensPaint: Sendable {
    /// One channel a class, 0...255.
    package let map: Picture<UInt8>
    /// Grey; nil from a lens that only labels.
    package let magnified: Picture<UInt8>?
    package let palette: LensPalette

    package init(_ output: LensOutput, _ manifest: LensManifest) {
        self.init(map: output.map, magnified: output.magnified, manifest)
    }

    /// - Parameters:
    ///   - map: with the channels that the manifest names.
    ///   - magnified: of the map's size.
    package init(map: Picture<UInt8>, magnified: Picture<UInt8>?, _ manifest: LensManifest) {
        self.map = map
        self.magnified = magnified
        palette = LensPalette(manifest, channels: map.channels)
    }

    /// Names of the pictures, in the order in which they are shown: `map`, and where there is a magnified picture
    /// `magnified`, `labelled` and `only-KEY` of each species.
    package var kinds: [String] {
        ["map"] + (magnified == nil ? [] : ["magnified", "labelled"] + palette.species.map { "only-\($0.key)" })
    }

    /// nil where there is no such picture.
    package func picture(_ kind: String) -> LensPicture? {
        switch kind {
        case "map": mapPicture
        case "magnified": magnified.map(LensPicture.init)
        case "labelled": labelledPicture
        default: palette.species.first { "only-\($0.key)" == kind }.flatMap(onlyPicture)
        }
    }

    /// The sample map in the species' colours on black; other objects in grey.
    private var mapPicture: LensPicture {
        paint(palette.species) { weights, colours, other, _ in
            var colour = SIMD3<Float>(repeating: 0.5 * other)
            for (weight, rgb) in zip(weights, colours) { colour += weight * rgb }
            return colour
        }
    }

    /// The magnified picture with each grain in the colour of its species; glass and other objects stay grey. nil where
    /// there is no magnified picture.
    private var labelledPicture: LensPicture? {
        guard magnified != nil else { return nil }
        return paint(palette.species) { weights, colours, _, grey in
            var (colour, sum) = (SIMD3<Float>.zero, Float(0))
            for (weight, rgb) in zip(weights, colours) {
                colour += weight * rgb
                sum += weight
            }
            return grey * (colour + max(0, 1 - sum))
        }
    }

    /// The magnified picture with the grains of one species in its colour and everything else black; nil as above.
    private func onlyPicture(_ species: LensManifest.Species) -> LensPicture? {
        guard magnified != nil else { return nil }
        return paint([species]) { weights, colours, _, grey in weights[0] * grey * colours[0] }
    }

    /// - Parameter blend: species' weights 0...1, their colours, the weight of other objects, the magnified picture.
    private func paint(
        _ species: [LensManifest.Species],
        _ blend: @escaping @Sendable ([Float], [SIMD3<Float>], Float, Float) -> SIMD3<Float>
    ) -> LensPicture {
        let colours = species.map { $0.rgb ?? SIMD3(repeating: 1) }
        let channels = species.map(\.mapChannel)
        let (map, magnified, other) = (map, magnified, palette.otherChannel)
        return LensPicture(width: map.width, height: map.height, channels: 3) { y, out in
            var weights = [Float](repeating: 0, count: channels.count)
            for x in 0..<map.width {
                let pixel = y * map.width + x
                func weight(_ channel: Int) -> Float { Float(map.samples[pixel * map.channels + channel]) / 255 }
                for (index, channel) in channels.enumerated() { weights[index] = weight(channel) }
                let grey = magnified.map { Float($0.samples[pixel]) / 255 } ?? 0
                let colour = blend(weights, colours, other.map(weight) ?? 0, grey)
                for channel in 0..<3 {
                    out[3 * x + channel] = UInt8(truncatingIfNeeded: (max(0, min(1, colour[channel])) * 255).nearest)
                }
            }
        }
    }

    // MARK: As it is stored

    /// The sample map as a picture that PNG can hold: of one or three channels as it is, of others grey, its channels one
    /// below the other. With `classesText` everything but the magnified picture.
    package var classes: LensPicture {
        let map = map
        if Self.isDirect(map.channels) { return LensPicture(map) }
        return LensPicture(width: map.width, height: map.height * map.channels, channels: 1) { y, out in
            let (channel, row) = y.quotientAndRemainder(dividingBy: map.height)
            map.samples.withUnsafeBufferPointer { samples in
                let first = row * map.width * map.channels + channel
                for x in 0..<map.width { out[x] = samples[first + x * map.channels] }
            }
        }
    }

    /// Under which files name `classesText`.
    package static let classesKey = "Classes"

    /// What the channels are, in JSON: belongs to the file of `classes`.
    package var classesText: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Text and whole numbers: nothing that JSON cannot say.
        return String(decoding: try! encoder.encode(palette), as: UTF8.self)
    }

    /// From what `classes` and `classesText` gave; nil where they do not belong together, or the magnified picture is of
    /// another size.
    package init?(classes: Picture<UInt8>, text: String, magnified: Picture<UInt8>?) {
        guard let palette = try? JSONDecoder().decode(LensPalette.self, from: Data(text.utf8)), palette.channels > 0,
            palette.isConsistent
        else { return nil }
        let channels = palette.channels
        guard
            Self.isDirect(channels)
                ? classes.channels == channels : classes.channels == 1 && classes.height % channels == 0
        else { return nil }
        let (width, height) = (classes.width, Self.isDirect(channels) ? classes.height : classes.height / channels)
        if let magnified {
            guard (magnified.width, magnified.height, magnified.channels) == (width, height, 1) else { return nil }
        }
        self.magnified = magnified
        self.palette = palette
        if Self.isDirect(channels) {
            map = classes
            return
        }
        var map = Picture<UInt8>(width: width, height: height, channels: channels, filledWith: 0)
        map.samples.withUnsafeMutableBufferPointer { samples in
            classes.samples.withUnsafeBufferPointer { planes in
                for channel in 0..<channels {
                    for pixel in 0..<width * height {
                        samples[pixel * channels + channel] = planes[channel * width * height + pixel]
                    }
                }
            }
        }
        self.map = map
    }

    private static func isDirect(_ channels: Int) -> Bool { channels == 1 || channels == 3 }
}
