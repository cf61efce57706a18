import COpenCV

/// Which colour filter lies over the first two pixels of the first two rows.
package enum BayerPattern: String, Sendable, CaseIterable, Codable {
    case rggb, grbg, gbrg, bggr

    /// Where red lies in each 2 x 2 cell.
    package var red: (x: Int, y: Int) {
        switch self {
        case .rggb: (0, 0)
        case .grbg: (1, 0)
        case .gbrg: (0, 1)
        case .bggr: (1, 1)
        }
    }

    /// The channel (0 red, 1 green, 2 blue) that the filter at a pixel passes.
    package func channel(x: Int, y: Int) -> Int {
        let (redX, redY) = red
        return ((x & 1) == redX ? 0 : 1) + ((y & 1) == redY ? 0 : 1)
    }
}

extension Picture where Sample == UInt16 {
    /// The colour picture behind a Bayer mosaic, by edge-aware interpolation.
    ///
    /// Requires one channel and at least 4 x 4 pixels; the range of the samples does not change.
    package func demosaiced(_ pattern: BayerPattern) -> Picture<UInt16> {
        precondition(channels == 1 && width >= 4 && height >= 4, "a mosaic has one channel and at least 4 x 4 pixels")
        var rgb = Picture(width: width, height: height, channels: 3, filledWith: 0)
        let status = samples.withUnsafeBufferPointer { mosaic in
            rgb.samples.withUnsafeMutableBufferPointer { output in
                ccv_demosaic_u16(
                    mosaic.baseAddress!, Int32(width), Int32(height), Int32(pattern.red.x), Int32(pattern.red.y),
                    output.baseAddress!)
            }
        }
        precondition(status == 0, "out of memory while demosaicing \(width) x \(height) pixels")
        return rgb
    }
}
