/// A picture of any depth, read row by row as RGB, 0...1, so that no copy of the whole in floating point is made. Grey
/// is repeated.
package struct PictureRows: Sendable {
    /// In pixels.
    package let width: Int
    /// In pixels.
    package let height: Int
    private let reader: @Sendable (_ row: Int, _ columns: Range<Int>, _ out: UnsafeMutablePointer<Float>) -> Void

    private init(
        width: Int, height: Int, reader: @escaping @Sendable (Int, Range<Int>, UnsafeMutablePointer<Float>) -> Void
    ) {
        self.width = width
        self.height = height
        self.reader = reader
    }

    /// - Parameter picture: grey or RGB, 0...1.
    package init(_ picture: Picture<Float>) { self.init(picture) { $0 } }

    /// - Parameter picture: grey or RGB, over the range of its type.
    package init(_ picture: Picture<UInt8>) { self.init(picture) { Float($0) * (1 / 255) } }

    /// - Parameter picture: grey or RGB, over the range of its type.
    package init(_ picture: Picture<UInt16>) { self.init(picture) { Float($0) * (1 / 65535) } }

    package init(_ content: PNG.Content) {
        switch content {
        case .bits8(let picture): self.init(picture)
        case .bits16(let picture): self.init(picture)
        }
    }

    @inline(__always)
    private init<Sample>(_ picture: Picture<Sample>, _ value: @escaping @Sendable (Sample) -> Float) {
        precondition(picture.channels == 1 || picture.channels == 3, "a picture is grey or RGB")
        self.init(width: picture.width, height: picture.height) { row, columns, out in
            picture.samples.withUnsafeBufferPointer { samples in
                if picture.channels == 3 {
                    let from = samples.baseAddress! + (row * picture.width + columns.lowerBound) * 3
                    for index in 0..<columns.count * 3 { out[index] = value(from[index]) }
                } else {
                    let from = samples.baseAddress! + row * picture.width + columns.lowerBound
                    for index in 0..<columns.count {
                        let grey = value(from[index])
                        (out[3 * index], out[3 * index + 1], out[3 * index + 2]) = (grey, grey, grey)
                    }
                }
            }
        }
    }

    /// Writes `3 * columns.count` samples.
    package func read(row: Int, columns: Range<Int>, into out: UnsafeMutablePointer<Float>) {
        precondition(row >= 0 && row < height && columns.lowerBound >= 0 && columns.upperBound <= width)
        reader(row, columns, out)
    }

    /// This picture divided by the light that its objective gives, of the same size.
    package func divided(by flat: FlatField) -> PictureRows {
        precondition(flat.light.width == width && flat.light.height == height)
        return PictureRows(width: width, height: height) { row, columns, out in
            reader(row, columns, out)
            flat.divide(out, row: row, columns: columns)
        }
    }

    /// This picture divided by its glass; see `Picture.dividedByGlass`.
    package func divided(by glass: Glass) -> PictureRows {
        PictureRows(width: width, height: height) { row, columns, out in
            reader(row, columns, out)
            glass.divide(out, row: row, columns: columns)
        }
    }
}
