internal import Camera
internal import Imaging
internal import Quantities

extension Frame {
    /// The field in 8 bits a channel, `width` pixels across at most: for a screen.
    func preview(width: Int) -> Picture<UInt8> {
        if case .mosaic(let mosaic, let pattern) = pixels, width * 2 <= mosaic.width, mosaic.height >= 2 {
            return cells(of: mosaic, pattern).shrunk(toWidth: width)
        }
        let full: Picture<UInt8> =
            switch colour() {
            case .bits8(let picture): picture
            case .bits16(let picture): picture.eightBit(ofDepth: 16)
            }
        return full.shrunk(toWidth: width)
    }

    /// One pixel for each 2 x 2 cell of the colour filters: half the size needs no interpolation.
    private func cells(of mosaic: Picture<UInt16>, _ pattern: BayerPattern) -> Picture<UInt8> {
        let (width, height) = (mosaic.width / 2, mosaic.height / 2)
        let (redX, redY) = pattern.red
        let shift = bitDepth - 8
        let samples = [UInt8](unsafeUninitializedCapacity: width * height * 3) { out, count in
            mosaic.samples.withUnsafeBufferPointer { samples in
                for y in 0..<height {
                    let red = samples.baseAddress! + (2 * y + redY) * mosaic.width
                    let blue = samples.baseAddress! + (2 * y + 1 - redY) * mosaic.width
                    for x in 0..<width {
                        let at = (y * width + x) * 3
                        let green = (Int(red[2 * x + 1 - redX]) + Int(blue[2 * x + redX])) / 2
                        out.initializeElement(
                            at: at, to: UInt8(truncatingIfNeeded: min(255, Int(red[2 * x + redX]) >> shift)))
                        out.initializeElement(at: at + 1, to: UInt8(truncatingIfNeeded: min(255, green >> shift)))
                        out.initializeElement(
                            at: at + 2, to: UInt8(truncatingIfNeeded: min(255, Int(blue[2 * x + 1 - redX]) >> shift)))
                    }
                }
            }
            count = width * height * 3
        }
        return Picture(width: width, height: height, channels: 3, samples: samples)
    }
}
