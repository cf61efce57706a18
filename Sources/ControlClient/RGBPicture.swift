/// A small picture for a terminal: red, green and blue of every pixel, row after row.
package struct RGBPicture: Sendable, Equatable {
    package let width: Int
    package let height: Int
    /// 3 bytes a pixel.
    package let bytes: [UInt8]

    /// - Parameter bytes: as many as `width * height * 3`.
    package init(width: Int, height: Int, bytes: [UInt8]) {
        precondition(width > 0 && height > 0 && bytes.count == width * height * 3, "a picture has all its pixels")
        self.width = width
        self.height = height
        self.bytes = bytes
    }

    /// The mean of the area that each new pixel covers, or the nearest pixel where the picture grows.
    package func resized(width newWidth: Int, height newHeight: Int) -> RGBPicture {
        if newWidth == width, newHeight == height { return self }
        var result = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
        for y in 0..<newHeight {
            let rows = covered(y, of: newHeight, from: height)
            for x in 0..<newWidth {
                let columns = covered(x, of: newWidth, from: width)
                var sum = (red: 0, green: 0, blue: 0)
                for row in rows {
                    for column in columns {
                        let at = (row * width + column) * 3
                        sum = (sum.red + Int(bytes[at]), sum.green + Int(bytes[at + 1]), sum.blue + Int(bytes[at + 2]))
                    }
                }
                let count = rows.count * columns.count
                let at = (y * newWidth + x) * 3
                result[at] = UInt8(sum.red / count)
                result[at + 1] = UInt8(sum.green / count)
                result[at + 2] = UInt8(sum.blue / count)
            }
        }
        return RGBPicture(width: newWidth, height: newHeight, bytes: result)
    }

    /// The old pixels, at least one, that a new one stands for.
    private func covered(_ index: Int, of count: Int, from old: Int) -> Range<Int> {
        let first = index * old / count
        return first..<max(first + 1, (index + 1) * old / count)
    }
}
