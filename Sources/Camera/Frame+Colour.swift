package import Imaging

extension Frame {
    /// The demosaiced field, interleaved RGB: full range of UInt8 at bit depth 8, scaled to full range of UInt16
    /// when deeper. Grey is repeated in the three channels.
    package func colour() -> PNG.Content {
        let rgb: Picture<UInt16> =
            switch pixels {
            case .mosaic(let mosaic, let pattern): mosaic.demosaiced(pattern)
            case .grey(let grey): grey.greyAsRGB
            case .rgb(let rgb): rgb
            }
        return bitDepth == 8 ? .bits8(rgb.eightBit(ofDepth: 8)) : .bits16(rgb.sixteenBit(ofDepth: bitDepth))
    }
}
