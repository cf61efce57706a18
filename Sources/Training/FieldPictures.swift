package import Imaging

/// The pictures of one field, 8 bits a sample, all of one size.
package struct FieldPictures: Sendable {
    /// RGB.
    package let optical: Picture<UInt8>
    /// Three channels.
    package internal(set) var map: Picture<UInt8>
    /// One channel or three; nil where there is none.
    package let electron: Picture<UInt8>?
    /// The electron micrograph of the species' grains alone, on black.
    package let onBlack: Picture<UInt8>?
    /// Its grains one by one; nil where they are not known.
    package let outlines: FieldOutlines?
    /// 255 in the narrow gaps between objects; nil where they do not matter.
    var gaps: Picture<UInt8>?

    var width: Int { optical.width }
    var height: Int { optical.height }
    var byteCount: Int {
        [optical, map, electron, onBlack, gaps].reduce(0) { $0 + ($1?.samples.count ?? 0) }
    }

    /// - optical: RGB, or grey.
    /// - map: of as many pixels, three channels.
    /// - onBlack: nil makes it of micrograph and map.
    package init(
        optical: Picture<UInt8>, map: Picture<UInt8>, electron: Picture<UInt8>? = nil, onBlack: Picture<UInt8>? = nil,
        outlines: FieldOutlines? = nil, speciesChannels: [Int]
    ) {
        func coloured(_ picture: Picture<UInt8>) -> Picture<UInt8> {
            picture.channels == 1 ? picture.greyAsRGB : picture
        }
        self.optical = coloured(optical)
        self.map = coloured(map)
        self.electron = electron
        self.onBlack = onBlack ?? electron.map { Self.onBlack($0, map, speciesChannels) }
        self.outlines = outlines
        for picture in [self.map, electron, self.onBlack].compactMap(\.self) {
            precondition(
                picture.width == optical.width && picture.height == optical.height, "a field's pictures have one size")
        }
    }

    /// Parts touching grains in the map, where outlines tell them apart.
    mutating func drawGaps(micrometres: Double, nmPerPixel: Double) {
        guard micrometres > 0, let outlines else { return }
        gaps = TouchingGrains(gapMicrometres: micrometres).drawGaps(into: &map, outlines, nmPerPixel: nmPerPixel)
    }

    /// Electron micrograph times the map of all species.
    private static func onBlack(_ sem: Picture<UInt8>, _ map: Picture<UInt8>, _ channels: [Int]) -> Picture<UInt8> {
        var black = sem
        for pixel in 0..<sem.width * sem.height {
            let weight = channels.reduce(0) { max($0, Int(map.samples[pixel * map.channels + $1])) }
            for channel in 0..<sem.channels {
                let at = pixel * sem.channels + channel
                black.samples[at] = UInt8(Int(sem.samples[at]) * weight / 255)
            }
        }
        return black
    }
}
