package import Imaging

/// One of the pictures that a lens gives out (paper, figure 1), painted row by row; see ``LensPaint``.
package struct LensPicture: Sendable {
    package let width: Int
    package let height: Int
    /// 1 for grey, 3 for RGB.
    package let channels: Int
    /// Writes a row's samples.
    package let row: @Sendable (_ y: Int, _ out: UnsafeMutablePointer<UInt8>) -> Void

    init(
        width: Int, height: Int, channels: Int,
        row: @escaping @Sendable (_ y: Int, _ out: UnsafeMutablePointer<UInt8>) -> Void
    ) {
        self.width = width
        self.height = height
        self.channels = channels
        self.row = row
    }

    package init(_ picture: Picture<UInt8>) {
        let count = picture.width * picture.channels
        self.init(width: picture.width, height: picture.height, channels: picture.channels) { y, out in
            picture.samples.withUnsafeBufferPointer { out.update(from: $0.baseAddress! + y * count, count: count) }
        }
    }

    /// All rows.
    package var whole: Picture<UInt8> {
        var picture = Picture<UInt8>(width: width, height: height, channels: channels, filledWith: 0)
        picture.samples.withUnsafeMutableBufferPointer { samples in
            for y in 0..<height { row(y, samples.baseAddress! + y * width * channels) }
        }
        return picture
    }
}
