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
        if bitDepth == 8 { return .bits8(rgb.map { UInt8(truncatingIfNeeded: min($0, 255)) }) }
        if bitDepth == 16 { return .bits16(rgb) }
        let maximum = UInt32(1 << bitDepth) - 1
        return .bits16(rgb.map { UInt16((min(UInt32($0), maximum) * 65535 + maximum / 2) / maximum) })
    }
}
