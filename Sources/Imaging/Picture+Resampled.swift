import COpenCV

extension Picture where Sample == Float {
    /// This picture at another size: see `Resampling`.
    package func resampled(width newWidth: Int, height newHeight: Int) -> Picture<Float> {
        if newWidth == width && newHeight == height { return self }
        var result = Picture(width: newWidth, height: newHeight, channels: channels, filledWith: 0)
        let (from, to) = (width * channels, newWidth * channels)
        samples.withUnsafeBufferPointer { samples in
            result.samples.withUnsafeMutableBufferPointer { result in
                Resampling(width: width, height: height, toWidth: newWidth, height: newHeight).forEachRow(
                    0..<newHeight, columns: 0..<newWidth, channels: channels
                ) { row, columns, out in
                    out.update(
                        from: samples.baseAddress! + row * from + columns.lowerBound * channels,
                        count: columns.count * channels)
                } body: { row, pixels in
                    (result.baseAddress! + row * to).update(from: pixels, count: to)
                }
            }
        }
        return result
    }
}

extension Picture where Sample == UInt8 {
    /// This picture with `newWidth` pixels across, by area average, and in proportion; itself where it has no more.
    package func shrunk(toWidth newWidth: Int) -> Picture<UInt8> {
        precondition(newWidth > 0, "a picture has at least one pixel")
        if newWidth >= width { return self }
        let newHeight = max(1, (height * newWidth + width / 2) / width)
        var result = Picture(width: newWidth, height: newHeight, channels: channels, filledWith: 0)
        let status = samples.withUnsafeBufferPointer { input in
            result.samples.withUnsafeMutableBufferPointer { output in
                ccv_shrink_u8(
                    input.baseAddress!, Int32(width), Int32(height), Int32(channels), output.baseAddress!,
                    Int32(newWidth), Int32(newHeight))
            }
        }
        precondition(status == 0, "out of memory while shrinking to \(newWidth) x \(newHeight) pixels")
        return result
    }
}
